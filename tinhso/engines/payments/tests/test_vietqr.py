"""VietQR against codes that others published, and read back in every part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.payments import vietqr
from tinhso.engines.payments.vietqr import BadCode, Code

# Codes published by others, with what their authors say they hold.
PUBLIC = {
    "00020101021238540010A00000072701240006970436011010175956000208QRIBFTTA530370454061800005802VN62230819thanh toan "
    "don hang630470FA": Code("970436", "1017595600", 180000, "", "thanh toan don hang"),
    "00020101021238570010A000000727012700069704220113VQRQAAUQA63360208QRIBFTTA530370454061000005802VN62220818Payment "
    "for course6304AC3C": Code("970422", "VQRQAAUQA6336", 100000, "", "Payment for course"),
    "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen "
    "tien6304BBB8": Code("970416", "257678859", 1000, "", "Chuyen tien"),
    "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA530370454061500005802VN62210817AFWD "
    "WITHDRAWAL12630469B7": Code("970436", "0123456789", 150000, "", "AFWD WITHDRAWAL12"),
}


def test_the_checksum_of_the_standard() -> None:
    assert vietqr.crc16(b"123456789") == 0x29B1


@pytest.mark.parametrize("text", PUBLIC)
def test_published_codes_are_read_and_made_alike(text: str) -> None:
    assert vietqr.decode(text) == PUBLIC[text]
    assert vietqr.encode(PUBLIC[text]) == text


codes = st.builds(
    Code,
    bin=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, vietqr.LARGEST_AMOUNT),
    bill=st.from_regex(r"[A-Z0-9]{0,25}", fullmatch=True),
    purpose=st.from_regex(r"[A-Za-z0-9 ]{0,25}", fullmatch=True),
)


@given(codes)
def test_what_is_made_is_read_back_whole(code: Code) -> None:
    assert vietqr.decode(vietqr.encode(code)) == code


@given(codes, st.data())
def test_a_changed_character_is_noticed(code: Code, data: st.DataObject) -> None:
    text = vietqr.encode(code)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([letter for letter in "0123456789ABCDEFXYZ" if letter != text[at].upper()]))
    with pytest.raises(BadCode):
        vietqr.decode(text[:at] + other + text[at + 1 :])


@given(st.text(max_size=200))
def test_any_text_is_refused_politely(text: str) -> None:
    with pytest.raises(BadCode):
        vietqr.decode(text)


@pytest.mark.parametrize(
    "wrong",
    [
        Code("97043", "1", 1),
        Code("970436", "", 1),
        Code("970436", "1" * 20, 1),
        Code("970436", "1", 0),
        Code("970436", "1", -5),
        Code("970436", "1", 10**13),
        Code("970436", "1", 1, "A" * 26),
        Code("970436", "1", 1, "", "lệ phí"),
    ],
)
def test_what_does_not_fit_the_standard_is_never_made(wrong: Code) -> None:
    with pytest.raises(BadCode):
        vietqr.encode(wrong)


def test_a_field_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadCode, match="twice"):
        vietqr.fields("540410005404900054049000"[:8] + "54049000")
