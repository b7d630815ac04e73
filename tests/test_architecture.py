"""The one rule where import-linter does not see it, and the rules every service keeps."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.house import ROOMS, arguments, calls, forget, functions, may_look, modules

SEAMS = {
    "cases/handover/shift_end.py",
    "cases/my_day/seam.py",
    "cases/record/timeline.py",
    "cases/vault/pseudonyms.py",
    "cases/vault/restores.py",
    "cases/vault/shredding.py",
    "hotline/people/leaving.py",
    "hotline/telephony/providers.py",
    "hotline/webhook_wsgi.py",
    "referrals/portal/suppression.py",
    "referrals/welcome/accounts.py",
}
DYNAMIC_IMPORTS = {"import_module", "import_string", "__import__", "get_model"}
RECORDING = {"record", "record_durably"}
WRITING = {
    "save",
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "get_or_create",
    "update_or_create",
}
PLANTED = "planted text"


def all_models() -> list[type[models.Model]]:
    return [
        model for room in ROOMS for model in apps.get_app_config(room).get_models(include_auto_created=True)
    ]


@pytest.fixture(scope="module", autouse=True)
def _forgotten_afterwards() -> Iterator[None]:
    yield
    forget()


def test_relations_point_to_the_same_room_or_down() -> None:
    for model in all_models():
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if isinstance(target, type) and target._meta.app_label in ROOMS:
                assert may_look(model._meta.app_label, target._meta.app_label), f"{field} points up"


def test_migrations_depend_on_the_same_room_or_lower_ones() -> None:
    for key, migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        for room, name in migration.dependencies:
            if key[0] in ROOMS and room in ROOMS:
                assert may_look(key[0], room), f"{key} depends on {room}.{name}"


@pytest.mark.parametrize("room", ROOMS)
def test_no_dotted_string_names_a_room_above(room: str) -> None:
    above = [other for other in ROOMS if not may_look(room, other)]
    for path, tree in modules(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = re.match(rf"({'|'.join(above) or 'none above'})\.\w+", node.value)
                assert not named, f"{path}:{node.lineno} names {node.value!r}"


@pytest.mark.parametrize("room", ROOMS)
def test_only_the_seams_import_by_name(room: str) -> None:
    for path, tree in modules(room):
        if path.as_posix() not in SEAMS:
            for name, call in calls(tree):
                assert name not in DYNAMIC_IMPORTS, f"{path}:{call.lineno} calls {name}"


@pytest.mark.parametrize("room", ROOMS)
def test_every_service_that_takes_an_actor_records_or_hands_the_actor_on(room: str) -> None:
    for path, tree in modules(room):
        recording = recording_functions(tree)
        for function in functions(tree):
            if "actor" in arguments(function) and room != "audit":
                hands_on = any(hands_actor_on(call) for _name, call in calls(function))
                assert function.name in recording or hands_on, f"{path}:{function.lineno} {function.name}"


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_service_that_writes_says_who_acts(room: str) -> None:
    for path, tree in modules(room):
        if not any("services" in part for part in path.parts):
            continue
        for function in functions(tree):
            writes = any(name in WRITING and is_on_a_queryset(call) for name, call in calls(function))
            if writes and not function.name.startswith("_"):
                assert {"actor", "by"} & arguments(function), f"{path}:{function.lineno} {function.name}"


def test_str_never_says_what_a_row_contains() -> None:
    for model in all_models():
        texts: dict[str, object] = {
            field.attname: PLANTED if isinstance(field, models.TextField) else PLANTED.encode()
            for field in model._meta.concrete_fields
            if isinstance(field, models.TextField | models.BinaryField) and not field.generated
        }
        if not model._meta.auto_created and not model.__name__.startswith("Historical"):
            assert PLANTED not in str(plain_instance(model, texts)), model._meta.label


def plain_instance(model: type[models.Model], texts: dict[str, object]) -> models.Model:
    """Make an unsaved row with sensible moments and names beside the planted texts."""
    instance = model(**texts)
    for field in model._meta.concrete_fields:
        if field.generated:
            continue
        value = field.value_from_object(instance)
        if value in (None, "") and isinstance(field, models.TimeField | models.DateField):
            moment = field.to_python("2026-11-22" if isinstance(field, models.DateField) else "09:00")
            setattr(instance, field.attname, moment)
    return instance


def recording_functions(tree: ast.Module) -> set[str]:
    """Name the module's functions that record, themselves or through another function of the module."""
    found: set[str] = set()
    while True:
        more = {
            function.name
            for function in functions(tree)
            if any(name in RECORDING | found for name, _call in calls(function))
        }
        if more <= found:
            return found
        found |= more


def hands_actor_on(call: ast.Call) -> bool:
    """Tell whether a call gives the actor to somebody else."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(
        isinstance(node, ast.Name) and node.id == "actor" for value in values for node in ast.walk(value)
    )


def is_on_a_queryset(call: ast.Call) -> bool:
    """Tell a row's or queryset's write from a dictionary's update."""
    text = ast.unparse(call.func)
    return "objects" in text or text.endswith((".save", ".delete"))
