from django.db import migrations

TABLES = ("audit_auditrow", "audit_auditseal", "audit_audithead")

GUARDS = "".join(
    f"""
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
    for table in TABLES
)
NO_GUARDS = "".join(
    f"DROP TRIGGER audit_append_only ON {table}; DROP TRIGGER audit_no_truncate ON {table};" for table in TABLES
)

# Runs at the commit (deferred). Sixteen streams by transaction number: all rows of one act share a stream, so an act
# waits for one chain lock at most, after every other lock it needs: no circle of waiting is possible.
SEAL = """
CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  chain text := 's' || lpad((pg_current_xact_id()::text::numeric % 16)::text, 2, '0');
  place bigint;
  before bytea;
BEGIN
  -- A restored backup brings its seals along.
  IF EXISTS (SELECT 1 FROM audit_auditseal WHERE row_id = NEW.id) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('tinhso audit ' || chain, 7));
  SELECT sequence, row_hash INTO place, before FROM audit_auditseal
    WHERE stream = chain ORDER BY sequence DESC LIMIT 1;
  place := coalesce(place, 0) + 1;
  before := coalesce(before, decode(repeat('00', 32), 'hex'));
  INSERT INTO audit_auditseal (row_id, stream, sequence, previous_hash, row_hash) VALUES (
    NEW.id, chain, place, before,
    sha256(before || convert_to(chain || ':' || place || ':', 'UTF8') || NEW.content_hash)
  );
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_seal_at_commit AFTER INSERT ON audit_auditrow
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal();
"""
NO_SEAL = "DROP TRIGGER audit_seal_at_commit ON audit_auditrow; DROP FUNCTION audit_seal();"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_rows_and_seals")]
    operations = [migrations.RunSQL(GUARDS, NO_GUARDS), migrations.RunSQL(SEAL, NO_SEAL)]
