"""The trail's four tables: what was done, what waits to be sealed, the sealed leaves, and the signed tree heads."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse

from audit.actions import Action
from audit.encoding import VERSION, Body, encode, leaf_content
from audit.merkle import leaf_hash


class Entry(models.Model):
    """One act by one actor; written once, by `audit.services.record` only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject_kind = models.CharField(max_length=64, blank=True)
    subject_reference = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    encoding = models.PositiveSmallIntegerField(default=VERSION)
    mac = models.BinaryField(max_length=32)

    class Meta:
        app_label = "audit"
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_entry_newest"),
            models.Index(fields=["actor_label", "-at"], name="audit_entry_by_actor"),
            models.Index(fields=["subject_reference", "-at"], name="audit_entry_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Exact(Length("mac"), 32), name="audit_entry_mac_is_32_bytes"),
        ]

    def __str__(self) -> str:
        """Say which entry it is."""
        return str(self.id)

    def get_absolute_url(self) -> str:
        """Give the auditor's page for this entry."""
        return reverse("audit:entry", args=[self.id])

    @property
    def action_label(self) -> str:
        """Say in words what was done; an action that is no longer known is shown as it was written."""
        return str(Action(self.action).label) if self.action in Action else self.action

    @property
    def sealed_index(self) -> int | None:
        """Give the entry's place in the tree; nothing while it waits."""
        leaf: Leaf | None = getattr(self, "leaf", None)
        return leaf.index if leaf else None

    def encoded(self) -> bytes:
        """Give the bytes that the MAC and the leaf hash are taken over.

        Errors: FactRefused or UnknownEncoding where the row is not one that `record` could have written.
        """
        content = {field: getattr(self, field) for field in Body.__dataclass_fields__}
        return encode(Body(**content), version=self.encoding)

    def leaf_hash(self) -> bytes:
        """Compute the hash under which this entry is, or will be, a leaf of the tree."""
        return leaf_hash(leaf_content(self.encoded(), bytes(self.mac)))


class Pending(models.Model):
    """An entry that waits for the sequencer."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="pending")

    class Meta:
        app_label = "audit"
        verbose_name_plural = "pending"

    def __str__(self) -> str:
        """Say which entry waits."""
        return str(self.entry_id)


class Leaf(models.Model):
    """The place of a sealed entry in the tree; an index is never used twice, not even after a restore."""

    index = models.BigIntegerField(primary_key=True)
    generation = models.PositiveSmallIntegerField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")
    hash = models.BinaryField(max_length=32)

    class Meta:
        app_label = "audit"
        verbose_name_plural = "leaves"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(index__gte=0), name="audit_leaf_index_counts_from_zero"
            ),
            models.CheckConstraint(condition=Exact(Length("hash"), 32), name="audit_leaf_hash_is_32_bytes"),
        ]

    def __str__(self) -> str:
        """Say which leaf it is."""
        return str(self.index)


class Checkpoint(models.Model):
    """The database's copy of a signed tree head; the one that counts lies outside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.PositiveSmallIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "audit"
        constraints = [
            models.UniqueConstraint(fields=["generation", "size"], name="audit_checkpoint_once_per_size"),
        ]

    def __str__(self) -> str:
        """Say which tree the head belongs to and how large it was."""
        return f"{self.generation}/{self.size}"
