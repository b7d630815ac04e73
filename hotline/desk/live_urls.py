"""The address of the live board's stream, served by the ASGI process."""

from django.urls import path

from hotline.desk import stream

app_name = "live"
urlpatterns = [path("board/", stream.board_stream, name="board")]
