"""Acts on units: make, rename, move, dissolve with successors, complete a share, hand over what was open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs import events, heirs, permissions
from tinhso.foundation.orgs.errors import WrongShares, WrongUnit
from tinhso.foundation.orgs.models import AREA_KINDS, HandOver, ShareBasis, Succession, Unit, UnitKind, UnitName
from tinhso.foundation.text.rules import normalise

Successors = Sequence[tuple[Unit, Decimal | None]]


@transaction.atomic
def create_unit(
    actor: access.Actor,
    *,
    code: str,
    kind: str,
    name: str,
    short_name: str,
    parent: Unit,
    valid_from: date,
    document: str,
    area: Unit | None = None,
    identifier: str = "",
    **facts: Any,
) -> Unit:
    """Lập đơn vị. `facts`: population, area_km2, latitude, longitude, attributes.

    Raises WrongUnit when the code or identifier is in use at that time, the parent does not live then, or a text is
    missing; Denied.
    """
    access.require(actor, permissions.MANAGE, unit=parent)
    _texts(code=code, name=name, short_name=short_name, document=document)
    if kind not in UnitKind.values or kind == UnitKind.PROVINCE:
        raise WrongUnit(_("Hãy chọn loại đơn vị."))
    above = _living(parent, valid_from)
    unit = Unit(
        code=normalise(code),
        kind=kind,
        name=name,
        short_name=short_name,
        parent=above,
        area=area,
        valid_from=valid_from,
        valid_to=above.valid_to,
        identifier=normalise(identifier).upper(),
        identifier_is_demo=False,
        founding_document=document,
        source=document,
        **facts,
    )
    _insert(unit)
    audit.record(
        actor,
        "orgs.unit.created",
        unit,
        unit_id=parent.pk,
        code=unit.code,
        name=name,
        valid_from=valid_from,
        document=document,
    )
    bus.publish(events.UNIT_CREATED, subject=unit, unit=unit, occurred_on=valid_from)
    return unit


def _insert(unit: Unit) -> None:
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise WrongUnit(_why(error, unit)) from None


def _why(error: IntegrityError, unit: Unit) -> str:
    """The database's refusal in a sentence."""
    text = str(error)
    if "orgs_unit_identifier_has_its_form" in text:
        return _("Mã định danh “%(value)s” không đúng dạng của Quyết định 20/2020/QĐ-TTg, ví dụ %(example)s.") % {
            "value": unit.identifier,
            "example": "A01.02.003",
        }
    if "orgs_unit_identifier_never_overlaps" in text:
        return _("Mã định danh “%(value)s” đang thuộc một đơn vị khác trong thời gian đó.") % {"value": unit.identifier}
    if "orgs_unit_ends_after_it_begins" in text:
        return _("Đơn vị cấp trên đã kết thúc trước ngày này.")
    return _("Mã “%(value)s” đang thuộc một đơn vị khác trong thời gian đó.") % {"value": unit.code}


def _texts(**texts: str) -> None:
    names = {
        "code": _("mã"),
        "name": _("tên đầy đủ"),
        "short_name": _("tên gọn"),
        "document": _("số, ngày của văn bản"),
        "reason": _("lý do"),
    }
    for field, value in texts.items():
        if not normalise(value):
            raise WrongUnit(_("Hãy ghi %(field)s.") % {"field": names[field]})


def _living(unit: Unit, day: date) -> Unit:
    """The unit with its row locked, refused unless it is in being on `day`."""
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    if not locked.is_valid_on(day):
        raise WrongUnit(
            _("%(name)s không có hiệu lực vào ngày %(day)s.") % {"name": locked.name, "day": day.strftime("%d/%m/%Y")}
        )
    return locked


@transaction.atomic
def rename_unit(
    actor: access.Actor, *, unit: Unit, name: str, short_name: str, renamed_on: date, document: str
) -> Unit:
    """Đổi tên đơn vị từ một ngày. The former name stays readable for its time. Raises WrongUnit, Denied."""
    access.require(actor, permissions.MANAGE, unit=unit)
    _texts(name=name, short_name=short_name, document=document)
    if renamed_on > timezone.localdate():
        raise WrongUnit(_("Ngày đổi tên không được ở sau hôm nay."))
    unit = _living(unit, renamed_on)
    before = (str(unit.name), str(unit.short_name))
    if (normalise(name), normalise(short_name)) == before:
        raise WrongUnit(_("Tên mới trùng với tên đang dùng."))
    since = max([unit.valid_from, *unit.former_names.values_list("valid_to", flat=True)])
    if renamed_on <= since:
        raise WrongUnit(
            _("Tên đang dùng có từ ngày %(day)s; ngày đổi tên phải sau ngày đó.") % {"day": since.strftime("%d/%m/%Y")}
        )
    UnitName.objects.create(
        unit=unit, name=before[0], short_name=before[1], valid_from=since, valid_to=renamed_on, document=document
    )
    unit.name, unit.short_name = normalise(name), normalise(short_name)
    unit.save()
    audit.record(
        actor,
        "orgs.unit.renamed",
        unit,
        unit_id=unit.pk,
        before=before[0],
        after=unit.name,
        renamed_on=renamed_on,
        document=document,
    )
    bus.publish(events.UNIT_RENAMED, subject=unit, unit=unit, occurred_on=renamed_on)
    return unit


