"""What must stand in the database around the trail: which triggers, and which rights of which role."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

TRIGGERS = {
    "audit_entry": ["audit_entry_append_only"],
    "audit_leaf": ["audit_leaf_append_only"],
    "audit_checkpoint": ["audit_checkpoint_append_only"],
    "audit_pending": ["audit_pending_append_only", "audit_pending_sealed_only"],
}
RIGHTS = {
    ("hotline_web", "audit_entry"): {"SELECT", "INSERT"},
    ("hotline_web", "audit_pending"): {"SELECT", "INSERT"},
    ("hotline_web", "audit_leaf"): {"SELECT"},
    ("hotline_web", "audit_checkpoint"): {"SELECT"},
    ("hotline_sequencer", "audit_entry"): {"SELECT"},
    ("hotline_sequencer", "audit_pending"): {"SELECT", "DELETE"},
    ("hotline_sequencer", "audit_leaf"): {"SELECT", "INSERT"},
    ("hotline_sequencer", "audit_checkpoint"): {"SELECT", "INSERT"},
}
REFUSES = "RAISE EXCEPTION 'The trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME"

_TRIGGERS_QUERY = """
SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgenabled = 'A' AND t.tgrelid = %s::regclass AND p.proname = 'audit_refuse' AND p.prosrc LIKE %s
"""
_RIGHTS_QUERY = """
SELECT right_name FROM unnest(%s::text[]) AS right_name
WHERE CASE WHEN right_name IN ('DELETE', 'TRUNCATE', 'TRIGGER') THEN has_table_privilege(%s, %s, right_name)
           ELSE has_any_column_privilege(%s, %s, right_name) END
"""
_ALL_RIGHTS = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"]
_OWNER_QUERY = """
SELECT pg_has_role(%s, relowner, 'MEMBER') FROM pg_class WHERE oid = %s::regclass
"""


@dataclass(frozen=True)
class Gap:
    """A guard that does not stand as it should, named in words."""

    where: str
    what: str


def gaps() -> Iterator[Gap]:
    """Compare what stands around the trail with what must; nothing given means that all guards stand."""
    with connection.cursor() as cursor:
        for table, expected in TRIGGERS.items():
            cursor.execute(_TRIGGERS_QUERY, [table, f"%{REFUSES.replace('%', chr(92) + '%')}%"])
            standing = {row[0] for row in cursor.fetchall()}
            for name in expected:
                if name not in standing:
                    yield Gap(where=table, what=f"trigger {name} is missing, disabled or does not refuse")
        for (role, table), rights in RIGHTS.items():
            cursor.execute(_RIGHTS_QUERY, [_ALL_RIGHTS, role, table, role, table])
            for right in sorted({row[0] for row in cursor.fetchall()} - rights):
                yield Gap(where=table, what=f"{role} may {right}")
            cursor.execute(_OWNER_QUERY, [role, table])
            if cursor.fetchone() == (True,):
                yield Gap(where=table, what=f"{role} may act as the owner")
