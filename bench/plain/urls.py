"""The addresses the provider calls."""

from django.urls import path

from bench.plain.calls.views import VoiceView

urlpatterns = [path("webhooks/twilio/voice/", VoiceView.as_view())]
