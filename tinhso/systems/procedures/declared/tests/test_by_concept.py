"""Any register fills a form by the concept both carry: whose record, which fields, whose word, and who else may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.registers.errors import WrongDefinition
from tinhso.engines.registers.models import Register
from tinhso.engines.registers.services import (
    define_register,
    draft_definition,
    let_fill_forms,
    publish_definition,
    write_record,
)
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.lookups import lookups_of
from tinhso.foundation.people.models import Person
from tinhso.foundation.privacy.models import Purpose
from tinhso.foundation.privacy.services import decide, publish_declared
from tinhso.systems.procedures import hooks, services
from tinhso.systems.procedures.declared.purposes import purpose_code
from tinhso.systems.procedures.models import Draft, ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE, Office, office

__all__ = ["office"]

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("kiểm thử", is_simulated=True)
PURPOSE = "registers.prefill_co_so"
MINE, SECOND, THEIRS = "3000123456", "3000123457", "3000999999"
# What the register calls its fields has nothing to do with what forms call them: only the concept is the same.
CONTENT: dict[str, Any] = {
    "fields": [
        {"name": "ma", "label": "MSDN", "required": True, "sensitivity": "open", "concept": "enterprise.tax_code"},
        {"name": "ten", "label": "Tên", "sensitivity": "open", "concept": "enterprise.name"},
        {"name": "dt", "label": "Liên lạc", "sensitivity": "shared", "concept": "enterprise.phone"},
        {"name": "chu", "label": "Người đứng đầu", "type": "personal_number", "sensitivity": "personal"},
    ],
    "keys": ["ma"],
    "subject": "chu",
}
ASKED = [
    {"name": "ma_so", "label": "Số đăng ký kinh doanh", "type": "text", "concept": "enterprise.tax_code"},
    {"name": "co_so", "label": "Cơ sở của ông, bà", "type": "text", "concept": "enterprise.name", "required": True},
    {"name": "goi", "label": "Gọi số nào", "type": "text", "concept": "enterprise.phone"},
    {"name": "ben_mua", "label": "Bên mua", "type": "text", "concept": "enterprise.name", "about": "other"},
]


def person_of(office: Office) -> Person:
    assert office.cast.citizen.person is not None
    return office.cast.citizen.person


@pytest.fixture
def register(office: Office) -> Register:
    publish_declared(SYSTEM)
    owner = office.cast.units.committee
    register = define_register(actor=SYSTEM, code="co-so", name="Cơ sở kinh doanh", owner=owner, content=CONTENT)
    publish_definition(actor=SYSTEM, register=register)
    number = person_of(office).personal_number
    write_record(actor=SYSTEM, register=register, values=row(MINE, "Cửa hàng Hoa", number), source="thử")
    write_record(actor=SYSTEM, register=register, values=row(THEIRS, "Công ty Lạ", None), source="thử")
    return let_fill_forms(actor=SYSTEM, register=register, yes=True)


def row(code: str, name: str, number: str | None) -> dict[str, Any]:
    return {"ma": code, "ten": name, "dt": f"09{code[-8:]}", **({"chu": number} if number else {})}


@pytest.fixture
def version(office: Office) -> ProcedureVersion:
    schema, ui = compose([{"title": "Cơ sở", "fields": ASKED}])
    form = FormDefinition.objects.create(code="by-concept", version=1, title="Đơn", schema=schema, ui=ui)
    found = office.version(MARRIAGE)
    ProcedureVersion.objects.filter(pk=found.pk).update(form=form)
    return ProcedureVersion.objects.get(pk=found.pk)


def begun(office: Office, version: ProcedureVersion) -> Draft:
    return services.start_draft(actor=office.cast.actor("citizen"), version=version, is_fresh=True)


def say(office: Office, decision: str) -> None:
    decide(actor=office.cast.actor("citizen"), code=PURPOSE, decision=decision)


def typed(office: Office, draft: Draft, code: str) -> Draft:
    actor = office.cast.actor("citizen")
    return services.save_page(actor=actor, token=draft.token, page=1, values={"ma_so": code}, is_complete=False)


def test_the_one_record_of_the_person_fills_every_question_of_its_concepts(
    office: Office, register: Register, version: ProcedureVersion
) -> None:
    draft = begun(office, version)
    assert draft.data == {} and not lookups_of(person_of(office).pk).exists()
    say(office, "given")
    draft.refresh_from_db()
    assert draft.data == {"ma_so": MINE, "co_so": "Cửa hàng Hoa", "goi": "0900123456"}
    assert all(words.startswith("từ Cơ sở kinh doanh, ") for words in draft.provenance.values())
    assert lookups_of(person_of(office).pk).count() == 1
    say(office, "withdrawn")
    draft.refresh_from_db()
    assert draft.data == {} and draft.provenance == {}


def test_withdrawing_empties_drafts_also_after_the_register_stopped_filling(
    office: Office, register: Register, version: ProcedureVersion
) -> None:
    say(office, "given")
    draft = begun(office, version)
    assert draft.data["co_so"] == "Cửa hàng Hoa"
    let_fill_forms(actor=SYSTEM, register=register, yes=False)
    assert begun(office, version).data == {}
    say(office, "withdrawn")
    draft.refresh_from_db()
    assert draft.data == {} and draft.provenance == {}


def test_of_two_records_the_typed_key_chooses_and_of_a_strangers_only_open_fields_come(
    office: Office, register: Register, version: ProcedureVersion
) -> None:
    mine = row(SECOND, "Quán Hoa", person_of(office).personal_number)
    write_record(actor=SYSTEM, register=register, values=mine, source="thử")
    say(office, "given")
    draft = begun(office, version)
    assert draft.data == {}
    assert typed(office, draft, SECOND).data == {"ma_so": SECOND, "co_so": "Quán Hoa", "goi": "0900123457"}
    # Another key: what came from the record before goes with it.
    assert typed(office, draft, THEIRS).data == {"ma_so": THEIRS, "co_so": "Công ty Lạ"}
    assert typed(office, draft, "3000000000").data == {"ma_so": "3000000000"}


def test_nothing_typed_brings_anything_without_the_persons_word(
    office: Office, register: Register, version: ProcedureVersion
) -> None:
    assert typed(office, begun(office, version), MINE).data == {"ma_so": MINE}


def test_the_page_asks_for_the_purpose_with_an_empty_box_and_the_form_shows_its_source(
    office: Office, register: Register, version: ProcedureVersion, client: Any
) -> None:
    draft = begun(office, version)
    services.choose_commune(actor=office.cast.actor("citizen"), token=draft.token, commune=office.cast.units.commune)
    client.force_login(office.cast.citizen)
    address = reverse("portal:page", args=[draft.token, 1])
    asked = client.get(address).content.decode()
    assert f'value="{PURPOSE}"' in asked and "checked" not in asked
    purpose = Purpose.objects.get(code=PURPOSE)
    sent = {"muc_dich": PURPOSE, "noi_dung": purpose.pk, "y_kien": "given", "ve": address}
    client.post(reverse("privacy:decide"), sent)  # the box was left empty
    assert "Cửa hàng Hoa" not in client.get(address).content.decode()
    client.post(reverse("privacy:decide"), sent | {"doc": "1"})
    shown = client.get(address).content.decode()
    assert "Cửa hàng Hoa" in shown and "Cơ sở kinh doanh, " in shown and PURPOSE not in shown


def test_a_question_of_the_concept_is_refused_unless_filled_or_of_another(office: Office, register: Register) -> None:
    def refused(**told: str) -> list[str]:
        schema, ui = compose([{"title": "T", "fields": [{"name": "a", "type": "text", **told}]}])
        form = FormDefinition(code="x", version=1, title="X", schema=schema, ui=ui)
        return [said for check in hooks.FORM_CHECKS for said in check(form)]

    (sentence,) = refused(label="TÊN DOANH NGHIỆP")
    assert "Cơ sở kinh doanh" in sentence and "enterprise.name" in sentence
    assert refused(label="Tên doanh nghiệp", concept="enterprise.name") == []
    assert refused(label="Tên doanh nghiệp", about="other") == []
    # The register's own label for the field ties nothing.
    assert refused(label="Liên lạc") == []
    let_fill_forms(actor=SYSTEM, register=register, yes=False)
    assert refused(label="Tên doanh nghiệp") == []


def test_a_register_without_concepts_may_not_fill_and_a_stranger_may_not_let_it(office: Office) -> None:
    publish_declared(SYSTEM)
    plain = {"fields": [{"name": "ma", "label": "Mã", "required": True}], "keys": ["ma"]}
    register = define_register(actor=SYSTEM, code="tron", name="Trơn", owner=office.cast.units.committee, content=plain)
    with pytest.raises(WrongDefinition):
        let_fill_forms(actor=SYSTEM, register=register, yes=True)
    with pytest.raises(access.Denied):
        let_fill_forms(actor=office.cast.actor("citizen"), register=register, yes=True)
    wrong = {"fields": [{**plain["fields"][0], "concept": "enterprise.nothing"}], "keys": ["ma"]}  # type: ignore[dict-item]
    with pytest.raises(WrongDefinition, match="Khái niệm"):
        draft_definition(actor=SYSTEM, register=register, content=wrong)
    assert not Purpose.objects.filter(code="registers.prefill_tron").exists()
    assert len(purpose_code("a" * 60)) <= 60 and purpose_code("a" * 60) != purpose_code("a" * 59 + "b")


def test_leaders_see_the_figure_and_its_forms_and_nobody_else_does(office: Office, client: Any) -> None:
    dossier = office.filed()
    address = reverse("declared:records", args=[MARRIAGE])
    client.force_login(office.cast.leader)
    month = client.get(reverse("declared:months")).content.decode()
    assert address in month
    listed = client.get(address).content.decode()
    assert dossier.code in listed and str(dossier.applicant.full_name) not in listed
    client.force_login(office.cast.citizen)
    assert client.get(address).status_code == 403
    client.force_login(office.cast.leader_elsewhere)
    assert dossier.code not in client.get(address).content.decode()
