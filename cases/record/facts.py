"""What is coded about a contact, as it comes from a form: codes in, rows out."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from cases.coded.models import CodedValue, Kind, Municipality
from cases.record.models import CODED_FIELDS, Contact, ContactIdeology
from cases.record.refusals import UnknownValue

LISTS: tuple[type, ...] = (Contact.concerns.through, Contact.actions.through, ContactIdeology)


@dataclass(frozen=True)
class ContactFacts:
    """The coded answers of a contact; empty is not asked. An ideology is a pair of code and basis."""

    acute_danger: str = ""
    caller_role: str = ""
    age_band: str = ""
    gender: str = ""
    children_in_home: str = ""
    concerns: tuple[str, ...] = ()
    ideologies: tuple[tuple[str, str], ...] = ()
    risk_level: str = ""
    risk_reason: str = ""
    protective_factors: str = ""
    wish_to_change: str = ""
    actions: tuple[str, ...] = ()
    municipality: str = ""
    language: str = ""
    interpreter: str = ""
    found_line: str = ""

    def value_ids(self) -> dict[str, str]:
        """Give the id of each single answer that was given, by field."""
        given = {
            field.name: getattr(self, field.name) for field in fields(self) if field.name in CODED_FIELDS
        }
        return {name: value_id(CODED_FIELDS[name], code) for name, code in given.items() if code}

    def all_ids(self) -> set[str]:
        """Give the ids of every coded value that is chosen anywhere in the answers."""
        return {
            *self.value_ids().values(),
            *(value_id(Kind.CONCERN, code) for code in self.concerns),
            *(value_id(Kind.ACTION, code) for code in self.actions),
            *(value_id(Kind.IDEOLOGY, code) for code, _basis in self.ideologies),
            *(value_id(Kind.IDEOLOGY_BASIS, basis) for _code, basis in self.ideologies),
        }


def value_id(kind: Kind, code: str | CodedValue) -> str:
    """Name a coded value by its kind and code."""
    return code.pk if isinstance(code, CodedValue) else f"{kind.value}:{code}"


def refuse_unknown(wanted: Iterable[str], *, kept: Iterable[str] = ()) -> None:
    """See that every coded value exists and can be chosen; one that the row has already may be kept.

    Errors: UnknownValue.
    """
    asked = set(wanted) - set(kept)
    known = CodedValue.objects.filter(pk__in=asked, retired_at__isnull=True).count() if asked else 0
    if known != len(asked):
        raise UnknownValue


def place_of(code: str) -> Municipality | None:
    """Give the municipality with this code; empty is "not stated".

    Errors: UnknownValue.
    """
    if not code:
        return None
    try:
        return Municipality.objects.get(code=code)
    except Municipality.DoesNotExist:
        raise UnknownValue from None


def put_facts(contact: Contact, facts: ContactFacts) -> None:
    """Set the single answers on a contact that is about to be saved."""
    chosen = facts.value_ids()
    for name in CODED_FIELDS.keys() - {"kind"}:
        setattr(contact, f"{name}_id", chosen.get(name))
    contact.municipality = place_of(facts.municipality)


def put_lists(contact: Contact, facts: ContactFacts) -> None:
    """Replace the answers that may be several."""
    for lists in LISTS:
        lists.objects.filter(contact=contact).delete()  # type: ignore[attr-defined]
    add_lists(contact, facts)


def add_lists(contact: Contact, facts: ContactFacts) -> None:
    """Give a contact that has none the answers that may be several.

    They go straight into the join tables, so that one save is one history row.
    """
    _add(Contact.concerns.through, contact, (value_id(Kind.CONCERN, code) for code in facts.concerns))
    _add(Contact.actions.through, contact, (value_id(Kind.ACTION, code) for code in facts.actions))
    ContactIdeology.objects.bulk_create(
        ContactIdeology(
            contact=contact,
            value_id=value_id(Kind.IDEOLOGY, code),
            basis_id=value_id(Kind.IDEOLOGY_BASIS, basis),
        )
        for code, basis in dict(facts.ideologies).items()
    )


def _add(through: type, contact: Contact, values: Iterable[str]) -> None:
    rows = through.objects  # type: ignore[attr-defined]
    rows.bulk_create(through(contact=contact, codedvalue_id=value) for value in dict.fromkeys(values))


def held_ids(contact: Contact) -> set[str]:
    """Give the ids of the coded values a contact holds now."""
    single = {getattr(contact, f"{name}_id") for name in CODED_FIELDS}
    lists = {*contact.concerns.values_list("pk", flat=True), *contact.actions.values_list("pk", flat=True)}
    pairs = contact.ideology_notes.values_list("value_id", "basis_id")
    return {*single, *lists, *(each for pair in pairs for each in pair)} - {None}
