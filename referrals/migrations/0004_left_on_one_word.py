import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What left in acute danger on one person's word waits until another has looked at it."""

    dependencies = (
        ("referrals", "0003_districts_lie_in_their_municipality"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="LoneDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("decided_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("justified", "It was right to send it"),
                            ("not_acute", "There was time to ask another person"),
                            ("no_ground", "The ground does not hold"),
                            ("too_much", "More left than was needed"),
                            ("wrong_function", "It went to the wrong function"),
                        ],
                        max_length=16,
                    ),
                ),
                ("found_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lone_decisions",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "ordering": ("decided_at", "id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("finding", "")), fields=["due_on"], name="referrals_lone_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", ""), ("found_at", None), ("found_by", None)),
                            models.Q(
                                (
                                    "finding__in",
                                    ["justified", "not_acute", "no_ground", "too_much", "wrong_function"],
                                ),
                                ("found_at__isnull", False),
                                ("found_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="referrals_lone_found_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("found_by", None),
                            models.Q(("found_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="referrals_lone_found_by_another",
                    ),
                ],
            },
        ),
    )
