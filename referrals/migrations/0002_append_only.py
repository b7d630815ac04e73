from django.db import migrations

FORWARD = """
REVOKE UPDATE, DELETE, TRUNCATE ON referrals_move FROM hotline_web;
REVOKE UPDATE ON referrals_sealedcopy FROM hotline_web;
"""
BACKWARD = """
GRANT UPDATE, DELETE ON referrals_move TO hotline_web;
GRANT UPDATE ON referrals_sealedcopy TO hotline_web;
"""


class Migration(migrations.Migration):
    """Moves are only ever added, and what left is never written over; the database keeps it so."""

    dependencies = (("referrals", "0001_initial"),)
    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
