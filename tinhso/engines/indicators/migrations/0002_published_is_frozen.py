from django.db import migrations

REFUSE = """
CREATE FUNCTION indicators_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published report is corrected by a new version, never changed'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER indicators_report_frozen BEFORE UPDATE OR DELETE ON indicators_publishedreport
  FOR EACH ROW EXECUTE FUNCTION indicators_refuse_change();
CREATE TRIGGER indicators_published_fact_frozen BEFORE UPDATE OR DELETE ON indicators_publishedfact
  FOR EACH ROW EXECUTE FUNCTION indicators_refuse_change();
"""
UNDO = """
DROP TRIGGER indicators_published_fact_frozen ON indicators_publishedfact;
DROP TRIGGER indicators_report_frozen ON indicators_publishedreport;
DROP FUNCTION indicators_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_facts_targets_reports")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
