"""What may be done to a dossier now, by this officer: the buttons beside it, each one call into one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures import permissions, rules, services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State

Typed = Mapping[str, Any]


@dataclass(frozen=True)
class Deed:
    """A button: its address, its word, the act it may follow, who may press it, and what must be typed."""

    slug: str
    label: Any
    act: str
    permission: str
    place: str
    run: Callable[[Actor, Dossier, int | None, Any], Any]
    done: Any
    fields: tuple[tuple[str, Any], ...] = ()
    is_main: bool = False
    is_grave: bool = False
    only_in: State | None = None


def _draft(actor: Actor, dossier: Dossier, seen: int | None, typed: Any) -> Any:
    labels = typed.getlist("nhan")
    values = typed.getlist("gia_tri")
    rows = [{"label": label, "value": value.strip()} for label, value in zip(labels, values, strict=False)]
    return services.draft_result(
        actor=actor, dossier_id=dossier.pk, rows=rows, conclusion=typed.get("ket_luan", ""), seen=seen
    )


DEEDS = (
    Deed(
        "tiep-nhan",
        _("Tiếp nhận"),
        "receive",
        permissions.RECEIVE,
        "desk",
        lambda actor, d, seen, typed: services.receive_dossier(actor=actor, dossier_id=d.pk, seen=seen),
        _("Đã tiếp nhận hồ sơ %(code)s."),
        is_main=True,
    ),
    Deed(
        "chuyen",
        _("Chuyển thụ lý"),
        "hand_over",
        permissions.RECEIVE,
        "desk",
        lambda actor, d, seen, typed: services.hand_over(actor=actor, dossier_id=d.pk, seen=seen),
        _("Đã chuyển hồ sơ %(code)s đến nơi thụ lý."),
        is_main=True,
    ),
    Deed(
        "du-thao",
        _("Trình ký"),
        "draft",
        permissions.RESOLVE,
        "office",
        _draft,
        _("Đã trình dự thảo kết quả của hồ sơ %(code)s."),
        is_main=True,
    ),
    Deed(
        "ky",
        _("Ký và ban hành"),
        "sign",
        permissions.SIGN,
        "unit",
        lambda actor, d, seen, typed: services.sign_and_issue(actor=actor, dossier_id=d.pk, seen=seen),
        _("Đã ký và ban hành kết quả của hồ sơ %(code)s."),
        is_main=True,
    ),
    Deed(
        "tra-ket-qua",
        _("Trả kết quả"),
        "return",
        permissions.RECEIVE,
        "desk",
        lambda actor, d, seen, typed: services.return_result(
            actor=actor, dossier_id=d.pk, collected_by=typed.get("nguoi_nhan", ""), seen=seen
        ),
        _("Đã trả kết quả của hồ sơ %(code)s."),
        (("nguoi_nhan", _("Họ tên người nhận kết quả")),),
        is_main=True,
    ),
    Deed(
        "nhan",
        _("Nhận thụ lý"),
        "draft",
        permissions.RESOLVE,
        "office",
        lambda actor, d, seen, typed: services.take_dossier(actor=actor, dossier_id=d.pk, seen=seen),
        _("Bạn đã nhận thụ lý hồ sơ %(code)s."),
        only_in=State.RESOLVING,
    ),
    Deed(
        "bo-sung",
        _("Yêu cầu bổ sung"),
        "ask_supplement",
        permissions.RECEIVE,
        "desk",
        lambda actor, d, seen, typed: services.ask_supplement(
            actor=actor, dossier_id=d.pk, items=typed.get("can_bo_sung", ""), reason=typed.get("ly_do", ""), seen=seen
        ),
        _("Đã gửi yêu cầu bổ sung hồ sơ %(code)s."),
        (("can_bo_sung", _("Giấy tờ, nội dung cần bổ sung")), ("ly_do", _("Lý do"))),
        only_in=State.SUBMITTED,
    ),
    Deed(
        "bo-sung",
        _("Yêu cầu bổ sung"),
        "ask_supplement",
        permissions.RESOLVE,
        "office",
        lambda actor, d, seen, typed: services.ask_supplement(
            actor=actor, dossier_id=d.pk, items=typed.get("can_bo_sung", ""), reason=typed.get("ly_do", ""), seen=seen
        ),
        _("Đã gửi yêu cầu bổ sung hồ sơ %(code)s."),
        (("can_bo_sung", _("Giấy tờ, nội dung cần bổ sung")), ("ly_do", _("Lý do"))),
        only_in=State.RESOLVING,
    ),
    Deed(
        "tu-choi",
        _("Từ chối tiếp nhận"),
        "refuse",
        permissions.RECEIVE,
        "desk",
        lambda actor, d, seen, typed: services.refuse_dossier(
            actor=actor, dossier_id=d.pk, reason=typed.get("ly_do", ""), seen=seen
        ),
        _("Đã từ chối hồ sơ %(code)s."),
        (("ly_do", _("Lý do từ chối, ghi để người nộp hiểu được")),),
        is_grave=True,
    ),
    Deed(
        "tra-lai",
        _("Trả lại dự thảo"),
        "send_back",
        permissions.SIGN,
        "unit",
        lambda actor, d, seen, typed: services.send_back(
            actor=actor, dossier_id=d.pk, reason=typed.get("ly_do", ""), seen=seen
        ),
        _("Đã trả lại dự thảo của hồ sơ %(code)s."),
        (("ly_do", _("Lý do trả lại")),),
        is_grave=True,
    ),
)


def deeds_for(actor: Actor, dossier: Dossier) -> list[Deed]:
    """The deeds in order now and within this officer's rights."""
    return [
        deed
        for deed in DEEDS
        if rules.may_follow(deed.act, dossier.state)
        and deed.only_in in (None, dossier.state)
        and not (deed.slug == "nhan" and dossier.case is not None and dossier.case.holder_id is not None)
        and access.allowed(actor, deed.permission, getattr(dossier, deed.place))
    ]


def deed_of(slug: str, state: str) -> Deed | None:
    """The deed behind an address, for a dossier in `state`; the first of that name when the state fits none."""
    named = [deed for deed in DEEDS if deed.slug == slug]
    fitting = [deed for deed in named if deed.only_in in (None, state)]
    return next(iter(fitting or named), None)
