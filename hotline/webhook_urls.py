"""The addresses providers call; served by their own application, and by the pages' where there is only one."""

from django.urls import path

from hotline.calls.webhooks import plain, twilio_step
from hotline.telephony.events import Step

app_name = "webhooks"
urlpatterns = [
    path("webhooks/twilio/", twilio_step(Step.VOICE), name="twilio"),
    *(
        path(f"webhooks/twilio/{step.value}/", twilio_step(step), name=f"twilio-{step.value}")
        for step in Step
    ),
]

# Heeded where this is the root of the addresses; among the pages, the pages' own handlers answer.
handler400, handler403, handler404, handler500 = plain(400), plain(403), plain(404), plain(500)
