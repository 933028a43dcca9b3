from django.db import migrations

# A succession joins a unit that ends on its day with a unit that lives on its day (so successions never form a
# circle). The sum of shares that leave one unit stays at or below 1. The predecessor's row is locked first,
# so two writers cannot each add a share that fits alone and not together.
SHARES = """
CREATE FUNCTION orgs_shares_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM orgs_unit WHERE id = NEW.predecessor_id FOR UPDATE;
  IF NOT EXISTS (SELECT 1 FROM orgs_unit WHERE id = NEW.predecessor_id AND valid_to = NEW.effective_on)
     OR NOT EXISTS (SELECT 1 FROM orgs_unit WHERE id = NEW.successor_id
                     AND daterange(valid_from, valid_to) @> NEW.effective_on) THEN
    RAISE EXCEPTION 'succession of unit % by %: the one must end and the other live on that day',
      NEW.predecessor_id, NEW.successor_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_succession_joins_an_end_and_a_life';
  END IF;
  IF (SELECT coalesce(sum(share), 0) FROM orgs_succession WHERE predecessor_id = NEW.predecessor_id) > 1 THEN
    RAISE EXCEPTION 'the shares of unit % add up to more than 1', NEW.predecessor_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_shares_add_up_to_at_most_1';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER orgs_shares_add_up_to_at_most_1 AFTER INSERT OR UPDATE ON orgs_succession
  FOR EACH ROW EXECUTE FUNCTION orgs_shares_fit();
"""
UNDO_SHARES = """
DROP TRIGGER orgs_shares_add_up_to_at_most_1 ON orgs_succession;
DROP FUNCTION orgs_shares_fit();
"""

# At the end of the transaction every unit's path is its parent's path and its own id (so there is no cycle),
# and no unit lives outside the life of the unit above it.
TREE = """
CREATE FUNCTION orgs_tree_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
  SELECT u.id INTO wrong FROM orgs_unit u LEFT JOIN orgs_unit p ON p.id = u.parent_id
   WHERE (u.id = NEW.id OR u.parent_id = NEW.id)
     AND u.path IS DISTINCT FROM coalesce(p.path, '') || u.id || '.' LIMIT 1;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'the path of unit % does not follow its parent', wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_path_follows_the_parent';
  END IF;
  SELECT u.id INTO wrong FROM orgs_unit u JOIN orgs_unit p ON p.id = u.parent_id
   WHERE (u.id = NEW.id OR u.parent_id = NEW.id)
     AND NOT daterange(p.valid_from, p.valid_to) @> daterange(u.valid_from, u.valid_to) LIMIT 1;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'unit % lives outside the life of the unit above it', wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_life_within_the_parent';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orgs_tree_holds AFTER INSERT OR UPDATE OF parent_id, path, valid_from, valid_to ON orgs_unit
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orgs_tree_holds();
"""
UNDO_TREE = """
DROP TRIGGER orgs_tree_holds ON orgs_unit;
DROP FUNCTION orgs_tree_holds();
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_units")]
    operations = [migrations.RunSQL(SHARES, UNDO_SHARES), migrations.RunSQL(TREE, UNDO_TREE)]
