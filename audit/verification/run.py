"""Verifies the whole trail: outside first, then the database in one snapshot.

Because the newest external checkpoint is read before the snapshot is taken, the database is never behind it while a
sequencer is at work; a database that is behind was restored or robbed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from audit import guards
from audit.merkle import EMPTY_ROOT
from audit.models import Checkpoint, Pending
from audit.verification import inside, outside
from audit.verification.copies import check_copies
from audit.verification.findings import Findings, Generation, Kind, Result, Verdict
from audit.verification.outside import SignedLog


def verify() -> Verdict:
    """Look at everything and say what was found."""
    directory: Path = settings.AUDIT_CHECKPOINT_DIR
    findings = Findings()
    logs = outside.read(directory, findings)
    heads = sum(outside.check(signed, findings) for signed in logs)
    with _snapshot():
        walk = inside.LeafWalk(logs, findings)
        walk.go()
        inside.check_unsealed(walk, findings)
        inside.check_pending(findings)
        _check_outside_is_there(logs, findings)
        for signed in logs:
            check_copies(signed, findings, lost=signed is not logs[-1] or walk.next_index < signed.end)
        for gap in guards.gaps():
            findings.add(Kind.UNGUARDED, f"{gap.where}: {gap.what}")
        return _verdict(logs, walk, findings, heads=heads)


def _verdict(logs: list[SignedLog], walk: inside.LeafWalk, findings: Findings, *, heads: int) -> Verdict:
    end = logs[-1].end if logs else 0
    shorter = Result.SHORTER if walk.next_index < end else Result.WHOLE
    return Verdict(
        result=Result.TAMPERED if findings.count else shorter,
        sealed=walk.count,
        waiting=Pending.objects.count(),
        signed_until=end,
        sealed_until=walk.next_index,
        checkpoints=heads,
        generations=[
            Generation(log.generation, log.first, log.size, log.head.root if log.head else EMPTY_ROOT)
            for log in logs
        ],
        findings=findings.in_order(),
        found=findings.count,
    )


def _check_outside_is_there(logs: list[SignedLog], findings: Findings) -> None:
    """See that every generation that was ever signed still lies outside."""
    there = {signed.generation for signed in logs}
    for generation in (
        Checkpoint.objects.values_list("generation", flat=True).distinct().order_by("generation")
    ):
        if generation not in there:
            findings.add(
                Kind.MISSING, f"the external checkpoints and tiles of generation {generation} are gone"
            )


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read the database as it is at one moment; a caller's transaction, where there is one, is taken as it is."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
