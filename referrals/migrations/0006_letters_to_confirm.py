from django.db import migrations, models

KINDS = (
    ("new", "New referral"),
    ("reminder", "Reminder"),
    ("ended", "Referral ended"),
    ("welcome", "Invitation to the portal"),
    ("question", "Question or answer about a referral"),
    ("confirm", "Contact details to confirm"),
)
NAME = "referrals_letter_kind_known"


class Migration(migrations.Migration):
    """Letters may ask a function to confirm its contact details."""

    dependencies = (("referrals", "0005_systems"),)
    operations = (
        migrations.AlterField("letter", "kind", models.CharField(max_length=12, choices=KINDS)),
        migrations.RemoveConstraint("letter", NAME),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(condition=models.Q(kind__in=[code for code, _name in KINDS]), name=NAME),
        ),
    )
