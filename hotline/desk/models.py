"""The numbered changes of the live board: the number is the event id a browser resumes from."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class BoardEvent(models.Model):
    """At this number the board had changed; what changed is read anew, so nothing about anyone is kept here."""

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "hotline"
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return str(self.number)
