"""Ways out of the house. An adapter sends one notice or raises; `Undeliverable` means that trying again is no use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.foundation.notices.models import Channel, Notice

Adapter = Callable[[Notice], None]


class Undeliverable(Exception):
    """The address or the message itself is wrong."""


def adapter_for(channel: str) -> Adapter:
    """The adapter of a channel: settings.NOTICE_ADAPTERS names others (an SMS gateway's own)."""
    named = getattr(settings, "NOTICE_ADAPTERS", {}).get(channel)
    if named:
        found: Adapter = import_string(named)
        return found
    return {Channel.EMAIL: send_email, Channel.SMS: spool_sms}[Channel(channel)]


def send_email(notice: Notice) -> None:
    """Plain text by Django's e-mail backend. The Message-ID is the notice's own, so a doubled one can be known."""
    try:
        validate_email(notice.address)
    except ValidationError:
        raise Undeliverable(_("địa chỉ thư không đúng")) from None
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    EmailMessage(
        subject=notice.title,
        body=_with_link(notice),
        to=[notice.address],
        headers={"Message-ID": f"<notice-{notice.pk}@{host}>", "Content-Language": notice.language},
    ).send()


def spool_sms(notice: Notice) -> None:
    """Demo: the message becomes a file in DATA_DIR/spool/sms, marked as simulated. Nothing leaves the machine."""
    number = re.sub(r"[\s.\-]", "", notice.address)
    if not re.fullmatch(r"(0|\+84)\d{9}", number):
        raise Undeliverable(_("số điện thoại không đúng"))
    folder = Path(settings.DATA_DIR) / "spool" / "sms"
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "mark": "mô phỏng",
        "notice": notice.pk,
        "to": number,
        "text": _with_link(notice, separator=" "),
        "at": timezone.localtime().isoformat(timespec="seconds"),
    }
    draft = folder / f".{notice.pk}"
    draft.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(folder / f"{notice.pk}.json")


def _with_link(notice: Notice, separator: str = "\n\n") -> str:
    if not notice.link:
        return notice.body
    address = notice.link if "://" in notice.link else settings.PUBLIC_URL + notice.link
    with override(notice.language):
        return separator.join([notice.body, _("Xem: %(address)s") % {"address": address}])
