"""References and signatures, without a database."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.payments import messages, references, signatures
from tinhso.engines.payments.signatures import Verdict

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
# The example of the Standard Webhooks libraries.
BODY, NUMBER, WHEN = b'{"test": 2432232314}', "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
KNOWN = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example_is_signed_alike() -> None:
    assert signatures.sign(SECRET, NUMBER, WHEN, BODY) == KNOWN


def _judge(now: int = WHEN, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), **changes: str) -> Verdict:
    headers = {"webhook-id": NUMBER, "webhook-timestamp": str(WHEN), "webhook-signature": KNOWN}
    return signatures.judge(secrets, headers | {k.replace("_", "-"): v for k, v in changes.items()}, body, now).verdict


def test_good_and_bad_deliveries() -> None:
    assert _judge() == Verdict.GOOD
    assert _judge(WHEN + 300) == Verdict.GOOD
    assert _judge(WHEN + 301) == _judge(WHEN - 301) == Verdict.STALE
    assert _judge(body=BODY + b" ") == Verdict.FORGED
    assert _judge(webhook_id="msg_other") == Verdict.FORGED
    assert _judge(webhook_timestamp=str(WHEN + 1)) == Verdict.FORGED
    assert _judge(secrets=("other secret",)) == Verdict.FORGED
    assert _judge(secrets=("other secret", SECRET)) == Verdict.GOOD
    assert _judge(webhook_signature=f"v1,AAAA v2,zzz {KNOWN}") == Verdict.GOOD
    assert _judge(webhook_signature="v1a,AAAA") == Verdict.UNSIGNED
    assert _judge(webhook_timestamp="١٢٣") == Verdict.UNSIGNED
    assert _judge(webhook_timestamp="") == Verdict.UNSIGNED
    assert _judge(webhook_id="m" * 101) == Verdict.UNSIGNED
    assert _judge(webhook_signature="v1,ký") == Verdict.FORGED


def test_a_bad_secret_is_named() -> None:
    with pytest.raises(ValueError, match="base64"):
        signatures.key_of("whsec_***")
    assert signatures.key_of("whsec_" + base64.b64encode(b"k").decode()) == b"k"


def test_references_are_found_among_what_banks_write() -> None:
    made = references.new_reference()
    for text in (f"MBVCB.123.{made}.CT tu 001", made.lower(), f"thanh toan {made}", f"{made} - {made}"):
        assert references.find_reference(text) == made, text
    assert references.find_reference(f"X{made}") == "" == references.find_reference("TS123 456")
    assert references.tidy(f" {made[:4]} {made[4:8]}-{made[8:]} ".lower()) == made


@given(st.integers(2, references.LENGTH - 1), st.sampled_from(references.LETTERS))
def test_one_wrong_letter_is_no_reference(at: int, letter: str) -> None:
    made = references.new_reference()
    if made[at] != letter:
        assert not references.is_reference(made[:at] + letter + made[at + 1 :])


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(messages.BadMessage):
        messages.read(body)


@pytest.mark.parametrize("amount", ["true", "1.5", "1e3", "-1", "0", '"8000"', "null", str(10**13)])
def test_only_whole_dong_are_money(amount: str) -> None:
    body = (
        '{"type":"transaction.credited","data":{"reference":"F","account":{"bin":"999999","number":"1"},'
        '"amount":AMOUNT,"paid_at":"2026-11-22T10:00:00+07:00"}}'
    )
    with pytest.raises(messages.BadMessage):
        messages.read(body.replace("AMOUNT", amount).encode())


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(messages.BadMessage):
        messages.read(b"[" * 60000)
