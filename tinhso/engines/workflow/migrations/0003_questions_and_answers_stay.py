from django.db import migrations

REFUSE = """
CREATE FUNCTION workflow_opinion_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'opinions are never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD.question, OLD.asked_at, OLD.due_at, OLD.case_id, OLD.document, OLD.batch)
     IS DISTINCT FROM (NEW.question, NEW.asked_at, NEW.due_at, NEW.case_id, NEW.document, NEW.batch) THEN
    RAISE EXCEPTION 'a question that was asked never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state = 'answered' AND (OLD.state, OLD.verdict, OLD.answer, OLD.answered_at, OLD.answer_document)
     IS DISTINCT FROM (NEW.state, NEW.verdict, NEW.answer, NEW.answered_at, NEW.answer_document) THEN
    RAISE EXCEPTION 'an answer that was given never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER workflow_opinion_stays BEFORE UPDATE OR DELETE ON workflow_opinion
  FOR EACH ROW EXECUTE FUNCTION workflow_opinion_stays();
CREATE TRIGGER workflow_alarms_are_append_only BEFORE UPDATE OR DELETE ON workflow_alarm
  FOR EACH ROW EXECUTE FUNCTION workflow_refuse_change();
"""
UNDO = """
DROP TRIGGER workflow_alarms_are_append_only ON workflow_alarm;
DROP TRIGGER workflow_opinion_stays ON workflow_opinion;
DROP FUNCTION workflow_opinion_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0002_log_is_append_only")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
