"""Keep in the database that a contact point of a district lies in that district's municipality."""

from django.db import migrations

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
    dependencies = (("referrals", "0002_append_only"),)
    operations = (migrations.RunSQL(DISTRICT_IN_ITS_MUNICIPALITY, NOT_ANY_MORE),)
