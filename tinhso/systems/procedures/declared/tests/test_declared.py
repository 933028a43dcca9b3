"""From a register to a form: with agreement, with source and date, logged, counted; and never asked again."""

from __future__ import annotations

import copy

import pytest
from django.utils import timezone

from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.registers.models import Register
from tinhso.engines.registers.services import define_register, publish_definition, write_record
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.lookups import lookups_of
from tinhso.foundation.privacy.services import decide, publish_declared
from tinhso.systems.procedures import hooks, services
from tinhso.systems.procedures.declared import counting
from tinhso.systems.procedures.declared.models import NotAsked
from tinhso.systems.procedures.models import Draft, ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE, Office, office

__all__ = ["office"]

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("kiểm thử", is_simulated=True)
PURPOSE = "registers.prefill_ca_nhan"
CONTENT = {
    "fields": [
        {
            "name": "personal_number",
            "label": "Số định danh cá nhân",
            "concept": "person.personal_number",
            "type": "personal_number",
            "required": True,
        },
        {"name": "full_name", "label": "Họ, chữ đệm, tên", "concept": "person.full_name", "type": "name"},
        {"name": "born_on", "label": "Ngày, tháng, năm sinh", "concept": "person.born_on", "type": "date"},
        {"name": "sex", "label": "Giới tính", "concept": "person.sex"},
        {"name": "address", "label": "Nơi cư trú", "concept": "person.address", "type": "address"},
        {"name": "ethnicity", "label": "Dân tộc", "concept": "person.ethnicity"},
    ],
    "keys": ["personal_number"],
    "subject": "personal_number",
}


@pytest.fixture
def register(office: Office) -> Register:
    publish_declared(SYSTEM)
    owner = office.cast.units.committee
    register = define_register(
        actor=SYSTEM, code="ca-nhan", name="Cá nhân", owner=owner, content=CONTENT, fills_forms=True
    )
    publish_definition(actor=SYSTEM, register=register)
    person = office.cast.citizen.person
    assert person is not None
    values = {"personal_number": person.personal_number, "full_name": person.full_name, "address": "Thôn 9, xã Mới"}
    write_record(actor=SYSTEM, register=register, values=values, source="Dân cư (mô phỏng)")
    return register


def asks_the_register(office: Office) -> ProcedureVersion:
    """The marriage form, its applicant's address filled from the register of persons."""
    version = office.version(MARRIAGE)
    form = version.form
    assert form is not None
    ui = copy.deepcopy(form.ui)
    for field in ui["fields"].values():
        if field.get("prefill") == "identity.address":
            field["prefill"] = "ca_nhan.address"
    made = FormDefinition.objects.create(
        code=form.code, version=form.version + 50, title=form.title, schema=form.schema, ui=ui, is_published=False
    )
    ProcedureVersion.objects.filter(pk=version.pk).update(form=made)
    return ProcedureVersion.objects.get(pk=version.pk)


def start(office: Office, version: ProcedureVersion) -> Draft:
    return services.start_draft(actor=office.cast.actor("citizen"), version=version, is_fresh=True)


def filled(draft: Draft) -> list[str]:
    return [words for words in draft.provenance.values() if "Cá nhân" in words]


def test_a_register_answers_only_who_agreed_and_the_person_sees_the_look(office: Office, register: Register) -> None:
    version, person = asks_the_register(office), office.cast.citizen.person
    assert person is not None
    draft = start(office, version)
    assert not filled(draft) and not lookups_of(person.pk).exists()
    decide(actor=office.cast.actor("citizen"), code=PURPOSE, decision="given")
    draft.refresh_from_db()
    assert set(filled(draft)) == {f"từ Cá nhân, {timezone.localdate():%d/%m/%Y}"}
    assert "Thôn 9, xã Mới" in draft.data.values()
    assert "điền sẵn tờ khai" in lookups_of(person.pk).first().purpose  # type: ignore[union-attr]
    decide(actor=office.cast.actor("citizen"), code=PURPOSE, decision="withdrawn")
    draft.refresh_from_db()
    assert not filled(draft) and "Thôn 9, xã Mới" not in draft.data.values()


def test_nobody_is_looked_up_for_a_form_that_asks_no_register(office: Office, register: Register) -> None:
    decide(actor=office.cast.actor("citizen"), code=PURPOSE, decision="given")
    person = office.cast.citizen.person
    assert person is not None
    office.draft()
    assert not lookups_of(person.pk).exists()


def test_fields_not_asked_again_are_counted_by_procedure_and_month(office: Office) -> None:
    dossier = office.filed()
    row = NotAsked.objects.get(dossier=dossier)
    assert row.fields > 0 and row.unit_id == dossier.unit_id
    found = counting.by_procedure(NotAsked.objects.all())
    assert [(one["procedure"], one["spared"], one["filed"]) for one in found] == [(MARRIAGE, row.fields, 1)]


def test_a_form_that_asks_what_a_register_holds_is_refused(office: Office, register: Register) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    fields: dict[str, dict[str, str]] = {"a": {"label": "Họ và tên"}, "b": {"label": "Màu sơn"}}
    ui = {"pages": [{"title": "Trang", "fields": ["a", "b"]}], "fields": fields}
    form = FormDefinition(code="x", version=1, title="X", schema=schema, ui=ui)
    (sentence,) = [said for check in hooks.FORM_CHECKS for said in check(form)]
    assert "Họ và tên" in sentence and "person.full_name" in sentence
    for told in ({"concept": "person.full_name"}, {"about": "other"}, {"prefill": "ca_nhan.full_name"}):
        fields["a"] = {"label": "Họ và tên", **told}
        assert [said for check in hooks.FORM_CHECKS for said in check(form)] == [], told
    fields["b"]["label"] = "Họ, chữ đệm, tên"
    assert [said for check in hooks.FORM_CHECKS for said in check(form)] == []


def test_forms_of_the_house_ask_nothing_again(office: Office, register: Register) -> None:
    refused = {
        form.code: [said for check in hooks.FORM_CHECKS for said in check(form)]
        for form in FormDefinition.objects.all()
    }
    assert {code: said for code, said in refused.items() if said} == {}
