"""A pass that dies anywhere is finished by the next one."""

import pytest
from django.conf import settings

from audit import sequencer
from audit.external import ExternalLog
from audit.models import Checkpoint, Leaf, Pending
from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import make_entries
from tests.audit.roles import seal

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


class PowerCut(BaseException):
    """The process ends here."""


POINTS: dict[str, tuple[object, str]] = {
    "before the leaves are committed": (Pending.objects, "filter"),
    "after the leaves, before the key is read": (sequencer, "_signing_key"),
    "before the first tile": (ExternalLog, "write_tile"),
    "before the checkpoint": (ExternalLog, "publish"),
    "before its copy outside": (ExternalLog, "keep"),
    "before its copy inside": (Checkpoint.objects, "bulk_create"),
}


def dying(*_args: object, **_kwargs: object) -> None:
    raise PowerCut


@pytest.mark.parametrize("sealed_before", [0, 3])
@pytest.mark.parametrize("point", POINTS)
def test_a_pass_that_dies_is_finished_by_the_next(
    point: str, sealed_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_entries(sealed_before)
    if sealed_before:
        seal()
    make_entries(2)
    with monkeypatch.context() as patch:
        patch.setattr(*POINTS[point], dying)
        with pytest.raises(PowerCut):
            seal()
    make_entries(1)

    result = seal()

    assert result.size == sealed_before + 3
    assert Leaf.objects.count() == sealed_before + 3
    head = ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1).newest()
    assert head is not None
    assert (head.size, head.root) == (result.size, result.root)
    verdict = verify()
    assert (verdict.result, verdict.findings) == (Result.WHOLE, [])


def test_a_file_is_there_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    make_entries(1)
    seal()
    make_entries(2)
    untouched = {
        path: path.read_bytes() for path in (settings.AUDIT_CHECKPOINT_DIR / "1").rglob("*") if path.is_file()
    }
    with monkeypatch.context() as patch:
        patch.setattr("audit.durable.os.fsync", dying)
        with pytest.raises(PowerCut):
            seal()

    assert {path: path.read_bytes() for path in untouched} == untouched
    assert seal().size == 3
