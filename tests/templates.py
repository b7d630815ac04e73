"""Make a template that names something undefined fail the test that renders it."""


class UndefinedVariable(NameError):
    """A template prints a variable that its view does not give it."""


class Undefined(str):
    """Stands for `string_if_invalid`: Django asks whether it contains %s and then fills it in."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """Be there although empty."""
        return True

    def __contains__(self, _text: object) -> bool:
        """Ask to be filled in."""
        return True

    def __mod__(self, variable: object) -> str:
        """Refuse."""
        raise UndefinedVariable(str(variable))
