"""Peers: our own description signed for others, another exchange's taken in by a person's act, and let go again."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import permissions
from tinhso.engines.exchange.errors import Clash, NotInForce, WrongInput
from tinhso.engines.exchange.guarding import require_at
from tinhso.engines.exchange.models import Member, Peer, Subsystem
from tinhso.engines.exchange.plane.journal import own_key
from tinhso.engines.exchange.rules import receipts
from tinhso.engines.exchange.services.members import checked_code, reasoned, tell
from tinhso.engines.exchange.signing_key import public_key, thumbprint
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs import selectors
from tinhso.foundation.outside.addresses import checked, plainly_inside
from tinhso.foundation.outside.errors import NotAllowed
from tinhso.foundation.text.rules import normalise

LARGEST = 1024 * 1024
MOST_SYSTEMS = 2000


def describe(key: Ed25519PrivateKey, *, title: str, url: str, certificate: Path | None = None) -> bytes:
    """Our description for peers, signed by the plane's key: who we are, where we listen, which systems we vouch for."""
    pem = certificate.read_bytes() if certificate else b""
    said = {
        "v": 1,
        "instance": settings.EXCHANGE_INSTANCE,
        "title": title,
        "url": url,
        "key": _pem(key),
        "certificate_sha256": x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex() if pem else "",
        "made_at": timezone.now().isoformat(),
        "systems": [
            {
                "class": one.member.member_class,
                "member": one.member.code,
                "member_name": one.member.name,
                "code": one.code,
                "name": one.name,
            }
            for one in Subsystem.objects.living()
            .filter(member__instance=settings.EXCHANGE_INSTANCE)
            .select_related("member")
            .order_by("pk")[:MOST_SYSTEMS]
        ],
    }
    signature = base64.b64encode(key.sign(receipts.canonical(said))).decode()
    return json.dumps({"description": said, "signature": signature}, ensure_ascii=False, indent=1).encode()


def own_description(actor: access.Actor) -> bytes:
    """The description of this very installation, for whoever may admit peers."""
    require_at(actor, permissions.ADMIT, unit=None)
    if not settings.EXCHANGE_PUBLIC_URL:
        raise NotInForce(_("Chưa đặt địa chỉ mà nền tảng bạn gọi tới (TINHSO_EXCHANGE_PUBLIC_URL)."))
    certificate = os.environ.get("TINHSO_EXCHANGE_TLS_CERTIFICATE", "")
    return describe(
        own_key(folder()),
        title=_("Nền tảng %(name)s") % {"name": selectors.province_profile().name},
        url=settings.EXCHANGE_PUBLIC_URL,
        certificate=Path(certificate) if certificate else None,
    )


def own_fingerprint() -> str:
    """What a person tells the other side by another way than the file."""
    return thumbprint(own_key(folder()))


def folder() -> Path:
    """Where the plane keeps its key and its evidence."""
    return Path(os.environ.get("TINHSO_EXCHANGE_FOLDER") or Path(settings.DATA_DIR) / "exchange")


def _pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@dataclass(frozen=True)
class Description:
    """A peer's description whose signature holds under the key that it names."""

    instance: str
    title: str
    url: str
    key: str
    thumbprint: str
    certificate_sha256: str
    made_at: datetime
    systems: list[dict[str, str]]


def read(document: bytes) -> Description:
    """A description taken apart and checked against its own key; whose key that is a person says by its fingerprint."""
    try:
        if len(document) > LARGEST:
            raise ValueError("too large")
        whole = json.loads(document)
        said = whole["description"]
        key = public_key(said["key"])
        key.verify(base64.b64decode(whole["signature"], validate=True), receipts.canonical(said))
        systems = [{name: str(row[name]) for name in _SYSTEM} for row in said["systems"][:MOST_SYSTEMS]]
        made_at = datetime.fromisoformat(said["made_at"])
        mark = bytes.fromhex(said["certificate_sha256"])
        if said["v"] != 1 or made_at.tzinfo is None or len(mark) not in (0, 32):
            raise ValueError("not version 1")
        return Description(
            checked_code(said["instance"], 32), normalise(str(said["title"]))[:200], _address(said["url"], mark),
            said["key"], thumbprint(key), mark.hex(), made_at, systems,
        )  # fmt: skip
    except InvalidSignature:
        raise WrongInput(_("Chữ ký của bản mô tả không đúng.")) from None
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as wrong:
        raise WrongInput(_("Tệp không phải bản mô tả nền tảng.")) from wrong


