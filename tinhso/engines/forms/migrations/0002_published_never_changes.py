from django.db import migrations

REFUSE = """
CREATE FUNCTION forms_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published form never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER forms_published_never_changes BEFORE UPDATE OR DELETE ON forms_formdefinition
  FOR EACH ROW WHEN (OLD.is_published) EXECUTE FUNCTION forms_refuse_change();
"""
UNDO = """
DROP TRIGGER forms_published_never_changes ON forms_formdefinition;
DROP FUNCTION forms_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_form_definitions")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
