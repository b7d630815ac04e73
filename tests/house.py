"""The house as the whole-codebase tests see it: rooms, their ranks, their files."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
ROOMS = ("hotline", "referrals", "cases", "audit")


def may_look(looking: str, at: str) -> bool:
    """Tell whether a room may know of another: only itself and what lies below it."""
    return ROOMS.index(at) >= ROOMS.index(looking)


@cache
def modules(room: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Give every module of a room, parsed once until `forget`; migrations are looked at elsewhere."""
    return tuple(
        (path.relative_to(BASE_DIR), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted((BASE_DIR / room).rglob("*.py"))
        if "migrations" not in path.parts
    )


def forget() -> None:
    """Let go of what was parsed: it is much, and everything else would drag it along."""
    modules.cache_clear()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Give the module's own functions, not those of classes."""
    yield from (node for node in tree.body if isinstance(node, ast.FunctionDef))


def arguments(function: ast.FunctionDef) -> set[str]:
    """Give the names of a function's arguments."""
    every = function.args.args + function.args.kwonlyargs + function.args.posonlyargs
    return {argument.arg for argument in every}


def calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Give every call below a node with the last part of the called name."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            if isinstance(call.func, ast.Attribute):
                yield call.func.attr, call
            elif isinstance(call.func, ast.Name):
                yield call.func.id, call
            else:
                yield "", call
