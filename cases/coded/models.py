"""The lists that answers are chosen from: coded values, counties and municipalities."""

from typing import Any

from django.db import models
from django.db.models.functions import Concat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a coded value answers."""

    CONTACT_KIND = "contact_kind", _("kind of contact")
    CALLER_ROLE = "caller_role", _("who is calling")
    AGE_BAND = "age_band", _("age")
    GENDER = "gender", _("gender")
    YES_NO = "yes_no", _("yes or no")
    CONCERN = "concern", _("observed concern")
    IDEOLOGY = "ideology", _("ideology")
    IDEOLOGY_BASIS = "ideology_basis", _("basis for ideology")
    RISK_LEVEL = "risk_level", _("risk level")
    ACTION = "action", _("action")
    OUTCOME = "outcome", _("outcome")
    LANGUAGE = "language", _("language")
    FOUND_LINE = "found_line", _("how the caller found the line")
    DECLINE_REASON = "decline_reason", _("reason for declining")


class CodedValueQuerySet(models.QuerySet["CodedValue"]):
    """Coded values, narrowed in the ways the pages ask for."""

    def choosable(self, *kinds: Kind | str) -> "CodedValueQuerySet":
        """Give the values of these kinds that can still be chosen, each kind's in their order."""
        return self.filter(kind__in=kinds, retired_at__isnull=True).order_by("order", "code")


class CodedValue(models.Model):
    """One answer that can be chosen; its id is `kind:code`, so a row that points at it says which kind it holds."""

    id = models.CharField(primary_key=True, max_length=100, editable=False)
    kind = models.CharField(max_length=32, choices=Kind)
    code = models.CharField(max_length=64)
    label_en = models.CharField(max_length=120)
    label_sv = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CodedValueQuerySet.as_manager()

    class Meta:
        """Codes are unique within their kind, for ever."""

        app_label = "cases"
        ordering = ("kind", "order", "code")
        constraints = (
            models.UniqueConstraint(fields=["kind", "code"], name="codedvalue_one_code_per_kind"),
            models.CheckConstraint(
                condition=models.Q(id=Concat("kind", models.Value(":"), "code")),
                name="codedvalue_id_is_kind_and_code",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="codedvalue_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[a-z0-9_]+$"), name="codedvalue_code_is_plain"
            ),
        )

    def __str__(self) -> str:
        """Give kind and code; what is shown to people is `label`."""
        return self.id

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Name a new row after its kind and code."""
        self.id = self.id or f"{self.kind}:{self.code}"
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """Say the value in the reader's language."""
        return self.label_sv if (get_language() or "sv").startswith("sv") else self.label_en


class County(models.Model):
    """A county (län); codes are Statistics Sweden's."""

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=60, unique=True)
    sort_key = models.CharField(max_length=120, db_index=True)

    class Meta:
        """In the order of the Swedish alphabet, by stored key."""

        app_label = "cases"
        ordering = ("sort_key",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9]{2}$"), name="county_code_is_two_digits"
            ),
        )

    def __str__(self) -> str:
        """Give the name."""
        return self.name


class Municipality(models.Model):
    """A municipality (kommun); the first two digits of its code are its county's."""

    code = models.CharField(primary_key=True, max_length=4)
    name = models.CharField(max_length=60, unique=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="municipalities")
    sort_key = models.CharField(max_length=120, db_index=True)

    class Meta:
        """In the order of the Swedish alphabet, by stored key."""

        app_label = "cases"
        ordering = ("sort_key",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9]{4}$"), name="municipality_code_is_four_digits"
            ),
            models.CheckConstraint(
                condition=models.expressions.RawSQL("left(code, 2) = county_id", (), models.BooleanField()),
                name="municipality_lies_in_its_county",
            ),
        )

    def __str__(self) -> str:
        """Give the name."""
        return self.name
