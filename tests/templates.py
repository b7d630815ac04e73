"""Make a template that names something undefined fail the test that renders it."""

import inspect

from django.template.base import Node


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
        """Refuse, unless the template is a library's, which may be less exact."""
        where = _template()
        if "site-packages" in where:
            return ""
        message = f"{variable} in {where or 'a template'}"
        raise UndefinedVariable(message)


def _template() -> str:
    """Find the file of the template node that is being rendered."""
    frame = inspect.currentframe()
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return str(node.origin.name)
        frame = frame.f_back
    return ""
