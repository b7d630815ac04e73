"""What can be wrong with what a provider sends; none of these ever holds a value."""


class WebhookRefused(Exception):
    """This did not come from the provider. `reason` is a word for counting, never a value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Malformed(Exception):
    """The provider's form cannot be read."""


class UnknownKind(Exception):
    """The provider tells of something we know no meaning for; acknowledged and counted."""
