"""Opening a private key for signing: the right owner, a certificate in force, and the PIN or a fresh proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from django.db import connection
from django.utils import timezone
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.engines.signing import authority, chains, errors, keys, remote, timestamping, tokens
from tinhso.engines.signing.models import SigningCertificate, SigningCertificateQuerySet
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account

MAX_PIN_FAILURES = 5
Custody = SigningCertificate.Custody


def certificate_of(account: Account, at: datetime) -> SigningCertificate:
    """The person's certificate to sign with at `at`; otherwise the refusal says what is wrong with the last."""
    return _pick(SigningCertificate.objects.filter(account=account, kind=SigningCertificate.Kind.PERSON), at)


def seal_of(unit: Unit, at: datetime) -> SigningCertificate:
    return _pick(SigningCertificate.objects.filter(unit=unit, kind=SigningCertificate.Kind.SEAL), at)


def _pick(certificates: SigningCertificateQuerySet, at: datetime) -> SigningCertificate:
    usable = certificates.usable(at).first()
    if usable:
        return usable
    last = certificates.order_by("-valid_to", "-id").first()
    if last is None:
        raise errors.NoCertificate
    require_in_force(last, at)
    raise errors.NoCertificate


def require_in_force(certificate: SigningCertificate, at: datetime) -> None:
    """Circular 15/2025/TT-BKHCN: validity is checked before signing. Both our table and the certificate must agree."""
    inner = asn1_x509.Certificate.load(bytes(certificate.certificate))
    begins = max(certificate.valid_from, inner.not_valid_before)
    ends = min(certificate.valid_to, inner.not_valid_after)
    if certificate.revoked_at is not None and certificate.revoked_at <= max(at, timezone.now()):
        raise errors.Revoked(certificate.revoked_at)
    if at >= ends:
        raise errors.Expired(ends)
    if at < begins:
        raise errors.NotYetValid(begins)
    chains.require_fit(bytes(certificate.certificate), at)


def organisation_of(certificate: SigningCertificate) -> str:
    """The organisation (O) that the certificate itself names, empty when none."""
    subject = asn1_x509.Certificate.load(bytes(certificate.certificate)).subject.native
    return str(subject.get("organization_name", ""))


@dataclass
class Pen:
    """An opened key that signs until it is laid down: forty papers, one PIN."""

    certificate: SigningCertificate
    signer: signers.Signer

    def require_in_force(self, at: datetime) -> None:
        """Looked at anew for every paper: a certificate revoked meanwhile signs nothing more."""
        self.certificate.refresh_from_db(fields=["revoked_at", "revocation_reason", "valid_from", "valid_to"])
        require_in_force(self.certificate, at)


@contextmanager
def opened(actor: access.Actor, certificate: SigningCertificate, pin: str | None) -> Iterator[Pen]:
    """The certificate's key, opened once; a device's session and a remote authorisation end with the block."""
    with tokens.closing(open_signer(actor, certificate, pin)) as signer:
        yield Pen(certificate, signer)


def open_signer(actor: access.Actor, certificate: SigningCertificate, pin: str | None) -> signers.Signer:
    """A pyHanko signer holding the opened key. The key lives only in this object."""
    if certificate.custody == Custody.PKCS11:
        return tokens.open_token(certificate, pin)
    if certificate.custody == Custody.REMOTE:
        return remote.open_remote(certificate, pin)
    if certificate.custody == Custody.PIN:
        return _soft(certificate, _unseal_with_pin(certificate, pin))
    if actor.kind == "account" and not actor.stepped_up:
        raise errors.ProofNeeded
    return _soft(certificate, keys.unseal(bytes(certificate.sealed_key)))


def _soft(certificate: SigningCertificate, key: bytes) -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(bytes(certificate.certificate)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=chain(),
    )


def chain() -> SimpleCertificateStore:
    """The demo authority's certificates below the root, embedded so that any program can build the path."""
    demo = authority.ensure()
    return timestamping.certificates(demo.issuing.asn1)


def _unseal_with_pin(certificate: SigningCertificate, pin: str | None) -> bytes:
    if not pin:
        raise errors.ProofNeeded
    if certificate.pin_failures >= MAX_PIN_FAILURES:
        raise errors.PinLocked
    try:
        opened = keys.unseal(bytes(certificate.sealed_key), pin)
    except keys.WrongSecret:
        left = MAX_PIN_FAILURES - _count_failure(certificate.pk, certificate.pin_failures)
        raise (errors.WrongPin(left) if left > 0 else errors.PinLocked()) from None
    if certificate.pin_failures:
        SigningCertificate.objects.filter(pk=certificate.pk).update(pin_failures=0)
    return opened


def _count_failure(certificate_id: int, known: int) -> int:
    """Counts a wrong PIN on a connection of its own: the refusal rolls the caller's act back, the count must stay."""
    apart = connection.copy()
    with closing(apart), apart.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        cursor.execute(
            "UPDATE signing_signingcertificate SET pin_failures = pin_failures + 1 "
            "WHERE id = %s RETURNING pin_failures",
            [certificate_id],
        )
        row = cursor.fetchone()
    # No row: the certificate itself is not committed yet (issued in this very transaction).
    return int(row[0]) if row else known + 1
