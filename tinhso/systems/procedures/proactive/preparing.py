"""Level 2: the answers of the next form that the province has, each with the words for where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import rules as form_rules
from tinhso.foundation.people.models import Enterprise, Person
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.prefill import SEX_NAMES

# What a rule may name: "dossier.<question>" or one of these.
# Telephone and e-mail are filled in only with the consent that the form itself asks for.
PERSON = ("full_name", "personal_number", "born_on", "sex", "address")
ENTERPRISE = ("name", "tax_code", "address", "phone", "representative")
RESULT = ("number", "issued_on")


def known_source(path: str) -> bool:
    """A rule may fill from this: a question of the earlier dossier, its result, a record, or words of its own."""
    source, _dot, name = path.partition(".")
    known = {"person": PERSON, "enterprise": ENTERPRISE, "result": RESULT}
    return path.startswith("=") or (source == "dossier" and bool(name)) or name in known.get(source, ())


class Known:
    """Everything one reminder may fill a form from."""

    def __init__(
        self, person: Person | None, dossier: Dossier | None, enterprise: Enterprise | None, rule_title: str
    ) -> None:
        self.person, self.dossier, self.enterprise, self.rule_title = person, dossier, enterprise, rule_title

    def answers(self, fills: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Answers by question, and the words beside each; what is not known is left for the person."""
        answers, sources = {}, {}
        for question, path in fills.items():
            value = self._value(path)
            if form_rules.is_filled(value):
                answers[question] = value
                sources[question] = self._words(path)
        return answers, sources

    def _value(self, path: str) -> Any:
        if path.startswith("="):
            return path[1:]
        source, _dot, name = path.partition(".")
        readers: dict[str, Callable[[str], Any]] = {
            "dossier": self._of_dossier,
            "result": self._of_result,
            "person": self._of_person,
            "enterprise": self._of_enterprise,
        }
        value = readers[source](name) if source in readers else None
        return value.isoformat() if isinstance(value, date) else value

    def _of_dossier(self, name: str) -> Any:
        return self.dossier.data.get(name) if self.dossier else None

    def _of_result(self, name: str) -> Any:
        result = getattr(self.dossier, "result", None)
        if result is None:
            return None
        if name == "number":
            return result.number_text
        return timezone.localdate(result.issued_at) if result.issued_at else None

    def _of_person(self, name: str) -> Any:
        if self.person is None or name not in PERSON:
            return None
        if name == "sex":
            return SEX_NAMES.get(Person.Sex(self.person.sex)) if self.person.sex else None
        return getattr(self.person, name)

    def _of_enterprise(self, name: str) -> Any:
        if self.enterprise is None or name not in ENTERPRISE:
            return None
        value = getattr(self.enterprise, name)
        return str(value.full_name) if isinstance(value, Person) else value

    def _words(self, path: str) -> str:
        source = path.partition(".")[0]
        if source in ("dossier", "result") and self.dossier is not None:
            values = {"procedure": self.dossier.version.plain_name, "code": self.dossier.code}
            return _("từ hồ sơ “%(procedure)s” mã %(code)s") % values
        if source == "person":
            return _("từ hồ sơ định danh, %(day)s") % {"day": f"{timezone.localdate():%d/%m/%Y}"}
        if source == "enterprise":
            return _("từ danh mục doanh nghiệp, hộ kinh doanh, %(day)s") % {"day": f"{timezone.localdate():%d/%m/%Y}"}
        return _("theo việc được nhắc “%(title)s”") % {"title": self.rule_title}
