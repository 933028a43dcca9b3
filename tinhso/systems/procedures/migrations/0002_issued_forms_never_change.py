from django.db import migrations

REFUSE = """
CREATE FUNCTION procedures_form_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an issued form is never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER procedures_issued_form_final BEFORE UPDATE OR DELETE ON procedures_issuedform
  FOR EACH ROW EXECUTE FUNCTION procedures_form_is_final();
"""
UNDO = """
DROP TRIGGER procedures_issued_form_final ON procedures_issuedform;
DROP FUNCTION procedures_form_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_dossiers")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
