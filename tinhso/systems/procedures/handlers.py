"""Reactions to a dossier's events: the person is told who received, handled and returned it, at every change.

Decree 224/2026 art. 15.1. The person told is the one who filed online, or the account of the person who came to the
desk, when they have one. An officer is told when work is given to them, a leader when something waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.notices.services import Message, notify_many
from tinhso.foundation.notices.texts import Text, register_text
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import events
from tinhso.systems.procedures.models import Channel, Dossier

TOLD = {
    events.DOSSIER_RECEIVED: Text(
        "procedures.received",
        _("Hồ sơ %(code)s đã được tiếp nhận"),
        _(
            "%(officer)s, %(desk)s, đã tiếp nhận hồ sơ “%(procedure)s” của bạn lúc %(at)s. "
            "%(unit)s giải quyết. Ngày hẹn trả: %(due)s."
        ),
        _("Ho so %(code)s da duoc tiep nhan. Hen tra: %(due)s."),
    ),
    events.DOSSIER_REFUSED: Text(
        "procedures.refused",
        _("Hồ sơ %(code)s bị từ chối"),
        _(
            "%(officer)s, thay mặt %(unit)s, từ chối hồ sơ “%(procedure)s” của bạn lúc %(at)s. "
            "Mở hồ sơ để xem lý do và việc cần làm tiếp."
        ),
        _("Ho so %(code)s bi tu choi. Mo ho so de xem ly do."),
    ),
    events.DOSSIER_HANDED_OVER: Text(
        "procedures.handed_over",
        _("Hồ sơ %(code)s đang được giải quyết"),
        _(
            "%(officer)s, %(desk)s, đã chuyển hồ sơ “%(procedure)s” của bạn đến %(office)s lúc %(at)s. "
            "Ngày hẹn trả: %(due)s."
        ),
    ),
    events.DOSSIER_TAKEN: Text(
        "procedures.taken",
        _("Hồ sơ %(code)s đã có người thụ lý"),
        _("%(officer)s, %(office)s, đã nhận thụ lý hồ sơ “%(procedure)s” của bạn lúc %(at)s. Ngày hẹn trả: %(due)s."),
    ),
    events.DOSSIER_RETURNED_TO_DESK: Text(
        "procedures.returned_to_desk",
        _("Hồ sơ %(code)s trở lại bộ phận một cửa"),
        _("%(office)s đã trả hồ sơ “%(procedure)s” về %(desk)s để kiểm tra lại. Ngày hẹn trả vẫn là %(due)s."),
    ),
    events.DOSSIER_REROUTED: Text(
        "procedures.rerouted",
        _("Hồ sơ %(code)s được chuyển đến nơi có thẩm quyền"),
        _("Hồ sơ “%(procedure)s” của bạn nay do %(unit)s giải quyết. Mã hồ sơ và ngày hẹn trả không đổi."),
    ),
    events.RECEIVE_UNDONE: Text(
        "procedures.receive_undone",
        _("Việc tiếp nhận hồ sơ %(code)s được huỷ để kiểm tra lại"),
        _("%(desk)s đã huỷ việc tiếp nhận hồ sơ “%(procedure)s” và sẽ trả lời lại bạn. Bạn không phải nộp lại."),
    ),
    events.SUPPLEMENT_ASKED: Text(
        "procedures.supplement",
        _("Hồ sơ %(code)s cần bạn bổ sung"),
        _("%(unit)s cần bạn bổ sung hồ sơ “%(procedure)s”. Mở hồ sơ để xem cần thêm gì và trả lời."),
        _("Ho so %(code)s can bo sung. Mo ho so de xem can them gi."),
    ),
    events.SUPPLEMENT_ANSWERED: Text(
        "procedures.supplement_answered",
        _("Đã nhận phần bổ sung của hồ sơ %(code)s"),
        _("Phần bổ sung hồ sơ “%(procedure)s” của bạn đã đến nơi giải quyết. Ngày hẹn trả: %(due)s."),
    ),
    events.RESULT_DRAFTED: Text(
        "procedures.drafted",
        _("Hồ sơ %(code)s đang chờ ký"),
        _("%(officer)s, %(office)s, đã soạn xong kết quả hồ sơ “%(procedure)s” của bạn và trình lãnh đạo %(unit)s ký."),
    ),
    events.DOSSIER_ASSIGNED: Text(
        "procedures.given",
        _("Hồ sơ %(code)s có người thụ lý"),
        _("%(officer)s, %(office)s, nay thụ lý hồ sơ “%(procedure)s” của bạn, từ %(at)s. Ngày hẹn trả vẫn là %(due)s."),
    ),
    events.DOSSIER_ACCEPTED: Text(
        "procedures.accepted",
        _("Nơi giải quyết đã nhận hồ sơ %(code)s"),
        _("%(officer)s, %(office)s, đã nhận hồ sơ giấy “%(procedure)s” của bạn lúc %(at)s. Ngày hẹn trả: %(due)s."),
    ),
    events.DOSSIER_FORWARDED: Text(
        "procedures.forwarded",
        _("Hồ sơ %(code)s sang bước tiếp theo"),
        _("%(officer)s đã chuyển hồ sơ “%(procedure)s” của bạn sang bước tiếp theo lúc %(at)s. Ngày hẹn trả: %(due)s."),
    ),
    events.RESULT_SENT_BACK: Text(
        "procedures.sent_back",
        _("Kết quả hồ sơ %(code)s được soạn lại"),
        _(
            "%(officer)s, %(unit)s, yêu cầu %(office)s soạn lại kết quả hồ sơ “%(procedure)s”. "
            "Ngày hẹn trả vẫn là %(due)s."
        ),
    ),
    events.HAND_OVER_UNDONE: Text(
        "procedures.hand_over_undone",
        _("Hồ sơ %(code)s trở lại bộ phận một cửa"),
        _(
            "%(officer)s, %(desk)s, đã lấy lại hồ sơ “%(procedure)s” để kiểm tra lúc %(at)s. "
            "Ngày hẹn trả vẫn là %(due)s."
        ),
    ),
    events.DRAFT_UNDONE: Text(
        "procedures.draft_undone",
        _("Hồ sơ %(code)s đang được xem lại"),
        _(
            "%(officer)s, %(office)s, đã rút dự thảo kết quả hồ sơ “%(procedure)s” để xem lại. "
            "Ngày hẹn trả vẫn là %(due)s."
        ),
    ),
    events.APOLOGY_SENT: Text(
        "procedures.apology",
        _("Xin lỗi bạn về hồ sơ %(code)s"),
        _("%(unit)s xin lỗi vì chưa giải quyết kịp hồ sơ “%(procedure)s”. Ngày hẹn trả mới: %(due)s."),
        _("Xin loi ve ho so %(code)s. Ngay hen tra moi: %(due)s."),
    ),
    events.DOSSIER_STOPPED: Text(
        "procedures.stopped",
        _("Hồ sơ %(code)s đã dừng giải quyết"),
        _("%(desk)s đã dừng giải quyết hồ sơ “%(procedure)s” theo yêu cầu của bạn. Mở hồ sơ để xem thông báo."),
    ),
    events.DOSSIER_WITHDRAWN: Text(
        "procedures.withdrawn",
        _("Hồ sơ %(code)s đã rút"),
        _("Bạn đã rút hồ sơ “%(procedure)s”. Muốn làm lại, hãy nộp hồ sơ mới."),
    ),
    events.RESULT_ISSUED: Text(
        "procedures.issued",
        _("Hồ sơ %(code)s đã có kết quả"),
        _(
            "%(officer)s, %(unit)s, đã ký và ban hành kết quả hồ sơ “%(procedure)s” của bạn lúc %(at)s. "
            "Mở hồ sơ để tải về."
        ),
        _("Ho so %(code)s da co ket qua. Mo ho so de tai ve."),
    ),
    events.RESULT_ANNOUNCED: Text(
        "procedures.announced",
        _("Mời bạn nhận kết quả hồ sơ %(code)s"),
        _("Kết quả hồ sơ “%(procedure)s” có trước ngày hẹn. Bạn có thể đến %(desk)s nhận từ bây giờ."),
        _("Ket qua ho so %(code)s da co, moi ban den nhan."),
    ),
    events.RESULT_POSTED: Text(
        "procedures.posted",
        _("Kết quả hồ sơ %(code)s đã gửi bưu chính"),
        _("%(desk)s đã gửi kết quả hồ sơ “%(procedure)s” đến bạn qua bưu chính công ích."),
    ),
    events.RESULT_RETURNED: Text(
        "procedures.returned",
        _("Đã trả kết quả hồ sơ %(code)s"),
        _(
            "%(officer)s, %(desk)s, đã trả kết quả hồ sơ “%(procedure)s” lúc %(at)s. "
            "Nếu chưa nhận được, hãy báo cho chúng tôi."
        ),
    ),
    events.RESULT_CORRECTED: Text(
        "procedures.corrected",
        _("Kết quả hồ sơ %(code)s được sửa"),
        _("%(unit)s đã ban hành quyết định sửa kết quả hồ sơ “%(procedure)s” của bạn. Mở hồ sơ để tải bản mới."),
    ),
}

ASSIGNED = Text(
    "procedures.assigned",
    _("Bạn được giao hồ sơ %(code)s"),
    _("Bạn được giao thụ lý hồ sơ “%(procedure)s”. Hạn trả kết quả: %(due)s."),
)


def tell(told: list[DomainEvent]) -> None:
    """Tells the people behind the dossiers. Run twice it tells once: the event's number is the occasion's key."""
    dossiers = _dossiers(told)
    accounts = _accounts_of(dossiers.values())
    about = [(event, dossiers[event.subject_id]) for event in told]
    _notify(
        [
            (event, dossier, account, TOLD[event.name], f"/ho-so/{dossier.code}/")
            for event, dossier in about
            if (account := accounts.get(dossier.pk)) is not None
        ]
    )


def tell_assigned(told: list[DomainEvent]) -> None:
    """Tells the officers who were given dossiers; not those who took one."""
    dossiers = _dossiers(told)
    numbers = {event.payload.get("account_id") for event in told}
    officers = Account.objects.select_related("person").in_bulk(numbers - {None})
    _notify(
        [
            (event, dossier, officers[event.payload["account_id"]], ASSIGNED, f"/can-bo/ho-so/{dossier.pk}/")
            for event in told
            if event.payload.get("account_id") in officers
            for dossier in (dossiers[event.subject_id],)
        ]
    )


def _dossiers(told: list[DomainEvent]) -> dict[str, Dossier]:
    """The dossiers of the events by their number as events write it, with what a sentence needs and no more."""
    wanted = Dossier.objects.select_related("version", "unit", "desk", "office", "filed_by__person").only(
        "code", "channel", "applicant_id", "is_simulated", "due_at", "version__plain_name",
        "filed_by__email", "filed_by__is_simulated", "filed_by__person__email", "filed_by__person__phone",
        "unit__name", "desk__name", "office__name",
    )  # fmt: skip
    found = wanted.in_bulk({int(event.subject_id) for event in told})
    return {event.subject_id: found[int(event.subject_id)] for event in told}


def _accounts_of(dossiers: Iterable[Dossier]) -> dict[int, Account]:
    """Whom to tell, by dossier: who filed it online, else the account of the person who came, when they have one."""
    came = {dossier.pk: dossier.applicant_id for dossier in dossiers if dossier.channel != Channel.ONLINE}
    citizens = Account.objects.filter(person_id__in=set(came.values()), kind=Account.Kind.CITIZEN, is_active=True)
    first = citizens.select_related("person").order_by("person_id", "pk").distinct("person_id") if came else ()
    own = {account.person_id: account for account in first}
    found = {one.pk: one.filed_by for one in dossiers if one.channel == Channel.ONLINE and one.filed_by is not None}
    return found | {pk: own[person] for pk, person in came.items() if person in own}


def _number(event: DomainEvent) -> int | None:
    # Whoever was given the dossier, else whose act it was (art. 15.1.g).
    number: int | None = event.payload.get("account_id") or event.payload.get("by")
    return number


def _officers(told: Iterable[DomainEvent]) -> dict[int, str]:
    """The names of the officers who did it. Citizens' own acts and the system's name nobody; the sentence then begins
    with the agency's words."""
    numbers = {number for event in told if (number := _number(event))}
    found = Account.objects.filter(pk__in=numbers).exclude(kind=Account.Kind.CITIZEN) if numbers else ()
    return {account.pk: account.full_name for account in found}


