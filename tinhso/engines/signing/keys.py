"""Sealing private keys at rest. A key opens only with this installation's master secret and, when so issued, a PIN.

A stolen database alone opens nothing (the master secret lies in DATA_DIR/keys), a stolen disk alone still needs
each PIN, and five wrong PINs lock a certificate (services).
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

_SALT, _NONCE = 16, 12


class WrongSecret(Exception):
    """The PIN (or the master secret) does not open this key."""


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "keys"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def master_secret() -> bytes:
    """32 random bytes of this installation, made once."""
    path = folder() / "master.key"
    if not path.exists():
        write_once(path, os.urandom(32))
    return path.read_bytes()


def write_once(path: Path, content: bytes) -> None:
    """Writes a secret file whole, readable to its owner alone; the first of two writers wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def seal(key: bytes, pin: str = "") -> bytes:
    """The private key (PKCS#8 DER) as salt + nonce + AES-256-GCM."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + AESGCM(_wrapping_key(salt, pin)).encrypt(nonce, key, b"tinhso.signing")


def unseal(sealed: bytes, pin: str = "") -> bytes:
    salt, nonce, body = sealed[:_SALT], sealed[_SALT : _SALT + _NONCE], sealed[_SALT + _NONCE :]
    try:
        return AESGCM(_wrapping_key(salt, pin)).decrypt(nonce, body, b"tinhso.signing")
    except (InvalidTag, ValueError) as fault:
        raise WrongSecret from fault


def _wrapping_key(salt: bytes, pin: str) -> bytes:
    # scrypt at 16 MiB makes each guess of a short PIN cost; without a PIN the master secret is strong by itself.
    stretched = Scrypt(salt=salt, length=32, n=settings.PIN_STRETCHING, r=8, p=1).derive(pin.encode()) if pin else b""
    return HKDF(hashes.SHA256(), 32, salt, b"tinhso.signing.seal").derive(master_secret() + stretched)
