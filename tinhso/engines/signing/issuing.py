"""Giving out, unlocking and revoking demo certificates."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils import timezone

from tinhso.engines.signing import authority, errors, keys, permissions
from tinhso.engines.signing.models import SigningCertificate
from tinhso.engines.signing.revocation import REASONS
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account

Custody = SigningCertificate.Custody
# Demo certificates reach back so that a simulated province may sign in its past; real ones never would.
REACHES_BACK = timedelta(days=500)
LASTS = timedelta(days=730)


def ensure_demo_authority() -> None:
    """The demo root, issuing and time-stamping authorities, made when missing."""
    authority.ensure()


@transaction.atomic
def issue_demo_certificate(
    actor: access.Actor,
    *,
    account: Account,
    pin: str = "",
    organisation: str = "",
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    token_label: str = "",
) -> SigningCertificate:
    """A demo certificate for a person. With a PIN the key opens by it, without one by a fresh proof (step-up).

    `token_label` ("token/key") names a key on a PKCS#11 device instead; `pin` is then the device's own.
    """
    access.require(actor, permissions.MANAGE)
    return _issue(
        actor,
        SigningCertificate(kind=SigningCertificate.Kind.PERSON, account=account, token_label=token_label),
        authority.name(str(account), organisation=organisation, serial=f"TK-{account.pk}"),
        pin,
        valid_from,
        valid_to,
    )


@transaction.atomic
def register_remote_certificate(actor: access.Actor, *, account: Account, credential_id: str) -> SigningCertificate:
    """Takes up a person's certificate at the trust service: fit to sign with today, its key never here."""
    from tinhso.engines.signing import chains, remote

    access.require(actor, permissions.MANAGE)
    der = remote.certificate_of(remote.Provider.configured(), credential_id)
    chains.require_fit(der, timezone.now())
    read = x509.load_der_x509_certificate(der)
    serial = f"{read.serial_number:x}"
    if SigningCertificate.objects.filter(serial=serial).exclude(account=account).exists():
        raise errors.NotYours
    names = read.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    row, is_new = SigningCertificate.objects.get_or_create(
        serial=serial,
        defaults={
            "kind": SigningCertificate.Kind.PERSON,
            "account": account,
            "subject": str(names[0].value) if names else str(account),
            "valid_from": read.not_valid_before_utc,
            "valid_to": read.not_valid_after_utc,
            "certificate": der,
            "custody": Custody.REMOTE,
            "token_label": credential_id,
            "is_demo": authority.DEMO_MARK in read.subject.rfc4514_string(),
        },
    )
    if is_new:
        audit.record(actor, "signing.certificate.registered", row, serial=serial, credential=credential_id)
    return row


@transaction.atomic
def issue_demo_seal(
    actor: access.Actor,
    *,
    unit: Unit,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> SigningCertificate:
    """A demo organisation seal; opened by a fresh proof of whoever may seal for the unit."""
    access.require(actor, permissions.MANAGE, unit=unit)
    return _issue(
        actor,
        SigningCertificate(kind=SigningCertificate.Kind.SEAL, unit=unit),
        authority.name(unit.name, organisation=unit.name, serial=unit.identifier or unit.code),
        "",
        valid_from,
        valid_to,
    )


def _issue(
    actor: access.Actor,
    row: SigningCertificate,
    subject: x509.Name,
    pin: str,
    valid_from: datetime | None,
    valid_to: datetime | None,
) -> SigningCertificate:
    begins = (valid_from or timezone.now() - REACHES_BACK).replace(microsecond=0)
    ends = (valid_to or timezone.now() + LASTS).replace(microsecond=0)
    public = _key_on_token(row, pin) if row.token_label else _soft_key(row, pin)
    certificate = authority.issue(subject, public, begins, ends)
    row.serial = f"{certificate.serial_number:x}"
    row.subject = str(subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
    row.valid_from, row.valid_to = begins, ends
    row.certificate = certificate.public_bytes(serialization.Encoding.DER)
    row.save()
    audit.record(actor, "signing.certificate.issued", row, serial=row.serial, kind=row.kind, valid_to=ends)
    return row


def _soft_key(row: SigningCertificate, pin: str) -> authority.PublicKey:
    """A new P-256 key, sealed into the row."""
    key = ec.generate_private_key(ec.SECP256R1())
    row.custody = Custody.PIN if pin else Custody.STEP_UP
    row.sealed_key = keys.seal(authority.key_der(key), pin)
    return key.public_key()


def _key_on_token(row: SigningCertificate, pin: str) -> authority.PublicKey:
    """The key that is already on the device; only its public half is read."""
    from tinhso.engines.signing import tokens

    row.custody = Custody.PKCS11
    return tokens.public_key(row.token_label, pin)


@transaction.atomic
def revoke_certificate(
    actor: access.Actor, *, certificate_id: int, reason: str, at: datetime | None = None
) -> SigningCertificate:
    """Revokes from `at` (now unless said, never in the future). Signatures proved older stay valid."""
    access.require(actor, permissions.MANAGE)
    if reason not in REASONS:
        raise RuntimeError(f"unknown revocation reason {reason}")
    # Two administrators at once: the first date stands.
    row = SigningCertificate.objects.select_for_update().get(pk=certificate_id)
    if row.revoked_at is None:
        row.revoked_at = min(at or timezone.now(), timezone.now()).replace(microsecond=0)
        row.revocation_reason = reason
        row.save(update_fields=["revoked_at", "revocation_reason"])
        audit.record(actor, "signing.certificate.revoked", row, serial=row.serial, reason=reason)
    return row


@transaction.atomic
def unlock_certificate(actor: access.Actor, *, certificate_id: int) -> None:
    """Sets the count of wrong PINs back to nought, after the administrator has seen the person."""
    access.require(actor, permissions.MANAGE)
    row = SigningCertificate.objects.select_for_update().get(pk=certificate_id)
    row.pin_failures = 0
    row.save(update_fields=["pin_failures"])
    audit.record(actor, "signing.certificate.unlocked", row, serial=row.serial)
