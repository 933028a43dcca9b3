"""The desk through real requests: lists, a dossier, every button, refusals that keep what was typed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tinhso.foundation.people.models import LookUp
from tinhso.foundation.testing.cast import Cast, make_account
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import selectors
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.testing import IN_PERSON, Office

pytestmark = pytest.mark.django_db


def client_of(office: Office, who: str, *, stepped_up: bool = False) -> Client:
    client = Client()
    sign_in(client, getattr(office.cast, who), stepped_up=stepped_up)
    return client


def press(client: Client, dossier: Dossier, act: str, **typed: object) -> int:
    dossier.refresh_from_db()
    response = client.post(reverse("desk:act", args=[dossier.pk, act]), {"seen": dossier.lock_version, **typed})
    return response.status_code


def test_a_dossier_goes_all_the_way_through_the_screens(office: Office) -> None:
    dossier = office.filed()
    desk, officer = client_of(office, "desk_officer"), client_of(office, "resolving_officer")
    leader = client_of(office, "leader", stepped_up=True)
    assert dossier.code in desk.get("/can-bo/").content.decode()
    assert press(desk, dossier, "tiep-nhan") == 302
    assert press(desk, dossier, "chuyen") == 302
    assert dossier.code in officer.get("/can-bo/?ds=thu-ly").content.decode()
    assert press(officer, dossier, "du-thao", nhan=["Họ tên"], gia_tri=["Nguyễn Thị Hoa"], ket_luan="Đủ") == 302
    assert officer.get(reverse("desk:draft_preview", args=[dossier.pk])).content.startswith(b"%PDF")
    assert press(leader, dossier, "ky") == 302
    dossier.refresh_from_db()
    assert dossier.state in (State.ISSUED, State.RETURNED)
    signed = leader.get(reverse("desk:result", args=[dossier.pk]))
    assert b"".join(signed.streaming_content).startswith(b"%PDF")  # type: ignore[arg-type]


def test_opening_a_dossier_is_in_the_applicants_look_up_log(office: Office) -> None:
    dossier = office.filed()
    assert client_of(office, "desk_officer").get(reverse("desk:dossier", args=[dossier.pk])).status_code == 200
    seen = LookUp.objects.get(person=dossier.applicant)
    assert dossier.code in seen.purpose and seen.account_id == office.cast.desk_officer.pk


@pytest.mark.parametrize("who", ["desk_officer_elsewhere", "resolving_officer_elsewhere", "leader_elsewhere"])
def test_officers_elsewhere_find_nothing_there(office: Office, who: str) -> None:
    dossier = office.issued()
    client = client_of(office, who, stepped_up=True)
    for name in ("dossier", "receipt", "result", "draft_preview"):
        assert client.get(reverse(f"desk:{name}", args=[dossier.pk])).status_code == 404
    assert client.post(reverse("desk:act", args=[dossier.pk, "tra-lai"]), {"ly_do": "x"}).status_code == 404
    assert dossier.code not in client.get("/can-bo/tim/", {"ma": dossier.code}, follow=True).redirect_chain.__repr__()


def test_an_old_page_is_refused_with_a_sentence_and_keeps_what_was_typed(office: Office) -> None:
    dossier = office.filed()
    client = client_of(office, "desk_officer")
    old = dossier.lock_version
    press(client, dossier, "tiep-nhan")
    answer = client.post(
        reverse("desk:act", args=[dossier.pk, "tu-choi"]), {"seen": old, "ly_do": "Thiếu giấy chứng sinh"}
    )
    assert answer.status_code == 409
    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED


def test_a_refusal_without_reason_says_so(office: Office) -> None:
    dossier = office.filed()
    answer = client_of(office, "desk_officer").post(
        reverse("desk:act", args=[dossier.pk, "tu-choi"]), {"seen": dossier.lock_version, "ly_do": "  "}
    )
    assert answer.status_code == 409 and "Hãy ghi rõ lý do" in answer.content.decode()


def test_signing_without_a_fresh_proof_leads_to_one_and_signs_nothing(office: Office) -> None:
    dossier = office.drafted()
    client = client_of(office, "leader")
    answer = client.post(reverse("desk:act", args=[dossier.pk, "ky"]), {"seen": dossier.lock_version})
    assert answer.status_code == 302 and "xac-thuc-lai" in answer["Location"]
    dossier.refresh_from_db()
    assert dossier.state == State.DRAFTED


def test_a_walk_in_is_received_in_two_presses_without_scripts(office: Office) -> None:
    client = client_of(office, "desk_officer")
    typed = {"the": "099190000123", "ho_ten": "trần thị bưởi", "thu_tuc": IN_PERSON, "kenh": "desk"}
    page = client.post("/can-bo/nhan-truc-tiep/", typed)
    assert page.status_code == 200 and f'name="giay_to_cua" value="{IN_PERSON}"' in page.content.decode()
    assert not Dossier.objects.exists()
    typed |= {"ma_thu_tuc": IN_PERSON, "giay_to_cua": IN_PERSON, "co-0": "1", "goc-0": "1", "sao-0": "2"}
    answer = client.post("/can-bo/nhan-truc-tiep/", typed)
    dossier = Dossier.objects.get()
    assert answer.status_code == 302 and dossier.state == State.RECEIVED and dossier.due_at is not None
    assert dossier.applicant.full_name == "Trần Thị Bưởi"
    assert [(one.kind, one.quantity) for one in dossier.received_papers.all()] == [("original", 1), ("copy", 2)]
    receipt = client.get(reverse("desk:receipt", args=[dossier.pk]))
    assert receipt.content.startswith(b"%PDF")
    assert dossier.code in client.get(answer["Location"]).content.decode()


def test_a_desk_takes_what_another_commune_settles(office: Office) -> None:
    units = office.cast.units
    client = client_of(office, "desk_officer")
    assert f'value="{units.commune.pk}" selected' in client.get("/can-bo/nhan-truc-tiep/").content.decode()
    typed = {
        "the": "099190000123", "ho_ten": "Trần Thị Bưởi", "thu_tuc": IN_PERSON, "kenh": "desk", "ma_thu_tuc": IN_PERSON,
        "giay_to_cua": IN_PERSON, "co-0": "1", "goc-0": "1",
    }  # fmt: skip
    for wrong in ("987654321", "x", str(units.province.pk)):
        answer = client.post("/can-bo/nhan-truc-tiep/", typed | {"xa": wrong})
        assert answer.status_code == 422 and "Hãy chọn xã, phường" in answer.content.decode()
    assert not Dossier.objects.exists()
    assert client.post("/can-bo/nhan-truc-tiep/", typed | {"xa": units.other_commune.pk}).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.desk, dossier.unit.area) == (units.commune_centre, units.other_commune)


def test_the_cards_code_fills_the_page_and_the_look_is_logged(office: Office) -> None:
    client, person = client_of(office, "desk_officer"), office.cast.citizen.person
    code = f"{person.personal_number}|190000001|Nguyễn Thị Hoa|17051990|Nữ|Thôn 1, Xã An Bình|01012022"
    found = client.post("/can-bo/nhan-truc-tiep/doc-the/", {"the": code}).json()
    assert found["full_name"] == "Nguyễn Thị Hoa" and found["phone"] == person.phone and found["doubts"] == []
    assert LookUp.objects.filter(person=person, purpose__contains="quầy").count() == 1
    assert client.post("/can-bo/nhan-truc-tiep/doc-the/", {"the": "12345"}).status_code == 422


def test_procedures_are_found_without_marks(office: Office) -> None:
    client = client_of(office, "desk_officer")
    found = client.get("/can-bo/nhan-truc-tiep/thu-tuc/", {"q": "khai sinh"}).json()["found"]
    assert found and "khai sinh" in found[0]["name"].lower()
    assert client.get("/can-bo/nhan-truc-tiep/thu-tuc/", {"q": "%_'\""}).json() == {"found": []}
    assert client.get("/can-bo/nhan-truc-tiep/giay-to/", {"ma": "khong-co"}).status_code == 404


@pytest.mark.parametrize("wrong", ["12345", "09919000012x", "' OR 1=1 --", "|" * 900])
def test_a_wrong_identity_number_is_named_and_nothing_is_written(office: Office, wrong: str) -> None:
    typed = {"the": wrong, "ho_ten": "Trần Thị Bưởi", "thu_tuc": IN_PERSON, "giay_to_cua": IN_PERSON}
    answer = client_of(office, "desk_officer").post("/can-bo/nhan-truc-tiep/", typed)
    assert answer.status_code == 422 and "Trần Thị Bưởi" in answer.content.decode()
    assert not Dossier.objects.exists()


def test_hostile_text_comes_back_as_text(office: Office) -> None:
    dossier = office.resolving()
    hostile = "<script>alert(1)</script>'; DROP TABLE procedures_dossier; --"
    officer = client_of(office, "resolving_officer")
    assert press(officer, dossier, "du-thao", nhan=["Họ tên"], gia_tri=[hostile], ket_luan=hostile) == 302
    page = officer.get(reverse("desk:dossier", args=[dossier.pk])).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page


def test_the_list_takes_as_many_queries_for_many_rows_as_for_few(office: Office) -> None:
    client = client_of(office, "desk_officer")
    counts = []
    for _round in range(2):
        for who in ("citizen", "other_citizen"):
            office.filed(who=who)
        client.get("/can-bo/?ds=tiep-nhan")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/can-bo/?ds=tiep-nhan")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12, asked.captured_queries
    assert page.content.count(b'class="row-title"') == 4


def test_a_dossiers_page_is_read_in_narrow_questions(office: Office) -> None:
    """One join over everything took the database ten times longer to plan than to answer."""
    dossier = office.drafted()
    client = client_of(office, "leader")
    client.get(reverse("desk:dossier", args=[dossier.pk]))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("desk:dossier", args=[dossier.pk])).content.decode()
    assert len(asked) <= 25 and max(query["sql"].count(" JOIN ") for query in asked) <= 5
    for shown in (dossier.code, str(dossier.office), str(dossier.unit), office.cast.resolving_officer.full_name):
        assert shown in page


def test_an_officer_without_dossiers_lands_on_their_own_first_page(cast: Cast) -> None:
    accountant = make_account("ketoan", "Đỗ Thị Kế", role="accountant", unit=cast.units.commune)
    client = sign_in(Client(), accountant)
    answer = client.get("/can-bo/")
    assert answer.status_code == 302 and client.get(answer["Location"]).status_code == 200
    assert sign_in(Client(), cast.citizen).get("/can-bo/").status_code == 403
    assert Client().get("/can-bo/")["Location"].startswith("/tai-khoan/dang-nhap/")


def test_an_act_asks_the_database_few_questions(office: Office) -> None:
    """Session, account, rights, the dossier; then the act itself. A hundred acts a second stand on it."""
    desk, officer = client_of(office, "desk_officer"), client_of(office, "resolving_officer")
    for most in (None, {"tiep-nhan": 22, "chuyen": 20, "du-thao": 34}):  # the first time fills the caches
        dossier = office.filed()
        for client, act in ((desk, "tiep-nhan"), (desk, "chuyen"), (officer, "du-thao")):
            dossier.refresh_from_db()
            with CaptureQueriesContext(connection) as asked:
                assert press(client, dossier, act, nhan=["Họ tên"], gia_tri=["x"], ket_luan="y") == 302
            assert most is None or len(asked) <= most[act], (act, len(asked))


def test_the_numbers_beside_the_lists_are_as_long_as_the_lists(office: Office) -> None:
    for bring in (office.filed, office.received, office.resolving, office.drafted):
        bring()
    for who in ("desk_officer", "resolving_officer", "leader", "provincial_leader", "leader_elsewhere"):
        actor = office.cast.actor(who)
        counts = selectors.queue_counts(actor)
        assert counts == {name: selectors.queue(actor, name).count() for name in selectors.queues_of(actor)}
