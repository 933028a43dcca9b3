from django.db import migrations

REFUSE = """
CREATE FUNCTION workflow_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'published processes and the log of cases never change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER workflow_published_never_changes BEFORE UPDATE OR DELETE ON workflow_processdefinition
  FOR EACH ROW WHEN (OLD.is_published) EXECUTE FUNCTION workflow_refuse_change();
CREATE TRIGGER workflow_log_is_append_only BEFORE UPDATE OR DELETE ON workflow_casestep
  FOR EACH ROW EXECUTE FUNCTION workflow_refuse_change();
"""
UNDO = """
DROP TRIGGER workflow_log_is_append_only ON workflow_casestep;
DROP TRIGGER workflow_published_never_changes ON workflow_processdefinition;
DROP FUNCTION workflow_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_processes_and_cases")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