_SYSTEM = ("class", "member", "member_name", "code", "name")


def _address(url: str, mark: bytes) -> str:
    url = url.strip().rstrip("/")
    try:
        checked(url)
    except NotAllowed as refusal:
        raise WrongInput(refusal.sentence) from refusal
    parts = urlsplit(url)
    if parts.path or parts.query or parts.fragment or len(url) > 300:
        raise WrongInput(_("Địa chỉ nền tảng bạn chỉ gồm máy chủ và cổng."))
    if not settings.DEMO and (parts.scheme != "https" or not mark or plainly_inside(str(parts.hostname))):
        raise WrongInput(_("Nền tảng bạn phải ở máy khác, dùng https:// và nêu dấu vân tay chứng thư."))
    return url


@transaction.atomic
def admit_peer(*, actor: access.Actor, document: bytes, fingerprint: str) -> Peer:
    """Kết nối nền tảng bạn, or take its newer description: the fingerprint was told by another way than the file."""
    require_at(actor, permissions.ADMIT, unit=None)
    said = read(document)
    if said.instance == settings.EXCHANGE_INSTANCE:
        raise WrongInput(_("Đây là bản mô tả của chính nền tảng này."))
    if "".join(fingerprint.lower().replace(":", "").split()) != said.thumbprint:
        raise WrongInput(_("Dấu vân tay không khớp với khoá trong bản mô tả. Hãy hỏi lại bên kia bằng đường khác."))
    old = Peer.objects.select_for_update().living().filter(instance=said.instance).first()
    if old and old.thumbprint != said.thumbprint:
        raise Clash(_("Nền tảng này đang kết nối bằng khoá khác; hãy gỡ trước rồi kết nối lại."))
    if old and said.made_at < old.described_at:
        raise Clash(_("Bản mô tả này cũ hơn bản đang dùng."))
    if old is None and Peer.objects.living().filter(thumbprint=said.thumbprint).exists():
        raise Clash(_("Khoá này đã là của nền tảng khác."))
    values = {
        "title": said.title or said.instance,
        "url": said.url,
        "certificate_sha256": said.certificate_sha256,
        "described_at": said.made_at,
    }
    peer = old or Peer(
        instance=said.instance,
        public_pem=said.key,
        thumbprint=said.thumbprint,
        admitted_by_id=actor.account_id,
        is_simulated=actor.is_simulated,
    )
    for name, value in values.items():
        setattr(peer, name, value)
    peer.save()
    made = _systems(actor, said)
    _note(actor, "exchange.peer.admitted", peer, systems=made, thumbprint=said.thumbprint, url=said.url)
    return peer


def _systems(actor: access.Actor, said: Description) -> int:
    """The peer's systems as members of its instance, so that owners here can be asked in their name."""
    count = 0
    for row in said.systems:
        kind, code, system = checked_code(row["class"], 16), checked_code(row["member"]), checked_code(row["code"])
        member, _new = Member.objects.get_or_create(
            instance=said.instance,
            member_class=kind,
            code=code,
            defaults={"name": normalise(row["member_name"])[:200] or code, "is_simulated": actor.is_simulated},
        )
        _made, is_new = Subsystem.objects.get_or_create(
            member=member,
            code=system,
            defaults={"name": normalise(row["name"])[:200] or system, "is_simulated": actor.is_simulated},
        )
        count += is_new
    return count


@transaction.atomic
def remove_peer(*, actor: access.Actor, peer: Peer, reason: str) -> None:
    """Gỡ nền tảng bạn: no call passes either way from this moment; the evidence stays."""
    require_at(actor, permissions.ADMIT, unit=None)
    changes: dict[str, Any] = {"removed_at": timezone.now(), "removed_reason": reasoned(reason)}
    if not Peer.objects.living().filter(pk=peer.pk).update(**changes):
        raise NotInForce(_("Nền tảng này đã được gỡ."))
    _note(actor, "exchange.peer.removed", peer, reason=reason[:300])


def _note(actor: access.Actor, act: str, peer: Peer, **details: Any) -> None:
    tell(
        actor, act, f"exchange.{act.split('.', 1)[1].replace('.', '_')}", peer, None, instance=peer.instance, **details
    )
