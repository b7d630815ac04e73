"""Keep how often a telephone had called in the period before: a number, counted while the call came in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the count."""

    dependencies = [("hotline", "0003_first_guidance")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="calls_before",
            field=models.PositiveIntegerField(editable=False, null=True),
        )
    ]