def _notify(about: list[tuple[DomainEvent, Dossier, Account, Text, str]]) -> None:
    officers = _officers(event for event, *_rest in about)
    notify_many(
        [
            Message(
                Actor.system("Hệ thống", is_simulated=dossier.is_simulated),
                account,
                text.code,
                _values(event, dossier, officers.get(_number(event) or 0)),
                link,
                f"{event.name}:{event.pk}",
            )
            for event, dossier, account, text, link in about
        ]
    )


def _values(event: DomainEvent, dossier: Dossier, officer: str | None) -> dict[str, object]:
    return {
        "code": dossier.code,
        "procedure": dossier.version.plain_name,
        "unit": dossier.unit.name,
        "desk": dossier.desk.name,
        "office": dossier.office.name,
        "officer": officer or _("Cán bộ phụ trách"),
        "at": f"{timezone.localtime(event.created_at):%H:%M %d/%m/%Y}",
        "due": f"{timezone.localtime(dossier.due_at):%d/%m/%Y}" if dossier.due_at else "",
    }


def register() -> None:
    """Declares the texts and listens; called once at start."""
    for name, text in TOLD.items():
        register_text(text)
        bus.subscribe_batch(name, tell)
    register_text(ASSIGNED)
    bus.subscribe_batch(events.DOSSIER_ASSIGNED, tell_assigned)