@transaction.atomic
def dissolve_unit(
    actor: access.Actor,
    *,
    unit: Unit,
    ended_on: date,
    document: str,
    successors: Successors = (),
    heir: Unit | None = None,
    basis: str = "",
) -> HandOver:
    """Giải thể, sáp nhập hoặc chia đơn vị: `ended_on` is the first day without it.

    Successors take over with shares (None: not known yet); the agencies below it end with it and pass to the heir's
    agency of the same kind. What is open (officers' roles, cases, series) passes to `heir` (the only successor unless
    said): at once when the day has come, else in the night before it. Raises WrongUnit, WrongShares, WorkWouldBeLost.
    """
    access.require(actor, permissions.MANAGE, unit=unit)
    _texts(document=document)
    unit = _to_be_ended(unit, ended_on)
    _check_shares(unit, successors, ended_on, basis)
    heir = _chosen(successors, heir)
    below = _agencies_below(unit, ended_on)
    hand_overs = [_end(unit, ended_on, document, heir)]
    for agency in reversed(below):
        hand_overs.append(_end(agency, ended_on, document, _counterpart(agency, unit, heir, ended_on)))
    for successor, share in successors:
        _succeed(unit, successor, ended_on, share, basis if share is not None else "", document)
    for hand_over in hand_overs[1:]:
        if hand_over.heir is not None:
            _succeed(hand_over.unit, hand_over.heir, ended_on, Decimal(1), ShareBasis.WHOLE, document)
    audit.record(
        actor,
        "orgs.unit.dissolved",
        unit,
        unit_id=unit.pk,
        ended_on=ended_on,
        document=document,
        heir=heir.pk if heir else None,
        successors=[[successor.pk, share] for successor, share in successors],
        agencies=[agency.pk for agency in below],
    )
    bus.publish(
        events.UNIT_DISSOLVED,
        subject=unit,
        unit=unit,
        occurred_on=ended_on,
        successors=[successor.pk for successor, _share in successors],
        agencies=[agency.pk for agency in below],
    )
    if ended_on <= timezone.localdate():
        for hand_over in hand_overs:
            carry_out(actor, hand_over_id=hand_over.pk)
        hand_overs[0].refresh_from_db()
    return hand_overs[0]


def _to_be_ended(unit: Unit, day: date) -> Unit:
    locked = _living(unit, day)
    if locked.kind == UnitKind.PROVINCE:
        raise WrongUnit(_("Không giải thể tỉnh trong hệ thống của chính tỉnh đó."))
    if locked.valid_to is not None:
        raise WrongUnit(_("%(name)s đã có ngày kết thúc.") % {"name": locked.name})
    if locked.valid_from == day:
        raise WrongUnit(_("%(name)s mới có hiệu lực từ chính ngày này.") % {"name": locked.name})
    return locked


def _living_below(unit: Unit, day: date) -> list[Unit]:
    """What lives under the unit, top down, rows locked. Refused while another change waits there."""
    below = Unit.objects.select_for_update().filter(path__startswith=unit.path).exclude(pk=unit.pk)
    living = list(below.filter(Q(valid_to=None) | Q(valid_to__gt=day)).order_by("id"))
    for one in living:
        if one.valid_to is not None or one.valid_from >= day:
            raise WrongUnit(_("%(name)s đang có thay đổi khác vào lúc đó.") % {"name": one.name})
    return sorted(living, key=lambda one: one.path.count("."))


def _agencies_below(unit: Unit, day: date) -> list[Unit]:
    """The agencies that end with the unit; refused while an area lives under it."""
    living = _living_below(unit, day)
    for one in living:
        if one.kind in AREA_KINDS:
            raise WrongUnit(_("Hãy sáp nhập hoặc chuyển %(name)s trước.") % {"name": one.name})
    return living


