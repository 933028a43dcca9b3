"""Second-factor secrets are stored encrypted under a key derived from the installation's SECRET_KEY."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

_MARK = "f1:"


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    derived = [hashlib.blake2b(key.encode(), digest_size=32, person=b"tinhso-mfa").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def seal(text: str) -> str:
    """Encrypts a secret for the database."""
    return _MARK + _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again; raises ValueError when SECRET_KEY was changed without a fallback."""
    try:
        return _box().decrypt(sealed.removeprefix(_MARK).encode()).decode()
    except InvalidToken:
        raise ValueError(
            "second-factor secret cannot be read: SECRET_KEY changed without SECRET_KEY_FALLBACKS"
        ) from None
