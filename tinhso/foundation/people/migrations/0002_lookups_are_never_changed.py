from django.db import migrations

REFUSE = """
CREATE FUNCTION people_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'look-ups and corrections of persons are never changed or removed'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_lookups_append_only BEFORE UPDATE OR DELETE ON people_lookup
  FOR EACH ROW EXECUTE FUNCTION people_refuse_change();
CREATE TRIGGER people_changes_append_only BEFORE UPDATE OR DELETE ON people_personchange
  FOR EACH ROW EXECUTE FUNCTION people_refuse_change();
"""
UNDO = """
DROP TRIGGER people_lookups_append_only ON people_lookup;
DROP TRIGGER people_changes_append_only ON people_personchange;
DROP FUNCTION people_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_persons_and_accounts")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
