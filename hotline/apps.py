"""Django's handle on the top room."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """The door; it may look into every other room."""

    name = "hotline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and what is recorded about second factors."""
        from hotline import checks  # noqa: F401, PLC0415 - checks need loaded apps
        from hotline.logs import guard_last_words  # noqa: PLC0415 - the same
        from hotline.people import records  # noqa: PLC0415 - the same

        records.connect()
        guard_last_words()
