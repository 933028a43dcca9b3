from django.db import migrations

REFUSE = """
CREATE FUNCTION signing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence of a signature is never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER signing_evidence_final BEFORE UPDATE OR DELETE ON signing_signatureevidence
  FOR EACH ROW EXECUTE FUNCTION signing_refuse_change();
"""
UNDO = """
DROP TRIGGER signing_evidence_final ON signing_signatureevidence;
DROP FUNCTION signing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_certificates_and_evidence")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
