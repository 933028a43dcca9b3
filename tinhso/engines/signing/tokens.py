"""Keys on a device that speaks PKCS#11 (a USB token, an HSM, softhsm2): the key never leaves it."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

import pkcs11
from asn1crypto import x509 as asn1_x509
from django.conf import settings
from pyhanko.sign.pkcs11 import PKCS11Signer

from tinhso.engines.signing import errors
from tinhso.engines.signing.models import SigningCertificate


def library_path() -> str:
    """TINHSO_PKCS11: the device maker's library; empty when this machine has no device."""
    return str(getattr(settings, "PKCS11", "") or os.environ.get("TINHSO_PKCS11", ""))


@lru_cache(maxsize=2)
def _library(path: str) -> Any:
    return pkcs11.lib(path)


def open_token(certificate: SigningCertificate, pin: str | None) -> PKCS11Signer:
    """A signer on the token named in the certificate's row ("token/key"); a pulled token is a sentence."""
    if not pin:
        raise errors.ProofNeeded
    token_label, _slash, key_label = certificate.token_label.partition("/")
    try:
        token = _library(library_path()).get_token(token_label=token_label)
        session = token.open(user_pin=pin)
    except pkcs11.PinIncorrect:
        raise errors.WrongPin(0) from None
    except pkcs11.PinLocked:
        raise errors.PinLocked from None
    except (pkcs11.PKCS11Error, RuntimeError, OSError):
        raise errors.TokenUnreachable from None
    from tinhso.engines.signing.opening import chain

    return PKCS11Signer(
        session,
        signing_cert=asn1_x509.Certificate.load(bytes(certificate.certificate)),
        key_label=key_label,
        ca_chain=list(chain()),
    )