def _check_shares(unit: Unit, successors: Successors, day: date, basis: str) -> None:
    if len({successor.pk for successor, _share in successors}) != len(successors):
        raise WrongShares(_("Một đơn vị kế thừa chỉ được ghi một lần."))
    for successor, share in successors:
        if successor.pk == unit.pk or successor.path.startswith(unit.path):
            raise WrongUnit(_("Đơn vị không kế thừa chính mình."))
        _living(successor, day)
        if share is not None and not 0 < share <= 1:
            raise WrongShares(_("Tỷ lệ phải lớn hơn 0 và không quá 1."))
        if share is not None and basis not in ShareBasis.values:
            raise WrongShares(_("Hãy chọn cơ sở của tỷ lệ."))
    if sum((share for _successor, share in successors if share is not None), Decimal(0)) > 1:
        raise WrongShares(_("Tổng các tỷ lệ không được quá 1."))


def _chosen(successors: Successors, heir: Unit | None) -> Unit | None:
    """Who takes over what is open."""
    if heir is None and len(successors) > 1:
        raise WrongUnit(_("Hãy chọn đơn vị nhận bàn giao cán bộ và việc đang xử lý."))
    if heir is None:
        return successors[0][0] if successors else None
    if heir.pk not in {successor.pk for successor, _share in successors}:
        raise WrongUnit(_("Đơn vị nhận bàn giao phải là một trong các đơn vị kế thừa."))
    return heir


def _end(unit: Unit, day: date, document: str, heir: Unit | None, *, continues: bool = False) -> HandOver:
    unit.valid_to = day
    unit.ending_document = document
    unit.save()
    return HandOver.objects.create(unit=unit, heir=heir, effective_on=day, document=document, continues=continues)


def _counterpart(agency: Unit, ended: Unit, heir: Unit | None, day: date) -> Unit | None:
    """The agency under the heir that does the same: by its place in the code, else the only one of its kind."""
    if heir is None:
        return None
    # The heir may stand above the ended unit; what ends with it takes nothing over.
    under = Unit.objects.as_of(day).under(heir).exclude(path__startswith=ended.path)
    same_code = under.filter(code=heir.code + agency.code.removeprefix(ended.code)).first()
    if same_code is not None and agency.code.startswith(ended.code):
        return same_code
    same_kind = list(under.filter(kind=agency.kind)[:2])
    return same_kind[0] if len(same_kind) == 1 else heir


def _succeed(
    predecessor: Unit, successor: Unit, day: date, share: Decimal | None, basis: str, document: str
) -> Succession:
    return Succession.objects.create(
        predecessor=predecessor,
        successor=successor,
        effective_on=day,
        share=share,
        share_basis=basis,
        document=document,
        source=document,
    )


@transaction.atomic
def move_unit(actor: access.Actor, *, unit: Unit, parent: Unit, moved_on: date, document: str) -> Unit:
    """Chuyển đơn vị sang cấp trên khác. A row's parent never changes, so that the tree of any day stays true: the unit
    and all below it end and go on in new rows with the same codes, numbers and people. Raises WrongUnit, Denied.
    """
    access.require(actor, permissions.MANAGE, unit=unit)
    access.require(actor, permissions.MANAGE, unit=parent)
    _texts(document=document)
    unit = _to_be_ended(unit, moved_on)
    parent = _living(parent, moved_on)
    if parent.path.startswith(unit.path):
        raise WrongUnit(_("Không chuyển đơn vị vào chính nó hoặc đơn vị dưới nó."))
    if parent.pk == unit.parent_id:
        raise WrongUnit(_("Đơn vị đã trực thuộc %(name)s.") % {"name": parent.name})
    if parent.valid_to is not None:
        raise WrongUnit(_("%(name)s đã có ngày kết thúc.") % {"name": parent.name})
    goes_on: dict[int, Unit] = {}
    hand_overs = []
    for old in [unit, *_living_below(unit, moved_on)]:
        hand_over = _end(old, moved_on, document, None, continues=True)
        new = _same_again(
            old, moved_on, document, parent if old.pk == unit.pk else goes_on[old.parent_id or 0], goes_on
        )
        goes_on[old.pk] = new
        hand_over.heir = new
        hand_over.save(update_fields=["heir"])
        hand_overs.append(hand_over)
        _succeed(old, new, moved_on, Decimal(1), ShareBasis.WHOLE, document)
    moved = goes_on[unit.pk]
    audit.record(
        actor,
        "orgs.unit.moved",
        moved,
        unit_id=moved.pk,
        before=unit.parent_id,
        after=parent.pk,
        moved_on=moved_on,
        document=document,
        rows=[[old, new.pk] for old, new in goes_on.items()],
    )
    bus.publish(
        events.UNIT_MOVED,
        subject=moved,
        unit=moved,
        occurred_on=moved_on,
        rows=[[old, new.pk] for old, new in goes_on.items()],
    )
    if moved_on <= timezone.localdate():
        for hand_over in hand_overs:
            carry_out(actor, hand_over_id=hand_over.pk)
    return moved


