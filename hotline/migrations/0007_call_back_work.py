"""What working the lists needs: when an attempt rang, why one gave up, and quick ways to what is still open."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("hotline", "0006_first_guidance")]

    operations = [
        migrations.AddField(
            model_name="callbackattempt",
            name="rung_at",
            field=models.DateTimeField(null=True, verbose_name="counsellor rung"),
        ),
        migrations.AddField(
            model_name="callbackattempt",
            name="put_through_at",
            field=models.DateTimeField(null=True, verbose_name="put through"),
        ),
        migrations.AddField(
            model_name="callback",
            name="given_up_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_answer", "Nobody answers"),
                    ("wrong_person", "Somebody else answers"),
                    ("wrong_number", "The number does not work"),
                    ("not_wanted", "The caller no longer wants it"),
                ],
                default="",
                max_length=12,
                verbose_name="given up because",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=Q(given_up_because="")
                | Q(
                    state="given_up",
                    given_up_because__in=["no_answer", "wrong_person", "wrong_number", "not_wanted"],
                ),
                name="call_back_given_up_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                fields=["offered_at"],
                condition=Q(
                    outcome__in=["failed", "no_answer", "abandoned"],
                    contact__isnull=True,
                    settled_at__isnull=True,
                ),
                name="call_missed_open",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                fields=["offered_at"],
                condition=Q(outcome="answered", contact__isnull=True),
                name="call_not_logged",
            ),
        ),
    ]
