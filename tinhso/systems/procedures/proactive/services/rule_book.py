"""The rules of reminding: published as versions from a day on, ended, never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.forms import layout
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.proactive import events, permissions, rules, words
from tinhso.systems.procedures.proactive.errors import WrongRule
from tinhso.systems.procedures.proactive.models import Level, ReminderRule
from tinhso.systems.procedures.proactive.preparing import known_source
from tinhso.systems.procedures.proactive.rules import Trigger
from tinhso.systems.procedures.proactive.services.reminding import served

WHAT = {
    "title": gettext_lazy("việc được nhắc"),
    "says": gettext_lazy("lời nhắc"),
    "basis": gettext_lazy("căn cứ pháp lý"),
    "source": gettext_lazy("nguồn"),
}
TEXTS = tuple(WHAT)


@transaction.atomic
def publish_rule(
    *, actor: Actor, code: str, facts: Mapping[str, Any], valid_from: date, reason: str = ""
) -> ReminderRule:
    """A rule, or its next version, in force from a day on; the one before ends that day. Raises WrongRule.

    Reminders already given keep the version they were given by.
    """
    access.require(actor, permissions.RULES)
    # Locking the newest version makes two administrators take turns.
    before = ReminderRule.objects.select_for_update().newest().filter(code=code).first()
    made = _row(actor, code, before, facts, valid_from, reason)
    problems = faults(made, before, is_system=actor.kind == "system")
    if problems:
        raise WrongRule(problems)
    if before is not None:
        before.valid_to = valid_from
        before.save(update_fields=["valid_to"])
    made.save()
    audit.record(
        actor, "proactive.rule.published", made, code=code, number=made.number, valid_from=valid_from, reason=reason
    )
    bus.publish(events.RULE_PUBLISHED, subject=made, occurred_on=valid_from)
    return made


def _row(
    actor: Actor, code: str, before: ReminderRule | None, facts: Mapping[str, Any], valid_from: date, reason: str
) -> ReminderRule:
    kept = {
        name: getattr(before, name)
        for name in (
            "kind", "title", "says", "trigger", "params", "procedure", "case_code", "level", "fills", "basis",
            "basis_is_seen", "source",
        )
    } if before else {}  # fmt: skip
    values = {**kept, **facts}
    for name in TEXTS:
        values[name] = normalise(str(values.get(name, "")))
    last = ReminderRule.objects.filter(code=code).order_by("-number").first()
    return ReminderRule(
        code=code,
        number=last.number + 1 if last else 1,
        valid_from=valid_from,
        published_by_id=actor.account_id,
        reason=normalise(reason),
        **values,
    )


def faults(rule: ReminderRule, before: ReminderRule | None, *, is_system: bool = False) -> list[str]:
    """Every reason against publishing, as sentences."""
    found = [_("Chưa ghi %(what)s.") % {"what": WHAT[name]} for name in TEXTS if not getattr(rule, name)]
    if before is not None and rule.valid_from <= before.valid_from:
        found.append(_("Ngày có hiệu lực phải sau ngày của phiên bản trước."))
    if not is_system and rule.valid_from < timezone.localdate():
        found.append(_("Ngày có hiệu lực đã qua."))
    if not is_system and before is not None and not rule.reason:
        found.append(_("Hãy ghi lý do thay đổi."))
    wrong = rules.wrong_numbers(Trigger(rule.trigger), rule.params)
    found += [_("Số chưa đúng: %(name)s.") % {"name": words.PARAMS[name]} for name in wrong]
    return found + _of_procedure(rule) + _of_fills(rule)


def _of_procedure(rule: ReminderRule) -> list[str]:
    """Only what is in the national list; a file is prepared only where it can be filed here."""
    listed = CatalogueEntry.objects.as_of(rule.valid_from).filter(code=rule.procedure).exists()
    own = ProcedureVersion.objects.as_of(rule.valid_from).filter(code=rule.procedure).exists()
    if not listed and not own:
        return [_("Thủ tục %(code)s không có trong danh mục.") % {"code": rule.procedure}]
    if rule.level == Level.PREPARE and served(rule.procedure, rule.valid_from) is None:
        return [_("Thủ tục %(code)s không nộp được ở đây nên chỉ nhắc (mức độ 1).") % {"code": rule.procedure}]
    return []


def _of_fills(rule: ReminderRule) -> list[str]:
    if rule.level != Level.PREPARE:
        return []
    version = served(rule.procedure, rule.valid_from)
    asked = layout.fields(version.form) if version is not None and version.form is not None else {}
    found = [_("Biểu mẫu không hỏi “%(name)s”.") % {"name": name} for name in rule.fills if asked and name not in asked]
    unknown = [path for path in rule.fills.values() if not known_source(str(path))]
    return found + [_("Không có nguồn “%(path)s”.") % {"path": path} for path in unknown]


@transaction.atomic
def end_rule(*, actor: Actor, code: str, valid_to: date, reason: str) -> ReminderRule:
    """The rule speaks no more from a day on. What was reminded stays."""
    access.require(actor, permissions.RULES)
    rule = ReminderRule.objects.select_for_update().newest().filter(code=code).first()
    problems = []
    if rule is None:
        raise WrongRule([_("Quy tắc này đã dừng.")])
    if valid_to < timezone.localdate() or valid_to < rule.valid_from:
        problems.append(_("Ngày dừng đã qua."))
    if not normalise(reason):
        problems.append(_("Hãy ghi lý do thay đổi."))
    if problems:
        raise WrongRule(problems)
    rule.valid_to = valid_to
    rule.save(update_fields=["valid_to"])
    audit.record(actor, "proactive.rule.ended", rule, code=code, valid_to=valid_to, reason=normalise(reason))
    return rule
