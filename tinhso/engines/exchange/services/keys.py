"""Keys of subsystems: certificates for mutual TLS, Ed25519 keys for signed tokens. The private half is shown once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import authority, events, permissions
from tinhso.engines.exchange.errors import Clash, NotInForce, WrongInput
from tinhso.engines.exchange.guarding import require_at
from tinhso.engines.exchange.models import Key, KeyKind, Subsystem
from tinhso.engines.exchange.services.members import person, reasoned, tell
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

LONGEST_DAYS = 731
MOST_KEYS = 20


@dataclass(frozen=True)
class Issued:
    """A key and, when we made it, the private half that nobody can show again."""

    key: Key
    private_pem: str = field(default="", repr=False)


@transaction.atomic
def issue_token_key(
    *, actor: access.Actor, subsystem: Subsystem, name: str, days: int = 365, public_pem: str = ""
) -> Issued:
    """Cấp khoá ký thẻ: of `public_pem` when the engineer made the pair, else of a pair made here and shown once."""
    subsystem = _holder(actor, subsystem, name, days)
    private = ""
    if public_pem.strip():
        public = _public(public_pem)
    else:
        made = ed25519.Ed25519PrivateKey.generate()
        public, private = made.public_key(), authority.private_pem(made)
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    key = _kept(actor, subsystem, KeyKind.TOKEN, name, hashlib.sha256(raw).hexdigest(), pem, _end(days))
    return Issued(key, private)


@transaction.atomic
def issue_certificate(
    *, actor: access.Actor, subsystem: Subsystem, name: str, days: int = 365, request_pem: str = ""
) -> Issued:
    """Cấp chứng thư TLS: for a signing request (the private key stays where it is), else with a key shown once."""
    subsystem = _holder(actor, subsystem, name, days)
    private, end = "", _end(days)
    if request_pem.strip():
        public: object = _requested(request_pem)
    else:
        made = ec.generate_private_key(ec.SECP256R1())
        public, private = made.public_key(), authority.private_pem(made)
    certificate = authority.issue(subsystem.identifier, public, end)
    key = _kept(
        actor, subsystem, KeyKind.MTLS, name, authority.thumbprint(certificate), authority.pem_of(certificate), end
    )
    return Issued(key, private)


@transaction.atomic
def revoke_key(*, actor: access.Actor, key: Key, reason: str) -> None:
    """Thu hồi khoá: the next call with it is refused."""
    require_at(actor, permissions.ISSUE_KEYS, unit=key.subsystem.member.unit)
    changes = {
        "revoked_at": timezone.now(),
        "revoked_reason": reasoned(reason),
        "revoked_by_id": actor.account_id,
    }
    if not Key.objects.filter(pk=key.pk, revoked_at=None).update(**changes):
        raise NotInForce(_("Khoá này đã thu hồi."))
    tell(
        actor,
        "exchange.key.revoked",
        events.KEY_REVOKED,
        key,
        key.subsystem.member.unit,
        thumbprint=key.thumbprint,
        reason=reason[:300],
    )


def _holder(actor: access.Actor, subsystem: Subsystem, name: str, days: int) -> Subsystem:
    """The subsystem, locked so that the bound on keys holds; refused when it may not get one."""
    require_at(actor, permissions.ISSUE_KEYS, unit=subsystem.member.unit)
    found = Subsystem.objects.select_for_update(of=("self",)).select_related("member__unit").get(pk=subsystem.pk)
    if found.removed_at or found.member.removed_at:
        raise NotInForce(_("Hệ thống này đã được gỡ."))
    if not normalise(name):
        raise WrongInput(_("Hãy ghi khoá dùng ở đâu."))
    if not 1 <= days <= LONGEST_DAYS:
        raise WrongInput(_("Khoá dùng được từ 1 đến 731 ngày."))
    if found.keys.living().count() >= MOST_KEYS:
        raise Clash(_("Hệ thống đã có nhiều khoá còn dùng. Hãy thu hồi khoá không dùng nữa."))
    return found


def _end(days: int) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(days=days)


def _public(pem: str) -> ed25519.Ed25519PublicKey:
    try:
        found = serialization.load_pem_public_key(pem.strip().encode()[:10_000])
    except (ValueError, UnsupportedAlgorithm):
        raise WrongInput(_("Không đọc được khoá công khai (PEM).")) from None
    if not isinstance(found, ed25519.Ed25519PublicKey):
        raise WrongInput(_("Khoá ký thẻ phải là Ed25519."))
    return found


def _requested(pem: str) -> object:
    """The public key of a signing request, which must prove that the asker holds the private one."""
    try:
        found = x509.load_pem_x509_csr(pem.strip().encode()[:20_000])
        proves = found.is_signature_valid
        return found.public_key() if proves else _refuse_request()
    except (ValueError, UnsupportedAlgorithm, InvalidSignature):
        return _refuse_request()


def _refuse_request() -> object:
    raise WrongInput(_("Không đọc được yêu cầu cấp chứng thư (CSR, PEM), hoặc chữ ký của nó sai."))


def _kept(
    actor: access.Actor, subsystem: Subsystem, kind: str, name: str, thumbprint: str, pem: str, end: datetime
) -> Key:
    try:
        with transaction.atomic():
            key = Key.objects.create(
                subsystem=subsystem,
                kind=kind,
                name=fitting(normalise(name), 120),
                thumbprint=thumbprint,
                public_pem=pem,
                valid_from=timezone.now() - timedelta(seconds=1),
                valid_to=end,
                issued_by_id=actor.account_id,
                **person(actor),
            )
    except IntegrityError:
        raise Clash(_("Khoá này đã được đăng ký.")) from None
    unit = subsystem.member.unit
    tell(actor, "exchange.key.issued", events.KEY_ISSUED, key, unit, kind=str(kind), thumbprint=thumbprint)
    return key
