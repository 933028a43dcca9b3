"""Who is reminded of what, once; who never is; what the person may answer."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_django
from django.db import connection
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.events.dispatch import deliver_all
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.people.models import Account, Enterprise, Household, HouseholdMember, LookUp, Person
from tinhso.foundation.people.services import correct_person
from tinhso.foundation.privacy import registry
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.kept import Kept
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Draft
from tinhso.systems.procedures.proactive import finding, holdings, selectors, services
from tinhso.systems.procedures.proactive.errors import AlreadySettled, DraftInTheWay, WrongRule
from tinhso.systems.procedures.proactive.models import Child, Death, OptOut, Reminder, Sweep
from tinhso.systems.procedures.proactive.testing import SYSTEM, Reminding

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture(scope="session")
def kept_house(kept_cast: Kept, django_db_blocker: pytest_django.DjangoDbBlocker) -> Kept:
    """The cast with the rules in force, made once."""
    with django_db_blocker.unblock():
        return Kept(Reminding, on=kept_cast)


@pytest.fixture
def house(kept_house: Kept, cast: Cast) -> Reminding:
    given: Reminding = kept_house.give()
    return given


def told(code: str) -> list[Reminder]:
    return list(Reminder.objects.filter(code=code).order_by("pk"))


def seventy_five(house: Reminding, days: int = 10) -> Person:
    soon = TODAY() + timedelta(days=days)
    return house.person(date(soon.year - 75, soon.month, min(soon.day, 28)), "042051000777")


def test_a_birth_certificate_reminds_of_the_health_card_once_with_its_reason(house: Reminding) -> None:
    answers = {"nyc_quan_he": "Mẹ", "con_ho_ten": "Trần Gia Bảo", "con_ngay_sinh": TODAY().isoformat()}
    dossier = house.signed(house.filed("1.001193", answers))
    deliver_all()
    deliver_all()
    services.sweep(actor=SYSTEM)
    [reminder] = told("khai-sinh-bhyt")
    assert reminder.person == house.cast.citizen.person and reminder.source_dossier == dossier
    assert reminder.level == 1 and reminder.draft is None and reminder.unit == dossier.unit
    line = selectors.line(reminder)
    assert dossier.code in line.why and "Trần Gia Bảo" in line.says and "{ten}" not in line.says
    assert Notice.objects.filter(account=house.cast.citizen, text="proactive.told", channel="web").count() == 2
    assert not Notice.objects.filter(text__startswith="proactive.", channel="sms").exists()
    looked = LookUp.objects.filter(person=house.cast.citizen.person, purpose__startswith="Nhắc việc chủ động")
    assert looked.count() == 2 and looked.first() is not None


def test_a_birth_registered_by_a_grandmother_makes_her_no_parent(house: Reminding) -> None:
    house.birth(nyc_quan_he="Bà")
    deliver_all()
    assert not told("khai-sinh-bhyt") and not Child.objects.exists()


def test_a_death_prepares_the_funeral_file_with_the_source_of_every_answer(house: Reminding) -> None:
    dossier = house.death("099046000123")
    deliver_all()
    [reminder] = told("khai-tu-mai-tang")
    draft = reminder.draft
    assert reminder.state == "prepared" and draft is not None and draft.account == house.cast.citizen
    assert draft.data["nc_ho_ten"] == "Nguyễn Văn Thạch" and draft.data["ngay_chet"] == dossier.data["chet_luc"]
    assert draft.data["so_khai_tu"] == dossier.result.number_text and draft.data["truong_hop"].startswith("Gia đình")
    filled = set(draft.data) - {"truong_hop"}
    assert filled == set(draft.provenance) and dossier.code in draft.provenance["nc_ho_ten"]
    shown = selectors.prepared(draft)
    assert all(row["note"] for row in shown.rows) and "Đang hưởng chế độ" in " ".join(shown.missing)
    assert not draft.pages_done and not hasattr(draft, "dossier")


def test_the_dead_are_never_addressed_and_an_annulled_death_is_taken_back(house: Reminding) -> None:
    person = seventy_five(house)
    services.sweep(actor=SYSTEM)
    assert told("tuoi-75-huu-tri")[0].person == person
    dossier = house.death(str(person.personal_number))
    deliver_all()
    assert told("tuoi-75-huu-tri")[0].state == "ended" and told("tuoi-75-huu-tri")[0].ended_why == "deceased"
    Sweep.objects.all().delete()
    Reminder.objects.filter(code="tuoi-75-huu-tri").delete()
    services.sweep(actor=SYSTEM)
    assert not told("tuoi-75-huu-tri")
    services.undo_result(actor=SYSTEM, dossier=dossier)
    assert not Death.objects.filter(ended_at=None).exists()
    assert not Reminder.objects.open().filter(source_dossier=dossier).exists()
    Sweep.objects.all().delete()
    services.sweep(actor=SYSTEM)
    assert len(told("tuoi-75-huu-tri")) == 1


def test_a_death_known_by_number_before_the_person_is_recorded_still_silences(house: Reminding) -> None:
    house.death("042051000777")
    deliver_all()
    seventy_five(house)
    services.sweep(actor=SYSTEM)
    assert not told("tuoi-75-huu-tri")


def test_seventy_five_prepares_the_pension_file_from_the_record(house: Reminding) -> None:
    person = seventy_five(house)
    services.sweep(actor=SYSTEM)
    [reminder] = told("tuoi-75-huu-tri")
    assert reminder.draft is not None
    assert (
        reminder.draft.data["dt_so_dinh_danh"] == person.personal_number
        and reminder.draft.data["dt_gioi_tinh"] == "Nam"
    )
    assert reminder.draft.commune == house.cast.units.commune
    assert LookUp.objects.filter(person=person, subject_type="procedures_proactive.reminder").count() == 1


@pytest.mark.parametrize("days", [31, -181])
def test_too_early_and_too_late_nobody_is_told(house: Reminding, days: int) -> None:
    on = TODAY() + timedelta(days=days)
    house.person(date(on.year - 75, on.month, min(on.day, 28)), "042051000777")
    day = TODAY() if on.day <= 28 else TODAY() - timedelta(days=(on.day - 28) * (1 if days > 0 else -1))
    assert not list(finding.due(house.rule("tuoi-75-huu-tri"), day))


def test_without_an_account_or_merged_or_with_a_dossier_nobody_is_told(house: Reminding) -> None:
    person = seventy_five(house)
    other = house.person(person.born_on, "042051000778", with_account=False)
    services.sweep(actor=SYSTEM)
    assert {one.person_id for one in told("tuoi-75-huu-tri")} == {person.pk}
    Account.objects.create(username="nguoi.gop", full_name="Gộp", person=other)
    Person.objects.filter(pk=other.pk).update(merged_into=person)
    Sweep.objects.all().delete()
    services.sweep(actor=SYSTEM)
    assert len(told("tuoi-75-huu-tri")) == 1


def child_at_home(house: Reminding, born: date) -> tuple[Person, Person]:
    parent = house.cast.citizen.person
    assert parent is not None
    child = house.person(born, "042012000555", with_account=True)
    home = Household.objects.create(code="H-1", commune=house.cast.units.commune, address="Thôn Đông")
    for person, relation in ((parent, "head"), (child, "child")):
        HouseholdMember.objects.create(household=home, person=person, relation=relation, valid_from=date(2025, 1, 1))
    return parent, child


def test_a_child_is_told_through_the_parent_and_never_itself(house: Reminding) -> None:
    today = TODAY()
    parent, child = child_at_home(house, date(today.year - 14, today.month, min(today.day, 28)))
    services.sweep(actor=SYSTEM)
    [reminder] = told("tuoi-14-dinh-danh")
    assert reminder.person == parent and reminder.about == child and "H-1" in selectors.line(reminder).why
    assert LookUp.objects.filter(person=child).count() == 1
    assert not Reminder.objects.filter(person=child).exists()


def test_a_child_known_by_certificate_and_by_household_is_told_once(house: Reminding) -> None:
    day = date(TODAY().year, 6, 1)
    parent, child = child_at_home(house, date(day.year - 11, 3, 2))
    dossier = house.birth(con_ho_ten=str(child.full_name), con_ngay_sinh=child.born_on.isoformat())
    services.note_result(actor=SYSTEM, dossier=dossier)
    dues = list(finding.due(house.rule("vao-lop-6"), day))
    assert [due.person for due in dues] == [parent] and dues[0].due_on == date(day.year, 8, 31)


def test_a_new_business_reminds_its_representative_with_the_file(house: Reminding) -> None:
    owner = house.cast.citizen.person
    Enterprise.objects.create(
        tax_code="3001234567", name="Hộ kinh doanh Bánh đa vừng Hoa", representative=owner, founded_on=TODAY(),
        commune=house.cast.units.commune, address="Số 12, đường Nguyễn Du", phone="0912345678",
    )  # fmt: skip
    services.sweep(actor=SYSTEM)
    [reminder] = told("co-so-moi-attp")
    assert reminder.draft is not None and reminder.draft.data["ma_so"] == "3001234567"
    assert "danh mục doanh nghiệp" in reminder.draft.provenance["ten_co_so"]


def food_paper(house: Reminding, months: int) -> Any:
    day = TODAY() - timedelta(days=months * 30)
    at = timezone.make_aware(timezone.datetime(day.year, day.month, min(day.day, 28), 9))
    return house.issued("1.014230", {"ten_co_so": "Cơ sở Hoa", "ma_so": "3001234567"}, at=at)


def test_a_licence_that_runs_out_reminds_until_it_is_renewed(house: Reminding) -> None:
    dossier = food_paper(house, 33)
    assert len(list(finding.due(house.rule("han-attp-co-so"), TODAY()))) == 1
    services.sweep(actor=SYSTEM)
    [reminder] = told("han-attp-co-so")
    assert reminder.draft is not None and reminder.draft.data["ten_co_so"] == "Cơ sở Hoa"
    assert reminder.due_on is not None and dossier.code in selectors.line(reminder).why
    assert not list(finding.due(house.rule("han-attp-co-so"), TODAY() - timedelta(days=200)))


def test_filing_answers_the_reminder_and_nothing_is_filed_for_the_person(house: Reminding) -> None:
    from tinhso.systems.procedures.proactive.testing import _dice, playing

    food_paper(house, 33)
    services.sweep(actor=SYSTEM)
    [reminder] = told("han-attp-co-so")
    draft = reminder.draft
    assert draft is not None
    citizen = house.cast.actor("citizen")
    playing.fill(_dice(), citizen, draft, draft.version)
    filed = core.submit_dossier(actor=citizen, token=draft.token)
    reminder.refresh_from_db()
    assert reminder.state == "filed" and reminder.dossier == filed and reminder.filed_at is not None
    assert not list(finding.due(house.rule("han-attp-co-so"), TODAY()))


def test_a_paper_file_at_the_desk_answers_the_reminder_too(house: Reminding) -> None:
    person = seventy_five(house)
    services.sweep(actor=SYSTEM)
    filed = core.record_walk_in(
        actor=house.cast.actor("desk_officer"), version=house_version("1.014027"), person=person, data={},
        desk=house.cast.units.commune_centre, case_code="huong-moi",
    )  # fmt: skip
    deliver_all()
    assert told("tuoi-75-huu-tri")[0].dossier == filed and told("tuoi-75-huu-tri")[0].state == "filed"


def test_opting_out_counts_at_once_is_recorded_and_costs_no_right(house: Reminding) -> None:
    citizen = house.cast.actor("citizen")
    house.death("099046000123")
    deliver_all()
    [reminder] = told("khai-tu-mai-tang")
    draft_id = reminder.draft_id
    services.opt_out(actor=citizen, kind="death")
    reminder.refresh_from_db()
    assert reminder.state == "ended" and reminder.ended_why == "opt_out" and reminder.draft is None
    assert not Draft.objects.filter(pk=draft_id).exists()
    house.death("099046000124", nc_ho_ten="Trần Thị Lý")
    deliver_all()
    assert len(told("khai-tu-mai-tang")) == 1
    house.birth()
    deliver_all()
    assert told("khai-sinh-bhyt")
    services.opt_out(actor=citizen)
    assert not Reminder.objects.open().filter(person_id=citizen.person_id).exists()
    services.opt_in(actor=citizen)
    assert OptOut.objects.get(kind="").until is not None and OptOut.objects.get(kind="death").until is None
    # Rights stay whole: the same procedure is begun as before.
    assert core.start_draft(actor=citizen, version=reminder.rule and house_version("1.001731")) is not None


def house_version(code: str) -> Any:
    from tinhso.systems.procedures.models import ProcedureVersion

    return ProcedureVersion.objects.get(code=code)


def test_objecting_to_the_use_of_data_stops_reminders_and_the_copy_holds_them(house: Reminding) -> None:
    house.birth()
    deliver_all()
    person = house.cast.citizen.person
    assert person is not None
    rows = {one.code: one.rows(person) for one in registry.COLLECTORS.values() if one.code.startswith("proactive.")}
    assert len(rows["proactive.reminders"]) == 2 and rows["proactive.refusals"] == []
    for stop in registry.STOPS[holdings.PURPOSE.code]:
        stop(SYSTEM, person)
    assert not Reminder.objects.open().exists() and OptOut.objects.get(until=None).kind == ""


def test_a_file_worked_on_stays_when_the_person_says_later(house: Reminding) -> None:
    citizen = house.cast.actor("citizen")
    house.death("099046000123")
    deliver_all()
    [reminder] = told("khai-tu-mai-tang")
    assert reminder.draft is not None
    core.save_page(actor=citizen, token=reminder.draft.token, page=1, values={"truong_hop": "x"}, is_complete=True)
    later = services.say_later(actor=citizen, reminder_id=reminder.pk)
    assert later.draft is not None
    with pytest.raises(AlreadySettled):
        services.say_later(actor=citizen, reminder_id=reminder.pk)
    assert services.say_done(actor=citizen, reminder_id=reminder.pk).state == "done"


def test_what_the_person_has_begun_is_never_written_into(house: Reminding) -> None:
    citizen = house.cast.actor("citizen")
    begun = core.start_draft(actor=citizen, version=house_version("1.001731"))
    house.death("099046000123")
    deliver_all()
    [reminder] = told("khai-tu-mai-tang")
    begun.refresh_from_db()
    assert reminder.draft is None and reminder.state == "told" and "nc_ho_ten" not in begun.data
    with pytest.raises(DraftInTheWay):
        services.prepare_again(actor=citizen, reminder_id=reminder.pk)


def test_strangers_neither_read_nor_answer(house: Reminding) -> None:
    house.birth()
    deliver_all()
    reminder = told("khai-sinh-bhyt")[0]
    for who in ("other_citizen", "desk_officer", "administrator"):
        with pytest.raises((Denied, Reminder.DoesNotExist)):
            services.say_later(actor=house.cast.actor(who), reminder_id=reminder.pk)
    with pytest.raises(Denied):
        services.remind(actor=house.cast.actor("leader"), rule=reminder.rule, due=None)  # type: ignore[arg-type]
    with pytest.raises(Denied):
        services.sweep(actor=house.cast.actor("administrator"))


def test_a_corrected_birthday_takes_back_what_stood_on_the_old_one(house: Reminding) -> None:
    person = seventy_five(house)
    services.sweep(actor=SYSTEM)
    changes = {"born_on": date(1990, 1, 1)}
    correct_person(
        SYSTEM, person_id=person.pk, changes=changes, reason="Sai năm", document="GKS", unit=house.cast.units.commune
    )
    deliver_all()
    [reminder] = told("tuoi-75-huu-tri")
    assert reminder.state == "ended" and reminder.ended_why == "corrected" and not Draft.objects.exists()


def test_a_killed_night_goes_on_and_one_bad_person_stops_nobody(house: Reminding, monkeypatch: Any) -> None:
    seventy_five(house)
    house.person(date(TODAY().year - 75, TODAY().month, min(TODAY().day, 28)), "042051000779")
    real, calls = services.remind, []

    def stumble(**given: Any) -> Any:
        calls.append(given["due"].event_key)
        if len(calls) == 1:
            raise ValueError("hỏng")
        return real(**given)

    monkeypatch.setattr("tinhso.systems.procedures.proactive.services.sweeping.remind", stumble)
    night = services.sweep(actor=SYSTEM)
    assert night.failed == 1 and night.told == 1 and night.finished_at is not None
    # As if killed before the last rules were noted: it goes on, and nobody is told twice.
    night.finished_at, night.done = None, [code for code in night.done if code != "tuoi-75-huu-tri"]
    night.save()
    again = services.sweep(actor=SYSTEM)
    assert again.told == 2 and len(told("tuoi-75-huu-tri")) == 2
    assert services.sweep(actor=SYSTEM).told == 2


@pytest.mark.django_db(transaction=True)
def test_the_night_and_the_event_at_once_tell_once(cast: Cast) -> None:
    house = Reminding(cast)
    dossier = house.birth()
    rule = house.rule("khai-sinh-bhyt")
    due = finding.of_result(rule, dossier, TODAY())
    assert due is not None
    gate, made = threading.Barrier(2), []

    def run() -> None:
        gate.wait()
        made.append(services.remind(actor=SYSTEM, rule=rule, due=due))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one is not None for one in made) == 1 and len(told("khai-sinh-bhyt")) == 1


def test_a_rule_changes_by_versions_and_bad_ones_are_refused(house: Reminding) -> None:
    admin, today = house.cast.actor("administrator"), TODAY()
    made = services.publish_rule(
        actor=admin, code="tuoi-75-huu-tri", facts={"params": {"years": 75, "lead_days": 60, "until_days": 10}},
        valid_from=today + timedelta(days=3), reason="Nhắc sớm hơn",
    )  # fmt: skip
    old = house.rule("khai-sinh-bhyt")
    assert made.number == 2 and made.fills and old.number == 1
    assert selectors.history("tuoi-75-huu-tri")[1].valid_to == made.valid_from
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"level": 2}, "chỉ nhắc"),
        ({"procedure": "9.999999"}, "danh mục"),
        ({"params": {"within_days": -1}}, "Số chưa đúng"),
        ({"basis": " "}, "căn cứ"),
    ]
    for facts, word in wrong:
        with pytest.raises(WrongRule, match=word):
            services.publish_rule(actor=admin, code="khai-sinh-bhyt", facts=facts, valid_from=today, reason="thử")
    with pytest.raises(WrongRule, match="đã qua"):
        services.publish_rule(
            actor=admin, code="khai-sinh-bhyt", facts={}, valid_from=today - timedelta(days=1), reason="thử"
        )
    bad = {"fills": {"khong_co": "dossier.x", "nc_ho_ten": "secrets.key"}}
    with pytest.raises(WrongRule, match=r"khong_co.*secrets\.key"):
        services.publish_rule(actor=admin, code="khai-tu-mai-tang", facts=bad, valid_from=today, reason="thử")
    with pytest.raises(Denied):
        services.end_rule(actor=house.cast.actor("desk_officer"), code="khai-sinh-bhyt", valid_to=today, reason="x")
    services.end_rule(actor=admin, code="khai-sinh-bhyt", valid_to=today, reason="Liên thông đã tự làm")
    house.birth()
    deliver_all()
    assert not told("khai-sinh-bhyt") and told("khai-sinh-thuong-tru")


def test_the_person_reads_answers_and_refuses_with_scripts_off(
    house: Reminding, client: Client, django_assert_max_num_queries: Any
) -> None:
    house.birth()
    house.death("099046000123")
    deliver_all()
    sign_in(client, house.cast.citizen)
    with django_assert_max_num_queries(25):
        page = client.get("/nhac-viec/").content.decode()
    assert "Hỗ trợ chi phí mai táng" in page and "Vì sao tỉnh biết" in page and "Điều 17" in page
    funeral = told("khai-tu-mai-tang")[0]
    with django_assert_max_num_queries(25):
        detail = client.get(f"/nhac-viec/{funeral.pk}/").content.decode()
    assert "Chưa có gì được gửi đi" in detail and "từ hồ sơ" in detail and "Đang hưởng chế độ" in detail
    assert client.post(f"/nhac-viec/{funeral.pk}/de-sau/").status_code == 302
    assert client.post(f"/nhac-viec/{funeral.pk}/de-sau/").status_code == 422
    assert client.post(f"/nhac-viec/{funeral.pk}/chuan-bi/").status_code == 302
    funeral.refresh_from_db()
    assert funeral.state == "prepared" and funeral.draft is not None
    assert client.get(f"/ho-so/soan/{funeral.draft.token}/trang/1/").status_code == 200
    assert client.post(f"/nhac-viec/{funeral.pk}/xoa-het/").status_code == 404
    assert client.post("/nhac-viec/khong-nhan/", {"loai": "khong-co"}).status_code == 404
    assert client.post("/nhac-viec/khong-nhan/", {"loai": ""}).status_code == 302
    assert not Reminder.objects.open().exists()
    assert "không nhận nhắc việc nào" in client.get("/nhac-viec/").content.decode()


def test_officers_see_numbers_and_initials_of_their_own_unit(house: Reminding, client: Client) -> None:
    house.birth()
    deliver_all()
    sign_in(client, house.cast.leader)
    page = client.get("/can-bo/nhac-viec/").content.decode()
    lines = client.get("/can-bo/nhac-viec/birth/").content.decode()
    name = str(house.cast.citizen.person.full_name) if house.cast.citizen.person else ""
    assert "sinh con" in page and "Cấp thẻ bảo hiểm y tế" in lines and name not in lines.split("<main")[1]
    assert selectors.tally(house.cast.actor("leader"), TODAY(), TODAY())[0]["told"] == 2
    assert selectors.tally(house.cast.actor("leader_elsewhere"), TODAY(), TODAY())[0]["told"] == 0
    assert selectors.tally(house.cast.actor("provincial_leader"), TODAY(), TODAY())[0]["told"] == 2
    assert client.get("/can-bo/nhac-viec/gi-do/").status_code == 404
    assert client.get("/can-bo/nhac-viec/?tu=hôm-qua&den=9999-99-99").status_code == 200
