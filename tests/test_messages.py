"""The Swedish catalogue is complete, says nothing nobody asks for, and says one thing one way."""

from hotline import messages


def test_every_message_has_swedish_once_and_the_same_in_every_room() -> None:
    assert messages.problems() == []


def test_an_untranslated_message_is_found() -> None:
    catalogue = messages.load("audit")
    some = next(message for message in catalogue if message.id)
    assert catalogue.get(some.id) is not None
    assert catalogue.get("A sentence that nobody has translated") is None
