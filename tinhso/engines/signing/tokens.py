"""Keys on a device that speaks PKCS#11 (a USB token, an HSM, softhsm2): the key never leaves it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import pkcs11
from asn1crypto import x509 as asn1_x509
from asn1crypto.keys import PublicKeyInfo as RSAPublicKeyInfo
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from pkcs11.util.ec import encode_ec_public_key
from pkcs11.util.rsa import encode_rsa_public_key
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer

from tinhso.engines.signing import authority, errors
from tinhso.engines.signing.models import SigningCertificate


def library_path() -> str:
    """TINHSO_PKCS11: the device maker's library; empty when this machine has no device."""
    return str(getattr(settings, "PKCS11", "") or os.environ.get("TINHSO_PKCS11", ""))


@lru_cache(maxsize=2)
def _library(path: str) -> Any:
    return pkcs11.lib(path)


def open_session(token_label: str, pin: str, *, writes: bool = False) -> Any:
    """A session on the token, logged in; a pulled device and a wrong PIN are sentences."""
    try:
        return _library(library_path()).get_token(token_label=token_label).open(user_pin=pin, rw=writes)
    except pkcs11.PinIncorrect:
        raise errors.WrongTokenPin from None
    except pkcs11.PinLocked:
        raise errors.PinLocked from None
    except (pkcs11.PKCS11Error, RuntimeError, OSError):
        raise errors.TokenUnreachable from None


def open_token(certificate: SigningCertificate, pin: str | None) -> PKCS11Signer:
    """A signer on the token named in the certificate's row ("token/key"). Close it with `close`."""
    if not pin:
        raise errors.ProofNeeded
    token_label, _slash, key_label = certificate.token_label.partition("/")
    own = asn1_x509.Certificate.load(bytes(certificate.certificate))
    return PKCS11Signer(
        open_session(token_label, pin),
        signing_cert=own,
        key_label=key_label,
        ca_chain=[authority.ensure().issuing.asn1],
        # Plain ECDSA over our digest: many devices know no ECDSA mechanism that digests by itself.
        use_raw_mechanism=own.public_key.algorithm == "ec",
    )


@contextmanager
def closing(signer: Signer) -> Iterator[Signer]:
    """Ends the session of a token's signer when the block ends."""
    try:
        yield signer
    finally:
        if isinstance(signer, PKCS11Signer):
            with suppress(pkcs11.PKCS11Error):
                signer.pkcs11_session.close()


@contextmanager
def named_faults() -> Iterator[None]:
    """A device pulled in the middle is a sentence, and nothing is half-signed."""
    try:
        yield
    except pkcs11.PKCS11Error as fault:
        raise errors.TokenUnreachable from fault


def public_key(label: str, pin: str) -> authority.PublicKey:
    """The public half of the key "token/key"."""
    token_label, _slash, key_label = label.partition("/")
    with open_session(token_label, pin) as session:
        try:
            found = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=key_label)
        except pkcs11.PKCS11Error:
            raise errors.TokenUnreachable from None
        encode = encode_ec_public_key if found.key_type == pkcs11.KeyType.EC else encode_rsa_public_key
        der = encode(found)
    if encode is encode_rsa_public_key:
        der = RSAPublicKeyInfo.wrap(der, "rsa").dump()
    read = serialization.load_der_public_key(der)
    assert isinstance(read, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    return read
