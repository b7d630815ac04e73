"""What the README claims is kept by the tests it names, and what it points at is there."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

BASE_DIR = Path(__file__).resolve().parent.parent
README = (BASE_DIR / "README.md").read_text(encoding="utf-8")
NAMED_TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", README)))


@pytest.mark.parametrize(("path", "name"), NAMED_TESTS, ids=str)
def test_a_named_test_is_there(path: str, name: str) -> None:
    tree = ast.parse((BASE_DIR / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_a_test() -> None:
    rows = [
        row for row in README.split("| promise |")[1].split("\n\n")[0].splitlines() if row.startswith("| ")
    ]
    assert len(rows) > 10
    assert [row for row in rows[1:] if "::test_" not in row] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)]+)\)", README))))
def test_a_link_leads_somewhere(target: str) -> None:
    assert (BASE_DIR / target).exists()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py (\w+)", README))))
def test_a_command_exists(command: str) -> None:
    assert command in get_commands()
