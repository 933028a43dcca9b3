"""Filling in follows the person's word; the copy is whole; only what no law keeps is emptied."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.files import services as files
from tinhso.foundation.files.errors import NotReadable
from tinhso.foundation.files.tests.samples import picture
from tinhso.foundation.people.models import Person
from tinhso.foundation.privacy import registry, services
from tinhso.foundation.privacy.models import DataCopy, PartDecision
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier, DossierPaper, Draft
from tinhso.systems.procedures.purposes import CONTACT, IDENTITY
from tinhso.systems.procedures.services.known import forget_drafts
from tinhso.systems.procedures.testing import MARRIAGE, Office

pytestmark = pytest.mark.django_db
PHONE = "0912345678"


@pytest.fixture
def desk(office: Office) -> Office:
    services.publish_declared(Actor.system("kiểm thử"))
    for account in (office.cast.citizen, office.cast.other_citizen):
        Person.objects.filter(pk=account.person_id).update(verified_at="2026-01-05T00:00:00Z")
    return office


def begin(office: Office) -> Draft:
    return core.start_draft(actor=office.cast.actor("citizen"), version=office.version(MARRIAGE))


def say(office: Office, decision: str) -> None:
    services.decide(actor=office.cast.actor("citizen"), code=CONTACT, decision=decision)


def test_contact_is_filled_in_only_with_consent_identity_by_law(desk: Office) -> None:
    draft = begin(desk)
    assert PHONE not in json.dumps(draft.data) and "Nguyễn Thị Hoa" in json.dumps(draft.data, ensure_ascii=False)


def test_consent_given_under_an_open_form_fills_it_withdrawn_empties_it(desk: Office) -> None:
    draft = begin(desk)
    say(desk, "given")
    draft.refresh_from_db()
    assert PHONE in json.dumps(draft.data)
    say(desk, "withdrawn")
    draft.refresh_from_db()
    assert PHONE not in json.dumps(draft.data) and "Nguyễn Thị Hoa" in json.dumps(draft.data, ensure_ascii=False)


def test_what_the_person_typed_themselves_stays(desk: Office) -> None:
    say(desk, "given")
    draft = begin(desk)
    name = next(key for key, value in draft.data.items() if value == PHONE)
    draft.data, draft.provenance = (
        {**draft.data, name: "0987000111"},
        {key: words for key, words in draft.provenance.items() if key != name},
    )
    draft.save()
    say(desk, "withdrawn")
    draft.refresh_from_db()
    assert draft.data[name] == "0987000111"


def test_a_filed_dossier_keeps_what_was_filed(desk: Office) -> None:
    say(desk, "given")
    dossier = desk.filed()
    before = dict(Dossier.objects.get(pk=dossier.pk).data)
    say(desk, "withdrawn")
    assert Dossier.objects.get(pk=dossier.pk).data == before


def test_objecting_to_filling_in_is_honoured_at_once(desk: Office) -> None:
    draft, citizen = begin(desk), desk.cast.actor("citizen")
    made = services.file_request(
        actor=citizen, token=uuid.uuid4(), kind="object", details="Tôi tự điền.", purposes=[IDENTITY]
    )
    services.settle(actor=desk.cast.actor("administrator"), request_id=made.pk, words="Đã thôi điền sẵn.")
    draft.refresh_from_db()
    assert draft.provenance == {} and "042190000017" not in json.dumps(draft.data)
    Draft.objects.all().delete()
    assert begin(desk).data == {}


def test_the_form_asks_once_without_a_tick(desk: Office) -> None:
    draft = begin(desk)
    core.choose_commune(actor=desk.cast.actor("citizen"), token=draft.token, commune=desk.cast.units.commune)
    client = sign_in(Client(), desk.cast.citizen)
    address = f"/ho-so/soan/{draft.token}/trang/1/"
    page = client.get(address).content.decode()
    assert "Điền sẵn giúp tôi" in page
    panel = page.split('name="doc"')[1].split(">")[0]
    assert "checked" not in panel
    client.post("/tai-khoan/du-lieu/y-kien/", {"muc_dich": CONTACT, "y_kien": "declined", "ve": address})
    assert "Điền sẵn giúp tôi" not in client.get(address).content.decode()


def test_the_way_back_leads_nowhere_else(desk: Office) -> None:
    client = sign_in(Client(), desk.cast.citizen)
    for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = client.post("/tai-khoan/du-lieu/y-kien/", {"muc_dich": CONTACT, "y_kien": "declined", "ve": evil})
        assert answer["Location"] == "/tai-khoan/du-lieu/"


def copy_for(desk: Office, who: str) -> dict[str, Any]:
    made = services.file_request(actor=desk.cast.actor(who), token=uuid.uuid4(), kind="copy")
    services.settle(actor=desk.cast.actor("administrator"), request_id=made.pk, words="Đây.")
    return dict(DataCopy.objects.get(request=made).content)


def test_the_copy_holds_ones_dossiers_and_nobody_elses(desk: Office) -> None:
    mine, other = desk.filed(), desk.filed(who="other_citizen")
    found = json.dumps(copy_for(desk, "citizen"), ensure_ascii=False)
    assert "Họ, chữ đệm, tên" in found  # under the questions as they were read
    assert mine.code in found and other.code not in found and "042090000025" not in found
    codes = {one["code"] for one in copy_for(desk, "other_citizen")["sections"]}
    assert {"procedures.dossiers", "files.sent", "notices.sent", "people.looks", "payments.bills"} <= codes


def test_deletion_empties_what_no_law_keeps_and_names_why_the_rest_stays(desk: Office) -> None:
    dossier, cast = desk.filed(), desk.cast
    draft = core.start_draft(actor=cast.actor("citizen"), version=desk.version("1.010833"))
    made = services.file_request(actor=cast.actor("citizen"), token=uuid.uuid4(), kind="delete", details="Xoá hết.")
    officer, second = cast.actor("administrator"), cast.actor("auditor")
    services.propose(actor=officer, request_id=made.pk, words="Đã giải thích qua điện thoại.")
    sent: dict[str, Any] = {"content": picture("PNG"), "purpose": "procedures.paper"}
    scan, shared = (files.store_bytes(cast.actor("citizen"), name=name, **sent) for name in ("hoa.png", "hoa2.png"))
    for one in (scan, shared):
        DossierPaper.objects.create(draft=draft, field="giay", label="Giấy", file=one)
    DossierPaper.objects.create(dossier=dossier, field="giay", label="Giấy", file=shared)
    before = Dossier.objects.get(pk=dossier.pk).data
    done = services.check(actor=second, request_id=made.pk, agrees=True)
    draft.refresh_from_db()
    person = Person.objects.get(pk=made.person_id)
    assert done.state == "partly" and draft.data == {} and (person.phone, person.email) == ("", "")
    assert Dossier.objects.get(pk=dossier.pk).data == before and person.personal_number == "042190000017"
    parts = {one.part: one for one in PartDecision.objects.filter(request=made)}
    assert parts["people.contact.gone"].is_honoured and parts["procedures.drafts.gone"].is_honoured
    assert "Luật" in parts["procedures.dossiers"].reason and not parts["procedures.dossiers"].is_honoured
    scan.refresh_from_db()
    shared.refresh_from_db()
    assert (scan.state, scan.name) == ("erased", "(đã xóa)") and shared.state == "clean"
    with pytest.raises(NotReadable, match="theo yêu cầu"):
        scan.open()
    change = person.changes.get()
    assert PHONE not in json.dumps(change.before)
    with pytest.raises(Denied):
        forget_drafts(cast.actor("citizen"), person)


def test_every_collector_says_why_it_stays_or_how_it_goes() -> None:
    assert all(one.retention or one.erase for one in registry.COLLECTORS.values())
    assert len(registry.COLLECTORS) >= 18
