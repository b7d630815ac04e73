"""Repeated requests: the same idempotency key gets the same answer, and of two at once only one acts.

The key is taken as an advisory lock for the length of the transaction, so a process that dies leaves nothing to be
cleared away, and the act and its kept answer are committed together.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from audit.api.problems import Problem
from referrals.systems.models import KeptAnswer, System
from referrals.systems.services import digest_of

KEPT_FOR = timedelta(days=3)
SALT = "referrals.systems.answers"


class KeyReused(Problem):
    """This Idempotency-Key was used for another request. Make a new key for every new request."""

    status_code = 422
    kind = "tag:stodtelefonen,2026:idempotency-key-reused"
    default_detail = __doc__


class SameRequestUnderWay(Problem):
    """The same request is being carried out right now. Ask again in a moment, with the same key."""

    kind = "tag:stodtelefonen,2026:request-under-way"
    default_detail = __doc__


@dataclass(frozen=True)
class Asked:
    """One request with its key."""

    system: System
    key: str
    path: str
    body: Any

    @property
    def digest(self) -> bytes:
        """Tell this request from others, however its JSON is spaced; keyed, for words can be guessed."""
        said = json.dumps([self.path, self.body], sort_keys=True)
        return salted_hmac(SALT, said, algorithm="sha256").digest()

    @property
    def lock(self) -> int:
        """Give the number under which the database keeps two of this key apart."""
        digest = hashlib.sha256(self.system.pk.bytes + self.key.encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    body: Any
    is_replay: bool = False


def kept_answer(asked: Asked) -> Answer | None:
    """Give the answer this key has had. Errors: KeyReused where it was to another request."""
    rows = KeptAnswer.objects.filter(system=asked.system, key_digest=digest_of(asked.key))
    kept = rows.filter(at__gt=timezone.now() - KEPT_FOR).first()
    if kept is None:
        return None
    if not hmac.compare_digest(bytes(kept.request_digest), asked.digest):
        raise KeyReused
    return Answer(kept.status, kept.body, is_replay=True)


def take_key(asked: Asked) -> None:
    """Take the key until the transaction ends. Errors: SameRequestUnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [asked.lock])
        if cursor.fetchone() != (True,):
            raise SameRequestUnderWay


def keep_answer(asked: Asked, answer: Answer) -> None:
    """Keep an answer in the transaction of the act, and let go of those too old to be asked for."""
    now = timezone.now()
    KeptAnswer.objects.filter(system=asked.system, at__lte=now - KEPT_FOR).delete()
    KeptAnswer.objects.create(
        system=asked.system,
        key_digest=digest_of(asked.key),
        request_digest=asked.digest,
        status=answer.status,
        body=answer.body,
        at=now,
    )
