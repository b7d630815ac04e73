"""Refuse in the database what would let a code mean something else than it once did."""

from django.db import migrations

SAFEGUARD = """
CREATE FUNCTION cases_codedvalue_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a coded value is retired, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.kind, NEW.code) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.code) THEN
        RAISE EXCEPTION 'a code is never changed or reused' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_codedvalue_stays BEFORE UPDATE OR DELETE ON cases_codedvalue
    FOR EACH ROW EXECUTE FUNCTION cases_codedvalue_stays();
ALTER TABLE cases_codedvalue ENABLE ALWAYS TRIGGER cases_codedvalue_stays;
"""
REMOVAL = """
DROP TRIGGER cases_codedvalue_stays ON cases_codedvalue;
DROP FUNCTION cases_codedvalue_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(SAFEGUARD, REMOVAL)]
