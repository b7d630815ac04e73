"""Let every flag end on a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_protected_by_the_case")]

    operations = [
        migrations.AlterField(model_name="flag", name="until", field=models.DateField()),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["do_not_call", "no_message", "threats", "in_secret"]),
                name="flag_kind_is_known",
            ),
        ),
    ]
