from django.db import migrations

# Marks are stripped before lowering, so the result does not depend on the database's locale.
FOLD = r"""
CREATE OR REPLACE FUNCTION tinhso_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(translate(regexp_replace(normalize(value, NFD), '[\u0300-\u036f]', '', 'g'), 'đĐ', 'dd'))
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FOLD, "DROP FUNCTION IF EXISTS tinhso_fold(text)")]
