"""The register of processing purposes: published by version, ended by date, never changed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.privacy import permissions, registry, selectors
from tinhso.foundation.privacy.errors import WrongRegister
from tinhso.foundation.privacy.models import Basis, Purpose
from tinhso.foundation.text.rules import normalise


@transaction.atomic
def publish_purpose(
    *,
    actor: access.Actor,
    code: str,
    sentence: str,
    basis: str,
    legal_basis: str,
    data_fields: list[str],
    retention: str,
    receiver: str,
    may_object: bool = False,
    asks_again: bool = True,
    valid_from: date | None = None,
) -> Purpose:
    """A new purpose, or the next version of one; the version before ends on the same day.

    A person's consent to an older wording holds only when the new version does not ask again.
    """
    access.require(actor, permissions.REGISTER, unit=selectors.controller())
    day = valid_from or timezone.localdate()
    # The lock makes two publications of one code take turns: the second ends the first one's version.
    known = list(Purpose.objects.select_for_update().filter(code=code).order_by("version"))
    last = known[-1] if known else None
    _require_sound(code, sentence, basis, legal_basis, data_fields, retention, receiver)
    if last is not None:
        _end_before(last, day)
    made = Purpose.objects.create(
        code=code,
        version=last.version + 1 if last else 1,
        sentence=normalise(sentence),
        basis=basis,
        legal_basis=normalise(legal_basis),
        data_fields=[normalise(one) for one in data_fields if normalise(one)],
        retention=normalise(retention),
        receiver=normalise(receiver),
        may_object=may_object,
        asks_again=asks_again,
        valid_from=day,
    )
    audit.record(actor, "privacy.purpose.published", made, code=code, version=made.version, valid_from=day)
    return made


def _require_sound(
    code: str, sentence: str, basis: str, legal_basis: str, data_fields: list[str], retention: str, receiver: str
) -> None:
    if not code.replace(".", "").replace("_", "").isascii() or not code or len(code) > 60 or " " in code:
        raise WrongRegister(_("Mã mục đích gồm chữ không dấu, số, dấu chấm, không có dấu cách."))
    if basis not in Basis.values:
        raise WrongRegister(_("Hãy chọn cơ sở xử lý: theo luật hay theo sự đồng ý."))
    said = (sentence, legal_basis, retention, receiver)
    if not all(normalise(words) for words in said) or not any(normalise(one) for one in data_fields):
        raise WrongRegister(_("Hãy ghi đủ: dùng để làm gì, căn cứ pháp lý, dữ liệu, thời gian lưu, ai nhận."))
    if any(len(normalise(one)) > 200 for one in data_fields) or len(retention) > 300 or len(receiver) > 300:
        raise WrongRegister(_("Tên dữ liệu dài quá 200 ký tự, hoặc thời gian lưu, bên nhận dài quá 300 ký tự."))


def _end_before(last: Purpose, day: date) -> None:
    if last.valid_to is not None and last.valid_to <= day:
        return
    if last.valid_from >= day:
        raise WrongRegister(
            _("Phiên bản mới phải áp dụng sau phiên bản hiện có: từ ngày %(day)s trở đi.")
            % {"day": f"{last.valid_from + timedelta(days=1):%d/%m/%Y}"}
        )
    last.valid_to = day
    last.save(update_fields=["valid_to"])


@transaction.atomic
def end_purpose(*, actor: access.Actor, code: str, on: date, reason: str) -> Purpose:
    """Stops a purpose from a day on: nobody's data is used for it any more, whatever they said."""
    access.require(actor, permissions.REGISTER, unit=selectors.controller())
    if not normalise(reason):
        raise WrongRegister(_("Hãy ghi lý do thôi mục đích xử lý này."))
    last = Purpose.objects.select_for_update().filter(code=code, valid_to=None).order_by("-version").first()
    if last is None:
        raise WrongRegister(_("Mục đích này đã thôi áp dụng."))
    if on < timezone.localdate() or on <= last.valid_from:
        raise WrongRegister(_("Ngày thôi áp dụng phải từ hôm nay và sau ngày bắt đầu."))
    last.valid_to = on
    last.save(update_fields=["valid_to"])
    audit.record(actor, "privacy.purpose.ended", last, code=code, on=on, reason=normalise(reason))
    return last


@transaction.atomic
def publish_declared(actor: access.Actor) -> int:
    """Publishes what the program declares and the register does not know yet; returns how many.

    What an administrator changed or ended since stays as it is.
    """
    known = set(Purpose.objects.values_list("code", flat=True))
    made = 0
    for one in sorted(registry.PURPOSES.values(), key=lambda each: each.code):
        if one.code in known:
            continue
        publish_purpose(
            actor=actor,
            code=one.code,
            sentence=one.sentence,
            basis=one.basis,
            legal_basis=one.legal_basis,
            data_fields=list(one.data_fields),
            retention=one.retention,
            receiver=one.receiver,
            may_object=one.may_object,
        )
        made += 1
    return made


def load(actor: access.Actor, province: Unit, folder: Path) -> None:
    """With a province's own data comes the register of what the program does with people's data."""
    publish_declared(actor)
