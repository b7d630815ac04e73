"""What all tests of a module begin with, made once: each of them starts from it and leaves it as it was.

A test that may write rolls back to where it began. Where a module asks for a world, that is inside the module's own
transaction, which what was made for all of them stands in until the module ends. For tests that are
transactional themselves there is no world: they commit.

Where a module says in `make_scene` what it begins with, the fixture `scene` gives each test its copy.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from typing import TypeVar

from django.db import transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")
ALIASES = ("default", "keys")


class World:
    """The transaction of a module, and the way to make something in it."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        """Keep what lets a fixture of the module reach the database."""
        self._blocker = blocker

    def make(self, maker: Callable[[], Made]) -> Made:
        """Make something for every test of the module; a test works on a copy of it (`copied`)."""
        with self._blocker.unblock():
            return maker()


@contextmanager
def opened(blocker: DjangoDbBlocker) -> Iterator[World]:
    """Open the module's transaction on both databases, and undo it in the end."""
    with ExitStack() as stack:
        with blocker.unblock():
            for alias in ALIASES:
                atomic = transaction.atomic(using=alias)
                # As in Django's own test cases: what must be outermost may be inside.
                atomic._from_testcase = True  # type: ignore[attr-defined]
                stack.enter_context(atomic)
        yield World(blocker)
        with blocker.unblock():
            for alias in ALIASES:
                transaction.set_rollback(True, using=alias)
            stack.close()


def copied(made: Made) -> Made:
    """Give a test its own copy, so that what it sets on it is not seen by the next one."""
    return deepcopy(made)
