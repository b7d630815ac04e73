"""Make the trail append-only in the database itself: triggers that fire for everyone, and rights by name."""

from django.db import migrations

TRIGGERS = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_leaf_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_pending_append_only BEFORE UPDATE OR TRUNCATE ON audit_pending
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_pending_sealed_only BEFORE DELETE ON audit_pending
    FOR EACH STATEMENT WHEN (current_user <> 'hotline_sequencer') EXECUTE FUNCTION audit_refuse();

ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only;
ALTER TABLE audit_leaf ENABLE ALWAYS TRIGGER audit_leaf_append_only;
ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_checkpoint_append_only;
ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_append_only;
ALTER TABLE audit_pending ENABLE ALWAYS TRIGGER audit_pending_sealed_only;
"""

NO_TRIGGERS = """
DROP TRIGGER audit_entry_append_only ON audit_entry;
DROP TRIGGER audit_leaf_append_only ON audit_leaf;
DROP TRIGGER audit_checkpoint_append_only ON audit_checkpoint;
DROP TRIGGER audit_pending_append_only ON audit_pending;
DROP TRIGGER audit_pending_sealed_only ON audit_pending;
DROP FUNCTION audit_refuse();
"""

RIGHTS = """
REVOKE ALL ON audit_entry, audit_pending, audit_leaf, audit_checkpoint FROM PUBLIC, hotline_web, hotline_sequencer;
GRANT SELECT, INSERT ON audit_entry, audit_pending TO hotline_web;
GRANT SELECT ON audit_leaf, audit_checkpoint TO hotline_web;
GRANT SELECT ON audit_entry TO hotline_sequencer;
GRANT SELECT, DELETE ON audit_pending TO hotline_sequencer;
GRANT SELECT, INSERT ON audit_leaf, audit_checkpoint TO hotline_sequencer;
"""

DEFAULT_RIGHTS = """
REVOKE ALL ON audit_entry, audit_pending, audit_leaf, audit_checkpoint FROM hotline_web, hotline_sequencer;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_entry, audit_pending, audit_leaf, audit_checkpoint TO hotline_web;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(RIGHTS, DEFAULT_RIGHTS),
    ]
