"""Tables brought in and given out: a dry run first, all or nothing, and nothing a spreadsheet would run."""

import csv
import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from cases.coded.models import Municipality
from cases.record import references
from cases.record.refusals import EditedMeanwhile
from referrals.directory.comparing import Plan, plan_import
from referrals.directory.importing import bring_table, carry_out, export_table, import_table
from referrals.directory.keeping import add_district
from referrals.directory.models import ContactKind, ContactPoint
from referrals.directory.table import TableUnreadable, decode, read_table, write_table
from tests.referrals.factories import ALE, CLOCK, actor_for, make_national, make_point, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

HEADER = "reference;kind;function;area;district;address;phone;hours;languages;remit;deputy;fallback"


@pytest.fixture
def sam() -> User:
    return make_user("sam", "supervisor")


def table(*rows: str, header: str = HEADER) -> str:
    return "\r\n".join((header, *rows))


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(TableUnreadable) as refused:
        plan_import(text)
    return [(fault.line, fault.sentence) for fault in refused.value.faults]


def carry(text: str) -> Plan:
    return import_table(actor=CLOCK, user=None, text=text)


def test_new_rows_are_added_with_deputies_that_the_same_table_names() -> None:
    add_district(actor=CLOCK, municipality=Municipality.objects.get(pk=ALE), name="Norra")
    text = table(
        ";school;Elevhälsan;1440;Norra;elevhalsan@ale.example;031-390 06 02;mån-fre 8.00-16.30;SV, en;;Socialjour;",
        ";social_emergency;Socialjour;1440;;jour@ale.example;;dygnet runt;;;;",
        ";police;Polisen;national;;polis@nationell.example;;;;;;",
        ";coordination;Länet;9;;lanet@gotland.example;;;;;;",
    )
    shown = plan_import(text)
    assert not ContactPoint.objects.exists()
    assert [change.line for change in shown.added] == [2, 3, 4, 5]
    carry(text)
    school = ContactPoint.objects.get(kind=ContactKind.SCHOOL)
    assert school.deputy is not None
    assert school.district is not None
    assert (school.deputy.function, school.district.name) == ("Socialjour", "Norra")
    assert (school.hours, school.languages, school.last_verified_at) == (
        "mon-fri 08:00-16:30",
        ["sv", "en"],
        None,
    )
    assert ContactPoint.objects.get(function="Länet").county_id == "09"
    assert school.history.count() == 1  # type: ignore[attr-defined]
    assert carry(text).changes == []
    assert ContactPoint.objects.count() == 4


def test_a_reference_that_is_drawn_twice_or_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = make_point().reference
    draws = iter(["P-222222", "P-222222", taken, "P-333333"])
    monkeypatch.setattr(references, "new_reference", lambda _prefix: next(draws))
    carry(table(*(f";school;{name};1440;;x@ale.example;;;;;;" for name in ("Norr", "Söder"))))
    assert set(ContactPoint.objects.values_list("reference", flat=True)) == {taken, "P-222222", "P-333333"}


def test_a_row_shows_what_it_would_change_and_a_changed_address_is_verified_no_more() -> None:
    point = make_point(function="Mottagningen", remit="Alla")
    header = "reference;kind;function;area;address;remit"
    text = table(f"{point.reference};school;Mottagningen;1440;ny@ale.example;Alla", header=header)
    (change,) = plan_import(text).changes
    assert not change.is_new
    assert [(each.name, each.old, each.new) for each in change.differences] == [
        ("kind", "social_services", "school"),
        ("address", point.address, "ny@ale.example"),
    ]
    carry(text)
    point.refresh_from_db()
    assert (point.address, point.phone, point.version) == ("ny@ale.example", "031-390 06 01", 2)
    assert point.last_verified_at is None
    entry = Entry.objects.get(action="directory:table:imported")
    assert (entry.facts["added"], entry.facts["changed"]) == (0, 1)


def test_every_fault_is_told_by_its_line_and_nothing_changes() -> None:
    known = make_point(function="Mottagningen")
    good = ";school;Elevhälsan;1440;;elevhalsan@ale.example;;;;;;"
    text = table(
        good,
        ";opera;X;1440;;x@ale.example;;;;;;",
        ";school;X;9999;;x@ale.example;;;;;;",
        ";school;Y;1440;;no address;;;;;;",
        ";school;Z;1440;;z@ale.example;;sometimes;;;;",
        ";school;Å;1440;;z@ale.example;;;klingon;;;",
        ";school;Ä;1440;Mars;z@ale.example;;;;;;",
        ";school;Ö;1440;;z@ale.example;;;;;Nobody;",
        "P-222222;school;X;1440;;x@ale.example;;;;;;",
        f"{known.reference};school;X;0180;;x@ale.example;;;;;;",
        good,
        ";school;;1440;;x@ale.example;;;;;;",
    )
    told = faults(text)
    assert [line for line, _sentence in told] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert "opera" in told[0][1]
    assert "9999" in told[1][1]
    with pytest.raises(TableUnreadable):
        carry(text)
    assert ContactPoint.objects.get() == known


