import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import referrals.directory.models

DISTRICT_IN_ITS_MUNICIPALITY = """
ALTER TABLE referrals_district ADD CONSTRAINT referrals_district_of UNIQUE (id, municipality_id);
ALTER TABLE referrals_contactpoint ADD CONSTRAINT referrals_contact_point_in_own_district
    FOREIGN KEY (district_id, municipality_id) REFERENCES referrals_district (id, municipality_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NOT_ANY_MORE = """
ALTER TABLE referrals_contactpoint DROP CONSTRAINT referrals_contact_point_in_own_district;
ALTER TABLE referrals_district DROP CONSTRAINT referrals_district_of;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_seed_geography"),
        ("referrals", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="District",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=60)),
                ("sort_key", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ("sort_key", "id"),
            },
        ),
        migrations.CreateModel(
            name="HistoricalContactPoint",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "reference",
                    models.CharField(
                        db_index=True,
                        default=referrals.directory.models.contact_point_reference,
                        editable=False,
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("social_services", "Social services"),
                            ("coordination", "Coordination function"),
                            ("crime_prevention", "Crime prevention"),
                            ("school", "School"),
                            ("exit_programme", "Exit programme"),
                            ("health_care", "Health care"),
                            ("police", "Police"),
                            ("security_service", "Security Service"),
                            ("social_emergency", "Emergency social services"),
                            ("prevention_agency", "Prevention agency"),
                            ("schools_authority", "Schools' authority"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("function", models.CharField(max_length=120, verbose_name="function")),
                ("address", models.EmailField(max_length=254, verbose_name="address")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="telephone")),
                ("hours", models.CharField(blank=True, max_length=160, verbose_name="opening hours")),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                ("remit", models.CharField(blank=True, max_length=400, verbose_name="remit")),
                ("last_verified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verified_how",
                    models.CharField(
                        blank=True,
                        choices=[("by_phone", "by telephone"), ("by_link", "by themselves, signed in")],
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("doubted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "doubt",
                    models.CharField(
                        blank=True,
                        choices=[("bounced", "Mail came back"), ("silent", "Did not answer")],
                        max_length=12,
                    ),
                ),
                ("closed_from", models.DateField(blank=True, null=True)),
                ("closed_until", models.DateField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("synthetic", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical contact point",
                "verbose_name_plural": "historical contact points",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ImportedFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("text", models.TextField()),
                ("brought_at", models.DateTimeField()),
                ("carried_out_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="contactpoint",
            name="referrals_contact_point_kind_known",
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="closed_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="doubt",
            field=models.CharField(
                blank=True,
                choices=[("bounced", "Mail came back"), ("silent", "Did not answer")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="doubted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="remit",
            field=models.CharField(blank=True, max_length=400, verbose_name="remit"),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="verified_how",
            field=models.CharField(
                blank=True,
                choices=[("by_phone", "by telephone"), ("by_link", "by themselves, signed in")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="outreach",
            name="about",
            field=models.CharField(blank=True, max_length=300, verbose_name="what it was about"),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="address",
            field=models.EmailField(max_length=254, verbose_name="address"),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="function",
            field=models.CharField(max_length=120, verbose_name="function"),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="hours",
            field=models.CharField(blank=True, max_length=160, verbose_name="opening hours"),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="kind",
            field=models.CharField(
                choices=[
                    ("social_services", "Social services"),
                    ("coordination", "Coordination function"),
                    ("crime_prevention", "Crime prevention"),
                    ("school", "School"),
                    ("exit_programme", "Exit programme"),
                    ("health_care", "Health care"),
                    ("police", "Police"),
                    ("security_service", "Security Service"),
                    ("social_emergency", "Emergency social services"),
                    ("prevention_agency", "Prevention agency"),
                    ("schools_authority", "Schools' authority"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveField(model_name="contactpoint", name="languages"),
        migrations.AddField(
            model_name="contactpoint",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), blank=True, default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="phone",
            field=models.CharField(blank=True, max_length=20, verbose_name="telephone"),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="reference",
            field=models.CharField(
                default=referrals.directory.models.contact_point_reference,
                editable=False,
                max_length=12,
                unique=True,
            ),
        ),
        migrations.AlterField(
            model_name="outreach",
            name="kind",
            field=models.CharField(
                choices=[("visit", "Visit"), ("training", "Training"), ("dialogue", "Dialogue meeting")],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="outreach",
            name="on",
            field=models.DateField(verbose_name="day"),
        ),
        migrations.AddField(
            model_name="district",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="districts", to="cases.municipality"
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="district",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_points",
                to="referrals.district",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "social_services",
                            "coordination",
                            "crime_prevention",
                            "school",
                            "exit_programme",
                            "health_care",
                            "police",
                            "security_service",
                            "social_emergency",
                            "prevention_agency",
                            "schools_authority",
                        ],
                    )
                ),
                name="referrals_contact_point_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("district", None), ("municipality__isnull", False), _connector="OR"),
                name="referrals_contact_point_district_lies_in_municipality",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fallback", None), models.Q(("fallback", models.F("id")), _negated=True), _connector="OR"
                ),
                name="referrals_contact_point_not_own_fallback",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("doubt", ""), ("doubted_at", None)),
                    models.Q(("doubt__in", ["bounced", "silent"]), ("doubted_at__isnull", False)),
                    _connector="OR",
                ),
                name="referrals_contact_point_doubt_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_how", ""), ("verified_how__in", ["by_phone", "by_link"]), _connector="OR"
                ),
                name="referrals_contact_point_verified_how_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_from", None), ("closed_until__gt", models.F("closed_from")), _connector="OR"
                ),
                name="referrals_contact_point_closed_for_some_days",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="county",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="cases.county",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="deputy",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="referrals.contactpoint",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="district",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="referrals.district",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="fallback",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="referrals.contactpoint",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="last_verified_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="municipality",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="cases.municipality",
            ),
        ),
        migrations.AddField(
            model_name="importedfile",
            name="brought_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="district",
            constraint=models.UniqueConstraint(
                fields=("municipality", "name"), name="referrals_district_named_once"
            ),
        ),
        migrations.RunSQL(DISTRICT_IN_ITS_MUNICIPALITY, NOT_ANY_MORE),
    ]
