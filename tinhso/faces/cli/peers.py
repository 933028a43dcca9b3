"""`tinhso peer`: what administrators of two exchanges hand to one another, and the comparison of their receipts."""

from __future__ import annotations

import contextlib
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tinhso.faces.cli.words import Trouble, _, say

if TYPE_CHECKING:
    from tinhso.engines.exchange.models import Peer


def describe(file: Path) -> None:
    """Writes our signed description and says the fingerprint that goes by another way."""
    from tinhso.engines.exchange.services import peers
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.text.errors import Refused

    try:
        document = peers.own_description(Actor.system("tinhso peer"))
    except Refused as refusal:
        raise Trouble(refusal.sentence) from refusal
    with _new(file) as out:
        out.write(document)
    say(_("Dấu vân tay khoá, đọc cho bên kia bằng đường khác: {mark}").format(mark=peers.own_fingerprint()))


def admit(file: Path, fingerprint: str) -> None:
    """Takes a peer's description in."""
    from tinhso.engines.exchange import services
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.text.errors import Refused

    try:
        actor = Actor.system("tinhso peer")
        peer = services.admit_peer(actor=actor, document=file.read_bytes(), fingerprint=fingerprint)
    except Refused as refusal:
        raise Trouble(refusal.sentence) from refusal
    say(_("✓ Đã kết nối {peer}.").format(peer=peer), "green")


def receipts(instance: str, file: Path, days: int) -> None:
    """Writes our receipts of calls with a peer, for its side to compare."""
    from tinhso.engines.exchange.comparing_receipts import exported

    count, peer = 0, _peer(instance)
    with _new(file) as out:
        for line in exported(peer, *_span(days)):
            out.write(line)
            count += 1
    say(_("✓ {count} biên nhận trong {file}.").format(count=count, file=file), "green")


def compare(instance: str, file: Path, days: int) -> bool:
    """Both sides' receipts by the hash that stands in both; True when every one of them agrees."""
    from tinhso.engines.exchange.comparing_receipts import Verdict, compared
    from tinhso.foundation.text.errors import Refused

    try:
        pairs = compared(_peer(instance), file.read_bytes(), *_span(days))
    except Refused as refusal:
        raise Trouble(refusal.sentence) from refusal
    words = {
        Verdict.SAME: _("khớp"),
        Verdict.DIFFERENT: _("hai bên ghi khác nhau"),
        Verdict.OURS_ONLY: _("chỉ bên ta có"),
        Verdict.THEIRS_ONLY: _("chỉ bên kia có"),
    }
    for pair in pairs:
        if pair.verdict is not Verdict.SAME:
            two = [f"{one.status} {one.error}".strip() if one else "—" for one in (pair.ours, pair.theirs)]
            known = pair.ours or pair.theirs
            say(f"✗ {words[pair.verdict]}: {' / '.join(two)}  {known.passed[:32] if known else ''}…", "red")
    for one, word in words.items():
        say(f"{sum(pair.verdict is one for pair in pairs):>8} {word}")
    return all(pair.verdict is Verdict.SAME for pair in pairs)


def _peer(instance: str) -> Peer:
    from tinhso.engines.exchange.models import Peer

    with contextlib.suppress(Peer.DoesNotExist):
        return Peer.objects.living().get(instance=instance)
    raise Trouble(_("Không kết nối với nền tảng nào tên {name}.").format(name=instance))


def _new(file: Path) -> BinaryIO:
    """Opened to be written; never over a file."""
    try:
        return file.open("xb")
    except FileExistsError:
        raise Trouble(_("Tệp {file} đã có; hãy chọn tên khác.").format(file=file)) from None


def _span(days: int) -> tuple[datetime, datetime]:
    from django.utils import timezone

    end = datetime.combine(timezone.localdate() + timedelta(days=1), time.min, timezone.get_current_timezone())
    return end - timedelta(days=days), end