def test_a_file_that_is_no_table_is_refused_in_one_sentence() -> None:
    for content, line in (
        (b"kind;function\r\n", 1),
        (b"nonsense", 1),
        (b"", 1),
        (b"kind;function;area;address;kind\n", 1),
        ("kind;function;area;address\nschool;Å".encode("latin-1"), 2),
        (b'kind;function;area;address\nschool;"X;1440;a@b.example', 2),
        (b"kind;function;area;address\n;;;;;;;too;many", 2),
        (b"kind;function;area;address\n\x00", 1),
        (b"kind;function;area;address\n" + b"x" * 1_000_001, 1),
    ):
        with pytest.raises(TableUnreadable) as refused:
            read_table(decode(content))
        assert [fault.line for fault in refused.value.faults] == [line], content[:60]


def test_what_is_given_out_runs_nothing_in_a_spreadsheet_and_comes_back_unchanged() -> None:
    make_national()
    nasty = '=HYPERLINK("x");1'
    point = make_point(function=nasty, phone="+46313900601", remit="@SUM(1)", languages=["sv"])
    make_point(kind=ContactKind.SCHOOL, function="'-quoted", deputy=point, closed_until=timezone.localdate())
    text = export_table(actor=CLOCK)
    cells = [
        cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";") for cell in row
    ]
    assert "'" + nasty in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    plan = plan_import(text)
    assert (plan.changes, plan.unchanged) == ([], 3)
    assert Entry.objects.get(action="directory:table:exported").facts == {"rows": 3}
    assert (
        read_table(write_table([{"remit": "\t=1"}]).replace("reference", "reference"))[0]["remit"] == "\t=1"
    )


def test_what_is_carried_out_is_what_was_shown_once(sam: User) -> None:
    point = make_point(function="Mottagningen")
    text = table(f"{point.reference};school;Mottagningen;1440;;ny@ale.example;;;;;;")
    actor = actor_for(sam)
    file = bring_table(actor=actor, user=sam, text=text, client_id=uuid.uuid4())
    digest = plan_import(text).digest
    ContactPoint.objects.update(remit="Något annat")
    with pytest.raises(EditedMeanwhile):
        carry_out(actor=actor, user=sam, file=file, digest=digest)
    point.refresh_from_db()
    assert point.kind == ContactKind.SOCIAL_SERVICES
    carry_out(actor=actor, user=sam, file=file, digest=plan_import(text).digest)
    assert carry_out(actor=actor, user=sam, file=file, digest=digest) is None
    point.refresh_from_db()
    assert (point.kind, point.address, point.version) == (ContactKind.SCHOOL, "ny@ale.example", 2)
    assert point.history.latest().history_user == sam  # type: ignore[attr-defined]


def test_a_dry_run_asks_as_much_for_many_rows_as_for_one() -> None:
    def queries(text: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            plan_import(text)
        return len(asked)

    first = make_point()
    one = queries(export_table(actor=CLOCK))
    for number in range(20):
        make_point(
            function=f"Function {number}", deputy=first, last_verified_at=timezone.now() - timedelta(days=1)
        )
    assert queries(export_table(actor=CLOCK)) == one
    assert one <= 6


def test_the_commands_show_first_tell_faults_by_line_and_write_only_when_told(tmp_path: Path) -> None:
    point = make_point(function="Mottagningen")
    file, out = tmp_path / "directory.csv", io.StringIO()
    call_command("export_directory", str(file), stdout=out)
    changed = file.read_text(encoding="utf-8").replace("031-390 06 01", "031-390 06 09")
    file.write_text(changed, encoding="utf-8", newline="")
    call_command("import_directory", str(file), stdout=out)
    point.refresh_from_db()
    assert point.phone == "031-390 06 01"
    assert "phone: 031-390 06 01 → 031-390 06 09" in out.getvalue()
    assert "Nothing is changed yet" in out.getvalue()
    call_command("import_directory", str(file), "--carry-out", stdout=out)
    point.refresh_from_db()
    assert point.phone == "031-390 06 09"
    file.write_text(changed.replace("social_services", "opera"), encoding="utf-8")
    with pytest.raises(CommandError, match="line 2: kind: opera is none of these"):
        call_command("import_directory", str(file), "--carry-out", stdout=out)
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_directory", str(tmp_path / "nowhere.csv"), stdout=out)
