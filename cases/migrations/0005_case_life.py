"""Give cases their life: hand-overs, second looks, merges, turns, emergency openings; protected identity moves to the case."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import cases.record.references


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_seed_geography"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateTimeField()),
                ("key", models.UUIDField(editable=False)),
                ("reason", models.BinaryField()),
                ("reason_version", models.PositiveIntegerField(default=0)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("justified", "justified"), ("unjustified", "not justified")],
                        max_length=12,
                    ),
                ),
                ("remark", models.BinaryField(null=True)),
                ("remark_version", models.PositiveIntegerField(default=0)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("at",),
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reference",
                    models.CharField(
                        default=cases.record.references.hand_over_reference,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "waiting to be acknowledged"),
                            ("acknowledged", "acknowledged"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="offered",
                        max_length=12,
                    ),
                ),
                ("offered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("acknowledge_by", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.UUIDField(editable=False)),
                ("note", models.BinaryField()),
                ("note_version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ("-offered_at", "reference"),
            },
        ),
        migrations.CreateModel(
            name="LifeEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("waiting", "Set to wait"),
                            ("resumed", "Taken up again"),
                            ("closing_requested", "Closing prepared"),
                            ("closed", "Case closed"),
                            ("reopened", "Reopened"),
                            ("protected", "Protected identity set"),
                            ("unprotected", "Protected identity taken off"),
                            ("co_worker_added", "Co-worker added"),
                            ("co_worker_removed", "Co-worker removed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("key", models.UUIDField(editable=False)),
                ("reason", models.BinaryField(null=True)),
                ("reason_version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ("at",),
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("moved", models.JSONField(default=dict)),
                ("keys", models.JSONField(default=list)),
                ("grants", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-at",),
            },
        ),
        migrations.CreateModel(
            name="NoteTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("order", "id"),
            },
        ),
        migrations.CreateModel(
            name="NoteTemplateVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("title_sv", models.CharField(max_length=80)),
                ("title_en", models.CharField(max_length=80)),
                ("text_sv", models.TextField(max_length=4000)),
                ("text_en", models.TextField(max_length=4000)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("template", "number"),
            },
        ),
        migrations.CreateModel(
            name="SecondLook",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reference",
                    models.CharField(
                        default=cases.record.references.second_look_reference,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waiting for an answer"),
                            ("answered", "has its answer"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="asked",
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.UUIDField(editable=False)),
                ("question", models.BinaryField()),
                ("question_version", models.PositiveIntegerField(default=0)),
                ("answer", models.BinaryField(null=True)),
                ("answer_version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ("asked_at", "reference"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="flag",
            name="flag_kind_is_known",
        ),
        migrations.AddField(
            model_name="case",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_cases",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="protected",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="flag",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcase",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="historicalcase",
            name="protected",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("do_not_call", "do not call back"),
                    ("no_message", "leave no message"),
                    ("threats", "threats against those who answer"),
                    ("in_secret", "the caller calls in secret"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="flag",
            name="until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("caller_code_stated", "A caller stated the code of your case to a colleague."),
                    ("case_broken_open", "A colleague opened your case in an emergency."),
                    ("follow_up_given", "A colleague planned a follow-up for you."),
                    ("follow_up_due", "A follow-up of yours is due."),
                    ("break_glass_to_review", "An emergency opening waits for your look."),
                    (
                        "hand_over_offered",
                        "A colleague hands a case over to you. Read the note and acknowledge.",
                    ),
                    ("hand_over_acknowledged", "Your hand-over has been acknowledged."),
                    ("hand_over_declined", "Your hand-over was declined. The case is still yours."),
                    ("hand_over_withdrawn", "A hand-over to you has been withdrawn."),
                    ("hand_over_unanswered", "A hand-over has not been acknowledged."),
                    ("second_look_asked", "A colleague asks you for a second look."),
                    ("second_look_answered", "Your question for a second look has been answered."),
                    ("co_worker_added", "A colleague shares a case with you."),
                    ("case_merged", "Your case has been merged with another."),
                    ("merge_undone", "A merge of your case has been undone."),
                    ("referral_arrived", "A referral has arrived."),
                    ("referral_opened", "The municipality has opened your referral."),
                    ("referral_answered", "The municipality has answered your referral."),
                    ("referral_outcome", "An outcome of your referral has been reported."),
                    ("referral_overdue", "A referral has stood still for too long."),
                    ("line_unstaffed", "A line is open, or about to open, and nobody is on duty."),
                ],
                max_length=32,
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True),
                name="case_is_not_merged_into_itself",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="emergency_openings",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="grant",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="emergency_opening",
                to="cases.grant",
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="reviewed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="breakglass",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="from_user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lifeevent",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lifeevent",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="life", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="merged",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merged_by", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notetemplateversion",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="cases.notetemplate"
            ),
        ),
        migrations.AddField(
            model_name="notetemplateversion",
            name="written_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="secondlook",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="secondlook",
            name="asked_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="secondlook",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="second_looks", to="cases.case"
            ),
        ),
        migrations.AddIndex(
            model_name="breakglass",
            index=models.Index(condition=models.Q(("finding", "")), fields=["at"], name="breakglass_waiting"),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding", ""), ("reviewed_at__isnull", True), ("reviewed_by__isnull", True)),
                    models.Q(
                        ("finding__in", ["justified", "unjustified"]),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="breakglass_reviewed_has_its_finding",
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(("user", models.F("reviewed_by")), _negated=True),
                name="breakglass_is_reviewed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("at"))), name="breakglass_lasts_a_while"
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("state", "offered")), fields=["acknowledge_by"], name="handover_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["to_user", "state"], name="handover_to_me"),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["offered", "acknowledged", "declined", "withdrawn"])),
                name="handover_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "offered")),
                    models.Q(models.Q(("state", "offered"), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="handover_settled_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at__isnull", False), ("state", "acknowledged")),
                    models.Q(
                        models.Q(("state", "acknowledged"), _negated=True), ("acknowledged_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="handover_acknowledged_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_user", models.F("to_user")), _negated=True),
                name="handover_goes_to_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "offered")), fields=("case",), name="handover_one_at_a_time"
            ),
        ),
        migrations.AddIndex(
            model_name="lifeevent",
            index=models.Index(fields=["case", "at"], name="lifeevent_by_case"),
        ),
        migrations.AddConstraint(
            model_name="lifeevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "waiting",
                            "resumed",
                            "closing_requested",
                            "closed",
                            "reopened",
                            "protected",
                            "unprotected",
                            "co_worker_added",
                            "co_worker_removed",
                        ],
                    )
                ),
                name="lifeevent_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lifeevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("reopened", "unprotected")), _negated=True),
                    ("reason__isnull", False),
                    _connector="OR",
                ),
                name="lifeevent_has_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("merged")), _negated=True), name="merge_is_of_two_cases"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="merge_undone_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("merged",),
                name="merge_once_while_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="notetemplateversion",
            constraint=models.UniqueConstraint(
                fields=("template", "number"), name="notetemplateversion_numbered_once"
            ),
        ),
        migrations.AddIndex(
            model_name="secondlook",
            index=models.Index(fields=["state", "asked_of"], name="secondlook_open"),
        ),
        migrations.AddConstraint(
            model_name="secondlook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "answered", "withdrawn"])),
                name="secondlook_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondlook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="secondlook_settled_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondlook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", False), ("asked_of__isnull", False), ("state", "answered")),
                    models.Q(models.Q(("state", "answered"), _negated=True), ("answer__isnull", True)),
                    _connector="OR",
                ),
                name="secondlook_answered_has_its_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondlook",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by", models.F("asked_of")), _negated=True),
                name="secondlook_is_by_somebody_else",
            ),
        ),
    ]
