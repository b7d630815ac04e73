from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            sql="ALTER TABLE auth_user ADD CONSTRAINT hotline_no_superusers CHECK (NOT is_superuser)",
            reverse_sql="ALTER TABLE auth_user DROP CONSTRAINT hotline_no_superusers",
        )
    ]
