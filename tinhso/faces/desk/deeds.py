"""What may be done to a dossier now, by this officer: the buttons beside it, each one call into one act.

A deed is a line of the table below: its address, its word, the act whose order it keeps, who may press it where, what
must be typed. The act itself decides; this table only says which buttons are worth showing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.engines.forms import layout
from tinhso.engines.forms import selectors as forms
from tinhso.engines.forms.rules import is_filled
from tinhso.engines.workflow import selectors as workflow
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices.texts import hide_numbers
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.masking import MASK
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import permissions, rules, selectors, services
from tinhso.systems.procedures.errors import WrongNewDate
from tinhso.systems.procedures.models import Apology, Channel, Correction, Dossier
from tinhso.systems.procedures.process import OWN_ACTS
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.stand_ins import stood_in_for

Typed = Any
Values = dict[str, Any]
Shown = Callable[[Actor, Dossier], bool]


@dataclass(frozen=True)
class Ask:
    """One thing to type or choose: its field, its word, the keyword of the act it becomes."""

    name: str
    label: Any
    keyword: str
    kind: str = "text"  # text, line, date, choice, tick
    options: Callable[[Dossier], list[tuple[Any, Any]]] | None = None
    is_optional: bool = False
    help: Any = ""
    longest: int = 0  # characters a line takes; 0: as many as its box


@dataclass(frozen=True)
class Deed:
    """A button. `weight`: main (what the step waits for), plain, grave (turns something down), undo."""

    slug: str
    label: Any
    act: str
    permission: str
    places: tuple[str, ...]
    service: str
    done: Any
    asks: tuple[Ask, ...] = ()
    weight: str = "plain"
    states: frozenset[State] | None = None
    shown: Shown | None = None
    run: Callable[[Actor, Dossier, int | None, Typed], Any] | None = None

    @property
    def is_main(self) -> bool:
        return self.weight == "main"

    @property
    def is_grave(self) -> bool:
        return self.weight == "grave"

    def do(self, actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
        """The one call into the act."""
        if self.run is not None:
            return self.run(actor, dossier, seen, typed)
        values = {ask.keyword: value_of(ask, typed) for ask in self.asks}
        return getattr(services, self.service)(actor=actor, dossier_id=dossier.pk, seen=seen, **values)


def value_of(ask: Ask, typed: Typed) -> Any:
    """What was typed for one question, as the act takes it. A date that is none refuses the act in words."""
    if ask.kind == "date":
        try:
            return date(*(int(typed.get(f"{ask.name}_{part}", "")) for part in ("year", "month", "day")))
        except ValueError:
            raise WrongNewDate from None
    if ask.kind == "tick":
        return typed.get(ask.name) == "on"
    return typed.get(ask.name, "")


REASON = Ask("ly_do", _("Lý do"), "reason")
WAYS = [(Channel.DESK, Channel.DESK.label), (Channel.POST, Channel.POST.label)]


def _draft(actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
    """The drafted rows. A number shown masked and left as it was goes in as it is known, never as bullets."""
    return services.draft_result(
        actor=actor,
        dossier_id=dossier.pk,
        rows=_rows(dossier, typed),
        conclusion=typed.get("ket_luan", ""),
        seen=seen,
    )


def _rows(dossier: Dossier, typed: Typed) -> list[dict[str, str]]:
    # What was proposed is looked up only where a masked number came back.
    is_masked = any(MASK in value for value in typed.getlist("gia_tri"))
    known = {row["label"]: row["value"] for row in proposed_rows(dossier)} if is_masked else {}
    rows = []
    for label, value in zip(typed.getlist("nhan"), typed.getlist("gia_tri"), strict=False):
        was = known.get(label, "")
        rows.append({"label": label, "value": was if was and value == hide_numbers(was) else value.strip()})
    return rows


def proposed_rows(found: Dossier) -> list[dict[str, str]]:
    """The result's rows: as drafted, else filled in from the form's answers."""
    result = getattr(found, "result", None)
    if result is not None:
        return [{"label": row["label"], "value": row["value"]} for row in result.values()]
    fields = layout.fields(found.version.form) if found.version.form else {}
    answers = {
        name: forms.answer(field, found.data[name]) for name, field in fields.items() if is_filled(found.data.get(name))
    }
    return [
        {"label": row["label"], "value": str(answers.get(row["field"], found.data.get(row["field"], "")) or "")}
        for row in found.version.result_layout.get("rows", [])
    ]


def _correct(actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
    rows = _rows(dossier, typed) or dossier.result.values()
    return services.correct_result(
        actor=actor,
        dossier_id=dossier.pk,
        kind=typed.get("loai", "") if typed.get("loai") in Correction.Kind.values else Correction.Kind.CORRECT,
        reason=typed.get("ly_do", ""),
        rows=rows,
        seen=seen,
    )


def _assign(actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
    chosen = str(typed.get("nguoi", ""))
    account = Account.objects.get(pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None
    if account is None:
        raise Account.DoesNotExist
    return services.assign_dossier(
        actor=actor, dossier_id=dossier.pk, account=account, reason=typed.get("ly_do", ""), seen=seen
    )


def _is_of_a_commune(actor: Actor, dossier: Dossier) -> bool:
    """A procedure of the province has one place to go: there is no other commune to send it to."""
    return not dossier.version.is_provincial


def _reroute(actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
    chosen = str(typed.get("dia_ban", ""))
    commune = Unit.objects.get(pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0)
    return services.reroute_dossier(
        actor=actor, dossier_id=dossier.pk, commune=commune, reason=typed.get("ly_do", ""), seen=seen
    )


def _forward(actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
    return services.forward_dossier(
        actor=actor,
        dossier_id=dossier.pk,
        transition=typed.get("loi", ""),
        note=typed.get("ly_do", ""),
        seen=seen,
    )


def waiting_apology(dossier: Dossier) -> Apology | None:
    """The proposal the head has not answered."""
    return dossier.apologies.filter(sent_at=None, declined_at=None).first()


def _send_apology(actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
    return services.send_apology(
        actor=actor, apology_id=_waiting_id(dossier), accept_late=typed.get("ghi_muon") == "on"
    )


def _decline_apology(actor: Actor, dossier: Dossier, seen: int | None, typed: Typed) -> Any:
    return services.decline_apology(actor=actor, apology_id=_waiting_id(dossier), reason=typed.get("ly_do", ""))


def _waiting_id(dossier: Dossier) -> int:
    waiting = waiting_apology(dossier)
    if waiting is None:
        raise Apology.DoesNotExist
    return waiting.pk


def _has_waiting(actor: Actor, dossier: Dossier) -> bool:
    return waiting_apology(dossier) is not None


def _may_propose(actor: Actor, dossier: Dossier) -> bool:
    return not dossier.apologies.filter(declined_at=None).exists()


def _is_free(actor: Actor, dossier: Dossier) -> bool:
    return dossier.case is None or dossier.case.holder_id is None


def _not_accepted(actor: Actor, dossier: Dossier) -> bool:
    return dossier.accepted_at is None


def _own_draft(actor: Actor, dossier: Dossier) -> bool:
    result = getattr(dossier, "result", None)
    return result is not None and result.drafted_by_id in stood_in_for(actor)


def _is_early(actor: Actor, dossier: Dossier) -> bool:
    return dossier.delivery_state == "waiting"


def _officers(dossier: Dossier) -> list[tuple[Any, Any]]:
    return [(one.pk, one.full_name) for one in selectors.officers_of(dossier.office)]


def _communes(dossier: Dossier) -> list[tuple[Any, Any]]:
    return [(pk, name) for pk, name in selectors.communes() if pk != dossier.unit.area_id]


RECEIVE, RESOLVE, SIGN = permissions.RECEIVE, permissions.RESOLVE, permissions.SIGN
AT_DESK, AT_OFFICE, AT_UNIT = ("desk",), ("office",), ("unit",)
ITEMS = Ask("can_bo_sung", _("Giấy tờ, nội dung cần bổ sung"), "items", help=_("mỗi thứ một dòng"))
BASIS = Ask("can_cu", _("Căn cứ, khi yêu cầu muộn hoặc thêm lần"), "basis", is_optional=True)
GUIDANCE = Ask("huong_dan", _("Hướng dẫn việc cần làm tiếp"), "guidance", is_optional=True)

# One deed a paragraph, as a table is read.
# fmt: off
DEEDS: tuple[Deed, ...] = (
    Deed(
        "tiep-nhan", _("Tiếp nhận"), "receive", RECEIVE, AT_DESK, "receive_dossier",
        _("Đã tiếp nhận hồ sơ %(code)s."), weight="main",
    ),
    Deed(
        "chuyen", _("Chuyển thụ lý"), "hand_over", RECEIVE, AT_DESK, "hand_over",
        _("Đã chuyển hồ sơ %(code)s đến nơi thụ lý."), weight="main",
    ),
    Deed(
        "du-thao", _("Trình ký"), "draft", RESOLVE, AT_OFFICE, "draft_result",
        _("Đã trình dự thảo kết quả của hồ sơ %(code)s."), weight="main", run=_draft,
    ),
    Deed(
        "ky", _("Ký và ban hành"), "sign", SIGN, AT_UNIT, "sign_and_issue",
        _("Đã ký và ban hành kết quả của hồ sơ %(code)s."), weight="main",
    ),
    Deed(
        "tra-ket-qua", _("Trả kết quả"), "return", RECEIVE, AT_DESK, "return_result",
        _("Đã trả kết quả của hồ sơ %(code)s."),
        (
            Ask("nguoi_nhan", _("Họ tên người nhận kết quả"), "collected_by", "line", longest=120),
            Ask("giay_to", _("Giấy tờ người nhận xuất trình"), "paper", "line", is_optional=True, longest=200),
            Ask("cach", _("Cách nhận"), "way", "choice", lambda dossier: list(WAYS)),
        ),
        weight="main",
    ),
    Deed(
        "xin-loi-gui", _("Gửi thư xin lỗi"), "apologise", permissions.APOLOGISE, AT_UNIT, "send_apology",
        _("Đã gửi thư xin lỗi và hẹn lại hồ sơ %(code)s."),
        (Ask("ghi_muon", _("Ghi là xin lỗi muộn"), "accept_late", "tick", is_optional=True),),
        shown=_has_waiting, run=_send_apology,
    ),
    Deed(
        "xin-loi-khong", _("Không đồng ý hẹn lại"), "apologise", permissions.APOLOGISE, AT_UNIT, "decline_apology",
        _("Đã trả lời đề nghị hẹn lại của hồ sơ %(code)s."), (REASON,), "grave",
        shown=_has_waiting, run=_decline_apology,
    ),
    Deed(
        "nhan", _("Nhận thụ lý"), "draft", RESOLVE, AT_OFFICE, "take_dossier",
        _("Bạn đã nhận thụ lý hồ sơ %(code)s."), states=frozenset({State.RESOLVING}), shown=_is_free,
    ),
    Deed(
        "giao", _("Giao người thụ lý"), "assign", permissions.ASSIGN, ("office", "unit"), "assign_dossier",
        _("Đã giao người thụ lý hồ sơ %(code)s."),
        (
            Ask("nguoi", _("Người thụ lý"), "account", "choice", _officers),
            Ask("ly_do", _("Lý do, khi đổi người"), "reason", is_optional=True),
        ),
        run=_assign,
    ),
    Deed(
        "bo-sung", _("Yêu cầu bổ sung"), "ask_supplement", RECEIVE, AT_DESK, "ask_supplement",
        _("Đã gửi yêu cầu bổ sung hồ sơ %(code)s."), (ITEMS, REASON), states=frozenset({State.SUBMITTED}),
    ),
    Deed(
        "bo-sung", _("Yêu cầu bổ sung"), "ask_supplement", RESOLVE, AT_OFFICE, "ask_supplement",
        _("Đã gửi yêu cầu bổ sung hồ sơ %(code)s."), (ITEMS, REASON, BASIS), states=frozenset({State.RESOLVING}),
    ),
    Deed(
        "xin-loi", _("Đề nghị xin lỗi, hẹn lại"), "apologise", RESOLVE, AT_OFFICE, "propose_apology",
        _("Đã trình lãnh đạo thư xin lỗi và ngày hẹn mới của hồ sơ %(code)s."),
        (REASON, Ask("ngay_hen", _("Ngày hẹn trả mới"), "new_due_on", "date")), shown=_may_propose,
    ),
    Deed(
        "bao-som", _("Báo đã có kết quả"), "announce", RECEIVE, AT_DESK, "announce_result",
        _("Đã ghi việc báo kết quả hồ sơ %(code)s."),
        (Ask("cach_bao", _("Báo bằng cách nào"), "how", "line", help=_("tin nhắn, điện thoại…"), longest=120),),
        shown=_is_early,
    ),
    Deed(
        "gui-buu-chinh", _("Gửi kết quả qua bưu chính"), "return", RECEIVE, AT_DESK, "post_result",
        _("Đã ghi số hiệu bưu gửi của hồ sơ %(code)s."),
        (Ask("so_hieu", _("Số hiệu bưu gửi"), "post_code", "line", longest=40),),
    ),
    Deed(
        "chuyen-dia-ban", _("Chuyển đến nơi có thẩm quyền"), "reroute", RECEIVE, AT_DESK, "reroute_dossier",
        _("Đã chuyển hồ sơ %(code)s đến nơi có thẩm quyền."),
        (Ask("dia_ban", _("Địa bàn có thẩm quyền"), "commune", "choice", _communes), REASON),
        states=frozenset({State.SUBMITTED, State.RECEIVED}), shown=_is_of_a_commune, run=_reroute,
    ),
    Deed(
        "chuyen-dia-ban", _("Chuyển đến nơi có thẩm quyền"), "reroute", RESOLVE, AT_OFFICE, "reroute_dossier",
        _("Đã chuyển hồ sơ %(code)s đến nơi có thẩm quyền."),
        (Ask("dia_ban", _("Địa bàn có thẩm quyền"), "commune", "choice", _communes), REASON),
        states=frozenset({State.RESOLVING}), shown=_is_of_a_commune, run=_reroute,
    ),
    Deed(
        "ve-mot-cua", _("Trả về bộ phận một cửa"), "return_to_desk", RESOLVE, AT_OFFICE, "return_to_desk",
        _("Đã trả hồ sơ %(code)s về bộ phận một cửa."), (REASON,), "grave",
    ),
    Deed(
        "tu-choi", _("Từ chối tiếp nhận"), "refuse", RECEIVE, AT_DESK, "refuse_dossier",
        _("Đã từ chối hồ sơ %(code)s."),
        (Ask("ly_do", _("Lý do từ chối, ghi để người nộp hiểu được"), "reason"), GUIDANCE), "grave",
    ),
    Deed(
        "tu-choi-giai-quyet", _("Từ chối giải quyết"), "refuse_settling", RESOLVE, AT_OFFICE, "refuse_settling",
        _("Đã từ chối giải quyết hồ sơ %(code)s."),
        (Ask("ly_do", _("Lý do từ chối, ghi để người nộp hiểu được"), "reason"), GUIDANCE), "grave",
    ),
    Deed(
        "tra-lai", _("Trả lại dự thảo"), "send_back", SIGN, AT_UNIT, "send_back",
        _("Đã trả lại dự thảo của hồ sơ %(code)s."), (Ask("ly_do", _("Lý do trả lại"), "reason"),), "grave",
    ),
    Deed(
        "dung", _("Dừng theo yêu cầu người nộp"), "stop", RECEIVE, AT_DESK, "stop_dossier",
        _("Đã dừng giải quyết hồ sơ %(code)s."),
        (
            Ask("nguoi_yeu_cau", _("Họ tên người yêu cầu"), "asked_by", "line", longest=120),
            Ask("cach", _("Yêu cầu bằng"), "asked_way", "choice", lambda dossier: list(WAYS)),
            REASON,
        ),
        "grave",
    ),
    Deed(
        "sua-ket-qua", _("Đính chính, thay thế kết quả"), "correct", SIGN, AT_UNIT, "correct_result",
        _("Đã ban hành quyết định sửa kết quả của hồ sơ %(code)s."),
        (Ask("loai", _("Loại quyết định"), "kind", "choice", lambda dossier: list(Correction.Kind.choices)), REASON),
        "grave", run=_correct,
    ),
    Deed(
        "huy-tiep-nhan", _("Huỷ tiếp nhận"), "undo_receive", RECEIVE, AT_DESK, "undo_receive",
        _("Đã huỷ việc tiếp nhận hồ sơ %(code)s."), (REASON,), "undo",
    ),
    Deed(
        "huy-chuyen", _("Huỷ chuyển thụ lý"), "undo_hand_over", RECEIVE, AT_DESK, "undo_hand_over",
        _("Đã huỷ việc chuyển hồ sơ %(code)s."), (REASON,), "undo", shown=_not_accepted,
    ),
    Deed(
        "huy-trinh", _("Rút dự thảo về sửa"), "undo_draft", RESOLVE, AT_OFFICE, "undo_draft",
        _("Đã rút dự thảo của hồ sơ %(code)s."), (REASON,), "undo", shown=_own_draft,
    ),
)
FORWARD = Deed(
    "buoc", _("Chuyển bước"), "forward", permissions.VIEW, ("office", "unit", "desk"), "forward_dossier",
    _("Đã chuyển bước hồ sơ %(code)s."), run=_forward,
)
# fmt: on


def deeds_for(actor: Actor, dossier: Dossier) -> list[Deed]:
    """The deeds in order now and within this officer's rights; what asks the database is asked last."""
    return [
        deed
        for deed in DEEDS
        if rules.may_follow(deed.act, dossier.state)
        and (deed.states is None or dossier.state in deed.states)
        and any(access.allowed(actor, deed.permission, getattr(dossier, place)) for place in deed.places)
        and (deed.shown is None or deed.shown(actor, dossier))
    ]


