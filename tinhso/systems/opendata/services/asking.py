"""People ask for data, with a clock; people show what they made of it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.foundation.events import bus
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import fitting
from tinhso.systems.opendata import events
from tinhso.systems.opendata.errors import Invalid, OpenDataRefused
from tinhso.systems.opendata.models import DataRequest, Dataset, Reuse
from tinhso.systems.opendata.permissions import ANSWER
from tinhso.systems.opendata.services import bodies

# Law on Access to Information 104/2016/QH13, art. 30: information not at hand, asked for over the network, within 15
# working days. Taken from memory of the law; the README says that it is to be checked.
WORKING_DAYS = 15
LONGEST = 4000


@transaction.atomic
def ask(
    actor: access.Actor, *, title: str, body: str, purpose: str = "", email: str = "", unit: Unit | None = None
) -> DataRequest:
    """Asks for data that is not published; anyone may, without signing in. The clock starts now."""
    faults = {
        name: [_("Hãy viết điều bạn cần.")] for name, text in (("title", title), ("body", body)) if not text.strip()
    }
    if len(body) + len(purpose) > LONGEST:
        faults["body"] = [_("Viết gọn trong 4.000 chữ.")]
    email = email.strip()
    if email and not _is_address(email):
        faults["email"] = [_("Địa chỉ thư điện tử không đúng dạng.")]
    if faults:
        raise Invalid(faults)
    unit = unit or bodies.unit_of(bodies.publisher(""))
    if unit is None:
        raise OpenDataRefused(_("Chưa có cơ quan nào nhận yêu cầu."))
    now = timezone.now()
    number = next_number(kind="opendata.request", unit_id=unit.pk, period=str(timezone.localdate().year))
    request = DataRequest.objects.create(
        code=f"YC-{timezone.localdate().year}-{unit.pk}-{number:04d}",
        title=fitting(title, 200),
        body=body.strip(),
        purpose=purpose.strip(),
        asked_by_id=actor.account_id,
        email=email,
        unit=unit,
        asked_at=now,
        due_at=calendar_for(unit).add_days(now, WORKING_DAYS),
        is_simulated=actor.is_simulated or actor.kind == "system",
    )
    audit.record(actor, "opendata.request.received", request, unit_id=unit.pk, code=request.code)
    bus.publish(events.REQUEST_RECEIVED, subject=request, unit=unit, occurred_on=timezone.localdate())
    return request


def _is_address(text: str) -> bool:
    """An address that a letter can be sent to, as long as the register of requests holds."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


@transaction.atomic
def answer(
    actor: access.Actor, *, request: DataRequest, words: str, is_provided: bool, dataset: Dataset | None = None
) -> DataRequest:
    """Answers a request once: provided (with the dataset, when there is one) or refused with the reason."""
    request = DataRequest.objects.select_for_update().get(pk=request.pk)
    access.require(actor, ANSWER, unit=request.unit)
    if request.state != DataRequest.State.OPEN:
        raise OpenDataRefused(_("Yêu cầu này đã có trả lời."))
    if not words.strip():
        raise Invalid({"answer": [_("Hãy viết câu trả lời.")]})
    request.state = DataRequest.State.PROVIDED if is_provided else DataRequest.State.REFUSED
    request.answer, request.answered_at, request.answered_by_id = words.strip(), timezone.now(), actor.account_id
    request.dataset = dataset
    request.save()
    audit.record(actor, "opendata.request.answered", request, unit_id=request.unit_id, state=request.state)
    bus.publish(events.REQUEST_ANSWERED, subject=request, unit=request.unit, occurred_on=timezone.localdate())
    return request


@transaction.atomic
def tell_reuse(actor: access.Actor, *, dataset: Dataset, title: str, url: str, body: str, author: str) -> Reuse:
    """Shows what was made of a dataset; it waits until an officer has looked at it."""
    faults = {
        name: [_("Phần này không được để trống.")]
        for name, text in (("title", title), ("body", body), ("author", author))
        if not text.strip()
    }
    if not url.startswith(("https://", "http://")) or len(url) > 500:
        faults["url"] = [_("Địa chỉ phải bắt đầu bằng https:// hoặc http://.")]
    if faults:
        raise Invalid(faults)
    reuse = Reuse.objects.create(
        title=fitting(title, 200),
        url=url,
        body=body.strip()[:LONGEST],
        author=fitting(author, 200),
        dataset=dataset,
        told_at=timezone.now(),
        told_by_id=actor.account_id,
        is_simulated=actor.is_simulated or actor.kind == "system",
    )
    audit.record(actor, "opendata.reuse.told", reuse, dataset=dataset.name)
    bus.publish(events.REUSE_TOLD, subject=reuse, occurred_on=timezone.localdate())
    return reuse


@transaction.atomic
def decide_reuse(actor: access.Actor, *, reuse: Reuse, is_shown: bool, reason: str = "") -> Reuse:
    """Lets a reuse be seen, or not, with the reason."""
    reuse = Reuse.objects.select_for_update().get(pk=reuse.pk)
    access.require(actor, ANSWER, unit=bodies.unit_of(reuse.dataset.organisation))
    if reuse.state != Reuse.State.WAITING:
        raise OpenDataRefused(_("Sản phẩm này đã được xem xét."))
    if not is_shown and not reason.strip():
        raise Invalid({"reason": [_("Hãy ghi lý do không hiện.")]})
    reuse.state = Reuse.State.SHOWN if is_shown else Reuse.State.DECLINED
    reuse.reason, reuse.decided_at = reason.strip(), timezone.now()
    reuse.save()
    audit.record(actor, "opendata.reuse.decided", reuse, state=reuse.state)
    return reuse
