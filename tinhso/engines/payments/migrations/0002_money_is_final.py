from django.db import migrations

# The ledger's rules, held by the database itself:
# an entry sums to zero and has at least two lines when its transaction ends; nothing in it is changed or removed;
# no line is added to an entry of an earlier transaction (written_in remembers which one wrote it).
LEDGER = """
ALTER TABLE payments_entry ADD COLUMN written_in bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);

CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: what is booked is never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER payments_entry_final BEFORE UPDATE OR DELETE ON payments_entry
  FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_posting_final BEFORE UPDATE OR DELETE ON payments_posting
  FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_entry_kept BEFORE TRUNCATE ON payments_entry
  FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_posting_kept BEFORE TRUNCATE ON payments_posting
  FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_statementline_final BEFORE UPDATE OR DELETE ON payments_statementline
  FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();

CREATE FUNCTION payments_posting_joins_only_its_own() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrote bigint;
BEGIN
  SELECT written_in INTO wrote FROM payments_entry WHERE id = NEW.entry_id;
  IF wrote IS DISTINCT FROM pg_current_xact_id()::text::bigint THEN
    RAISE EXCEPTION 'entry % is closed: no line may be added', NEW.entry_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_posting_in_time BEFORE INSERT ON payments_posting
  FOR EACH ROW EXECUTE FUNCTION payments_posting_joins_only_its_own();

CREATE FUNCTION payments_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total numeric; lines integer; wanted bigint;
BEGIN
  IF TG_TABLE_NAME = 'payments_entry' THEN wanted := NEW.id; ELSE wanted := NEW.entry_id; END IF;
  SELECT coalesce(sum(amount), 0), count(*) INTO total, lines FROM payments_posting WHERE entry_id = wanted;
  IF total <> 0 OR lines < 2 THEN
    RAISE EXCEPTION 'entry % does not balance: % lines, sum %', wanted, lines, total USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_entry_is_balanced AFTER INSERT ON payments_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_entry_balances();
CREATE CONSTRAINT TRIGGER payments_posting_is_balanced AFTER INSERT ON payments_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_entry_balances();
"""
NO_LEDGER = """
DROP TRIGGER payments_posting_is_balanced ON payments_posting;
DROP TRIGGER payments_entry_is_balanced ON payments_entry;
DROP TRIGGER payments_posting_in_time ON payments_posting;
DROP TRIGGER payments_statementline_final ON payments_statementline;
DROP TRIGGER payments_posting_kept ON payments_posting;
DROP TRIGGER payments_entry_kept ON payments_entry;
DROP TRIGGER payments_posting_final ON payments_posting;
DROP TRIGGER payments_entry_final ON payments_entry;
DROP FUNCTION payments_entry_balances();
DROP FUNCTION payments_posting_joins_only_its_own();
DROP FUNCTION payments_refuse_change();
ALTER TABLE payments_entry DROP COLUMN written_in;
"""
# A bill's amount and where it is to be paid are fixed when it is made; a payment's facts when it is taken.
BILLS = """
CREATE FUNCTION payments_bill_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a bill is never removed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.amount, NEW.reference, NEW.qr, NEW.lines, NEW.sentences, NEW.account_id, NEW.subject_type, NEW.subject_id)
     IS DISTINCT FROM
     (OLD.amount, OLD.reference, OLD.qr, OLD.lines, OLD.sentences, OLD.account_id, OLD.subject_type, OLD.subject_id)
  THEN
    RAISE EXCEPTION 'bill %: amount, code and account are fixed', OLD.reference USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_bill_fixed BEFORE UPDATE OR DELETE ON payments_bill
  FOR EACH ROW EXECUTE FUNCTION payments_bill_is_fixed();

CREATE FUNCTION payments_payment_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a payment is never removed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.amount, NEW.provider, NEW.provider_reference, NEW.account_id, NEW.paid_at)
     IS DISTINCT FROM (OLD.amount, OLD.provider, OLD.provider_reference, OLD.account_id, OLD.paid_at)
  THEN
    RAISE EXCEPTION 'payment %: its facts are fixed', OLD.provider_reference USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_payment_fixed BEFORE UPDATE OR DELETE ON payments_payment
  FOR EACH ROW EXECUTE FUNCTION payments_payment_is_fixed();
"""
NO_BILLS = """
DROP TRIGGER payments_payment_fixed ON payments_payment;
DROP FUNCTION payments_payment_is_fixed();
DROP TRIGGER payments_bill_fixed ON payments_bill;
DROP FUNCTION payments_bill_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_bills_and_ledger")]
    operations = [migrations.RunSQL(LEDGER, NO_LEDGER), migrations.RunSQL(BILLS, NO_BILLS)]