def steps_for(actor: Actor, dossier: Dossier) -> list[Any]:
    """The ways on along the procedure's own process that no act of the table takes."""
    if dossier.case is None or not rules.may_follow("forward", dossier.state):
        return []
    return [way for way in workflow.transitions_for(actor, dossier.case) if way.code not in OWN_ACTS]


def deed_of(slug: str, state: str) -> Deed | None:
    """The deed behind an address, for a dossier in `state`; the first of that name when the state fits none."""
    named = [deed for deed in (*DEEDS, FORWARD) if deed.slug == slug]
    fitting = [deed for deed in named if deed.states is None or state in deed.states]
    return next(iter(fitting or named), None)


def questions(deed: Deed, dossier: Dossier, typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields of a deed ready to draw, with what was typed before a refusal."""
    return [
        {
            "id": f"{deed.slug}-{ask.name}",
            "name": ask.name,
            "label": ask.label,
            "kind": ask.kind,
            "help": ask.help,
            "longest": ask.longest,
            "optional": ask.is_optional,
            "required": not ask.is_optional,
            "options": ask.options(dossier) if ask.options else [],
            "value": typed.get(ask.name, ""),
            "is_long": ask.keyword == "commune",
            "day": typed.get(f"{ask.name}_day", ""),
            "month": typed.get(f"{ask.name}_month", ""),
            "year": typed.get(f"{ask.name}_year", ""),
        }
        for ask in deed.asks
    ]
