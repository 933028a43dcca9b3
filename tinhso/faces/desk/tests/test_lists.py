"""The desk's lists, many at once, signing on one page, hand-over lists, leave: through real requests."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.models import Delegation
from tinhso.foundation.people.models import LookUp
from tinhso.foundation.testing.cast import make_account
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, HandOverList
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.resolving import holder_of
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db


def client_of(office: Office, who: str, *, stepped_up: bool = False) -> Client:
    client = Client()
    sign_in(client, getattr(office.cast, who), stepped_up=stepped_up)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_todays_work_crosses_the_lists_and_leaves_out_what_is_not_due(office: Office) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    late, fresh = office.filed(at=long_ago), office.filed(who="other_citizen")
    moved = office.received(who="other_citizen", at=long_ago)
    shown = page(client_of(office, "desk_officer"), "/can-bo/?ds=hom-nay")
    assert late.code in shown and moved.code in shown
    today = timezone.localtime(fresh.answer_due_at).date() == timezone.localdate()
    assert (fresh.code in shown) == today
    assert "quá hạn" in shown


def test_the_filters_narrow_and_the_address_says_so(office: Office) -> None:
    mine, other = office.resolving(), office.resolving(who="other_citizen")
    services.take_dossier(actor=office.cast.actor("resolving_officer"), dossier_id=mine.pk)
    client = client_of(office, "resolving_officer")
    assert other.code not in page(client, "/can-bo/?ds=thu-ly&cua=mine")
    assert mine.code not in page(client, "/can-bo/?ds=thu-ly&cua=nobody")
    assert mine.code in page(client, f"/can-bo/?ds=thu-ly&tu={mine.code[-6:]}")
    assert mine.code not in page(client, "/can-bo/?ds=thu-ly&thu-tuc=khong-co")
    assert mine.code not in page(client, "/can-bo/?ds=thu-ly&cach=post")
    assert mine.code not in page(client, "/can-bo/?ds=thu-ly&han=late")


@pytest.mark.parametrize(
    "hostile", ["(a+)+$", "%25%25%25%25_", "'; DROP TABLE x; --", "<script>alert(1)</script>", "\\"]
)
def test_hostile_words_find_nothing_and_come_back_as_text(office: Office, hostile: str) -> None:
    office.filed()
    answer = client_of(office, "desk_officer").get("/can-bo/", {"ds": "tiep-nhan", "tu": hostile, "han": hostile})
    assert answer.status_code == 200 and "<script>alert(1)" not in answer.content.decode()


def test_many_are_received_at_once_and_each_is_answered_for(office: Office) -> None:
    fresh = [office.filed(), office.filed(who="other_citizen")]
    moved = office.received()
    client = client_of(office, "desk_officer")
    answer = client.post(
        "/can-bo/nhieu/", {"viec": "tiep-nhan", "chon": [one.pk for one in (*fresh, moved)], "ve": "?ds=tiep-nhan"}
    )
    said = answer.content.decode()
    assert answer.status_code == 200 and "Đã làm xong 2 trên 3" in said and "Đã tiếp nhận" in said
    assert all(Dossier.objects.get(pk=one.pk).state == State.RECEIVED for one in fresh)


def test_many_of_another_commune_are_not_there_and_no_code_comes_back(office: Office) -> None:
    dossier = office.filed()
    answer = client_of(office, "desk_officer_elsewhere").post(
        "/can-bo/nhieu/", {"viec": "tiep-nhan", "chon": [dossier.pk]}
    )
    assert dossier.code not in answer.content.decode()
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED


@pytest.mark.parametrize("chosen", [[], ["x"], ["-1"], ["9" * 30]])
def test_many_without_a_choice_is_told_what_to_do(office: Office, chosen: list[str]) -> None:
    answer = client_of(office, "desk_officer").post("/can-bo/nhieu/", {"viec": "tiep-nhan", "chon": chosen})
    assert answer.status_code == 409 and "Chưa chọn hồ sơ nào" in answer.content.decode()


def test_a_head_gives_many_to_one_officer(office: Office) -> None:
    unit = office.cast.units.commune_office
    make_account("head", "Phan Thị Trưởng", role="office_head", unit=unit)
    dossiers = [office.resolving(), office.resolving(who="other_citizen")]
    client = Client()
    from tinhso.foundation.people.models import Account

    sign_in(client, Account.objects.get(username="head"))
    assert "Giao" in page(client, "/can-bo/?ds=thu-ly")
    answer = client.post(
        "/can-bo/nhieu/",
        {"viec": "giao", "chon": [one.pk for one in dossiers], "nguoi": office.cast.resolving_officer.pk},
    )
    assert "Đã làm xong 2 trên 2" in answer.content.decode()
    assert {holder_of(one) for one in dossiers} == {office.cast.resolving_officer.pk}


def drafts(office: Office, count: int) -> list[Dossier]:
    return [office.drafted(who=("citizen", "other_citizen")[number % 2]) for number in range(count)]


def test_a_leader_signs_the_ticked_ones_in_slices_each_with_its_own_evidence(office: Office) -> None:
    waiting = drafts(office, 7)
    client = client_of(office, "leader", stepped_up=True)
    assert all(one.code in page(client, "/can-bo/ky-nhieu/") for one in waiting)
    ticked = [one.pk for one in waiting[:6]]
    first = client.post("/can-bo/ky-nhieu/", {"chon": ticked})
    assert "5 trên 6" in first.content.decode() and "Ký tiếp 1" in first.content.decode()
    second = client.post("/can-bo/ky-nhieu/", {"chon": ticked[5:], "tong": "6", "da": ticked[:5]})
    assert "6 trên 6" in second.content.decode()
    signed = Dossier.objects.filter(pk__in=ticked).select_related("result")
    assert len({one.result.number for one in signed}) == 6 and all(one.result.file_id for one in signed)
    assert Dossier.objects.get(pk=waiting[6].pk).state == State.DRAFTED


def test_signing_many_asks_for_one_fresh_proof_first(office: Office) -> None:
    waiting = drafts(office, 1)
    answer = client_of(office, "leader").post("/can-bo/ky-nhieu/", {"chon": [waiting[0].pk]})
    assert answer.status_code == 302 and "xac-thuc-lai" in answer["Location"]
    assert Dossier.objects.get().state == State.DRAFTED


def test_a_draft_of_another_commune_is_not_signed_on_that_page(office: Office) -> None:
    waiting = drafts(office, 1)
    client = client_of(office, "leader_elsewhere", stepped_up=True)
    assert waiting[0].code not in page(client, "/can-bo/ky-nhieu/")
    client.post("/can-bo/ky-nhieu/", {"chon": [waiting[0].pk]})
    assert Dossier.objects.get().state == State.DRAFTED


def test_a_hand_over_list_is_made_printed_and_signed_by_the_office(office: Office) -> None:
    here, gone = office.hand_over_walk_in(), office.hand_over_walk_in()
    u = office.cast.units
    desk, officer = client_of(office, "desk_officer"), client_of(office, "resolving_officer")
    answer = desk.post("/can-bo/ban-giao/", {"ben_giao": u.commune_centre.pk, "ben_nhan": u.commune_office.pk})
    made = HandOverList.objects.get()
    assert answer.status_code == 302
    register = reverse("desk:register")
    assert register in page(desk, "/can-bo/ban-giao/") and register not in page(officer, "/can-bo/ban-giao/")
    sheet = page(desk, reverse("desk:hand_over_list", args=[made.pk]))
    assert here.code in sheet and gone.code in sheet and "ký, ghi rõ họ tên" in sheet
    refused = officer.post(reverse("desk:hand_over_list", args=[made.pk]), {"thieu": [gone.pk]})
    assert refused.status_code == 409
    officer.post(reverse("desk:hand_over_list", args=[made.pk]), {"thieu": [gone.pk], f"ly_do_{gone.pk}": "Không thấy"})
    made.refresh_from_db()
    gone.refresh_from_db()
    assert made.received_at is not None and gone.state == State.RECEIVED
    elsewhere = client_of(office, "desk_officer_elsewhere")
    assert elsewhere.get(reverse("desk:hand_over_list", args=[made.pk])).status_code == 404


def test_leave_lends_every_role_and_the_work_shows_at_the_delegates_desk(office: Office) -> None:
    unit = office.cast.units.commune_office
    colleague = make_account("colleague", "Lê Thị Cúc", role="resolving_officer", unit=unit)
    dossier = office.resolving()
    services.take_dossier(actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk)
    client = client_of(office, "resolving_officer")
    today, last = timezone.localdate(), timezone.localdate() + timedelta(days=2)
    typed = {"nguoi": colleague.pk}
    for name, day in (("tu", today), ("den", last)):
        typed |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    assert client.post("/can-bo/nghi-phep/", typed).status_code == 302
    lent = Delegation.objects.get()
    assert lent.receiver == colleague and lent.valid_to == last + timedelta(days=1)
    theirs = Client()
    sign_in(theirs, colleague)
    assert "làm thay" in page(theirs, "/can-bo/?ds=thu-ly&cua=mine")
    assert client.post("/can-bo/nghi-phep/", {"thu_hoi": lent.pk}).status_code == 302
    lent.refresh_from_db()
    assert lent.revoked_at is not None


@pytest.mark.parametrize("typed", [{}, {"nguoi": "999999"}, {"thu_hoi": "1"}, {"nguoi": "x", "tu_day": "99"}])
def test_leave_typed_wrongly_is_refused_in_words(office: Office, typed: dict[str, str]) -> None:
    answer = client_of(office, "resolving_officer").post("/can-bo/nghi-phep/", typed)
    assert answer.status_code == 409 and not Delegation.objects.exists()


def test_numbers_are_masked_until_asked_for_with_a_purpose(office: Office) -> None:
    dossier = office.filed()
    number = str(office.cast.citizen.person.personal_number)  # type: ignore[union-attr]
    client = client_of(office, "desk_officer")
    address = reverse("desk:dossier", args=[dossier.pk])
    assert number not in page(client, address)
    assert client.post(reverse("desk:reveal", args=[dossier.pk]), {"muc_dich": " "}).status_code == 409
    shown = client.post(reverse("desk:reveal", args=[dossier.pk]), {"muc_dich": "So với bản chính"})
    assert number in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert number not in page(client, address)
    assert LookUp.objects.filter(purpose__contains="So với bản chính").exists()


def test_a_masked_number_left_as_it_is_goes_into_the_result_in_full(office: Office) -> None:
    dossier = office.resolving()
    client = client_of(office, "resolving_officer")
    shown = page(client, reverse("desk:dossier", args=[dossier.pk]))
    from tinhso.faces.desk.deeds import proposed_rows
    from tinhso.foundation.notices.texts import hide_numbers

    rows = proposed_rows(dossier)
    numbers = [row["value"] for row in rows if row["value"].isdigit() and len(row["value"]) == 12]
    assert not any(number in shown for number in numbers)
    client.post(
        reverse("desk:act", args=[dossier.pk, "du-thao"]),
        {
            "seen": dossier.lock_version,
            "nhan": [row["label"] for row in rows],
            "gia_tri": [hide_numbers(row["value"]) for row in rows],
        },
    )
    dossier.refresh_from_db()
    assert [row["value"] for row in dossier.result.values()] == [row["value"] for row in rows]


def test_pages_take_a_bounded_number_of_queries(office: Office, django_assert_max_num_queries: object) -> None:
    for who in ("citizen", "other_citizen"):
        office.filed(who=who)
        office.resolving(who=who)
        office.drafted(who=who)
    office.hand_over_walk_in()
    leader = client_of(office, "leader", stepped_up=True)
    desk, officer = client_of(office, "desk_officer"), client_of(office, "resolving_officer")
    drafted = Dossier.objects.filter(state=State.DRAFTED).first()
    resolving = Dossier.objects.filter(state=State.RESOLVING).first()
    assert drafted is not None and resolving is not None
    for client, address in (
        (desk, "/can-bo/?ds=hom-nay"),
        (desk, "/can-bo/?ds=tiep-nhan"),
        (officer, "/can-bo/?ds=thu-ly"),
        (leader, "/can-bo/?ds=cho-ky"),
        (leader, "/can-bo/ky-nhieu/"),
        (desk, "/can-bo/ban-giao/"),
        (desk, "/can-bo/nghi-phep/"),
        (leader, reverse("desk:dossier", args=[drafted.pk])),
        (officer, reverse("desk:dossier", args=[resolving.pk])),
    ):
        client.get(address)
        with django_assert_max_num_queries(25):  # type: ignore[operator]
            assert client.get(address).status_code == 200
