"""Masking of what identifies a person. Lists and logs show the masked form; the full one asks for a purpose."""

MASK = "•"


def mask_number(number: str | None) -> str:
    """A 12-digit number as 0420••••••34: enough to recognise one's own, not enough to use another's."""
    digits = (number or "").strip()
    if not digits:
        return ""
    if len(digits) <= 6:
        return MASK * len(digits)
    return f"{digits[:4]}{MASK * (len(digits) - 6)}{digits[-2:]}"


def mask_phone(phone: str | None) -> str:
    """A phone number as 09••••••78."""
    digits = (phone or "").strip()
    if len(digits) <= 4:
        return MASK * len(digits)
    return f"{digits[:2]}{MASK * (len(digits) - 4)}{digits[-2:]}"


def mask_email(email: str | None) -> str:
    """An address as h••@example.vn."""
    name, at, host = (email or "").partition("@")
    return f"{name[:1]}{MASK * 2}{at}{host}" if at else MASK * len(name)