def _same_again(old: Unit, day: date, document: str, parent: Unit, goes_on: dict[int, Unit]) -> Unit:
    new = Unit.objects.get(pk=old.pk)
    new.pk = None
    new._state.adding = True
    new.parent = parent
    new.area = goes_on.get(old.area_id or 0, old.area)
    new.valid_from, new.valid_to = day, None
    new.founding_document, new.ending_document = document, ""
    _insert(new)
    return new


@transaction.atomic
def set_share(actor: access.Actor, *, succession_id: int, share: Decimal, basis: str, document: str) -> Succession:
    """Ghi tỷ lệ chuyển sang khi đã có số liệu. Raises WrongShares, Denied."""
    row = Succession.objects.select_for_update(of=("self",)).select_related("successor").get(pk=succession_id)
    access.require(actor, permissions.MANAGE, unit=row.successor)
    _texts(document=document)
    if basis not in ShareBasis.values:
        raise WrongShares(_("Hãy chọn cơ sở của tỷ lệ."))
    if not 0 < share <= 1:
        raise WrongShares(_("Tỷ lệ phải lớn hơn 0 và không quá 1."))
    before = row.share
    row.share, row.share_basis, row.source = share, basis, document
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise WrongShares(_("Tổng các tỷ lệ không được quá 1.")) from None
    audit.record(
        actor,
        "orgs.succession.share_set",
        row,
        unit_id=row.successor_id,
        before=before,
        after=share,
        basis=basis,
        document=document,
    )
    bus.publish(
        events.SHARE_SET, subject=row, unit=row.successor, occurred_on=row.effective_on, predecessor=row.predecessor_id
    )
    return row


@transaction.atomic
def record_succession(
    actor: access.Actor,
    *,
    predecessor: Unit,
    successor: Unit,
    document: str,
    share: Decimal | None = None,
    basis: str = "",
) -> Succession:
    """Ghi thêm một đơn vị kế thừa của đơn vị đã kết thúc. Raises WrongUnit, WrongShares, Denied."""
    access.require(actor, permissions.MANAGE, unit=successor)
    _texts(document=document)
    ended = Unit.objects.select_for_update().get(pk=predecessor.pk)
    if ended.valid_to is None:
        raise WrongUnit(_("%(name)s chưa kết thúc.") % {"name": ended.name})
    _check_shares(ended, [(successor, share)], ended.valid_to, basis)
    try:
        with transaction.atomic():
            row = _succeed(ended, successor, ended.valid_to, share, basis if share is not None else "", document)
    except IntegrityError as error:
        if "one_succession_per_pair" in str(error):
            raise WrongUnit(_("Việc kế thừa này đã được ghi.")) from None
        raise WrongShares(_("Tổng các tỷ lệ không được quá 1.")) from None
    audit.record(
        actor,
        "orgs.succession.recorded",
        row,
        unit_id=successor.pk,
        predecessor=ended.pk,
        share=share,
        basis=basis,
        document=document,
    )
    bus.publish(events.SHARE_SET, subject=row, unit=successor, occurred_on=row.effective_on, predecessor=ended.pk)
    return row


@transaction.atomic
def carry_out(actor: access.Actor, *, hand_over_id: int) -> HandOver:
    """Bàn giao: everything open at the ended unit passes to its heir, once. Raises WorkWouldBeLost, Denied."""
    row = HandOver.objects.select_for_update(of=("self",)).select_related("unit", "heir").get(pk=hand_over_id)
    access.require(actor, permissions.MANAGE, unit=row.unit)
    if row.done_at is not None:
        return row
    row.passed = heirs.pass_on(
        heirs.Passing(actor, row.unit, row.heir, row.effective_on, row.document, continues=row.continues)
    )
    row.done_at = timezone.now()
    row.save(update_fields=["passed", "done_at"])
    audit.record(
        actor,
        "orgs.unit.handed_over",
        row.unit,
        unit_id=row.unit_id,
        heir=row.heir_id,
        passed=row.passed,
        document=row.document,
    )
    bus.publish(
        events.UNIT_HANDED_OVER, subject=row.unit, unit=row.unit, occurred_on=row.effective_on, heir=row.heir_id
    )
    return row


def carry_out_due(actor: access.Actor, day: date | None = None) -> int:
    """Carries out the hand-overs whose day has come, each as its own act; how many. Called each night."""
    due = HandOver.objects.filter(done_at=None, effective_on__lte=day or timezone.localdate())
    ids = list(due.order_by("effective_on", "id").values_list("pk", flat=True))
    for pk in ids:
        carry_out(actor, hand_over_id=pk)
    return len(ids)
