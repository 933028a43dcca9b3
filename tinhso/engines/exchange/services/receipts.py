"""Evidence handed to a person of one of the two sides."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.engines.exchange import permissions, receipt_files, selectors
from tinhso.engines.exchange.errors import NotInForce
from tinhso.engines.exchange.models import Message
from tinhso.engines.exchange.services.peers import folder
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit


@transaction.atomic
def export_receipt(*, actor: access.Actor, message: Message, demo: Callable[[], bytes]) -> bytes:
    """The ZIP of one receipt, for who sees the call from either side; who took it stands in the audit. `demo` gives
    the demo's stamping root. Refused before the receipt is in a batch."""
    access.require(actor, permissions.VIEW)
    if not selectors.calls(actor).filter(pk=message.pk).exists():
        raise access.Denied(_("Biên nhận này của đơn vị khác."))
    try:
        plane_pem, root = (folder() / "plane.pem").read_bytes(), receipt_files.authority(demo)
    except OSError:
        raise NotInForce(_("Máy chủ này không đọc được khoá công khai của nền tảng; hãy báo người quản trị.")) from None
    packed = receipt_files.bundle(message, plane_pem=plane_pem, authority_pem=root)
    audit.record(actor, "exchange.receipt.exported", message, uid=message.uid)
    return packed
