"""The way out: every act told once and in order, whatever the portal and the network do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import checks, rules, services
from tinhso.systems.procedures.national.models import Outgoing
from tinhso.systems.procedures.national.services import sending
from tinhso.systems.procedures.national.testing import CONNECTED, PortalHere
from tinhso.systems.procedures.testing import BIRTH, MARRIAGE, Office


@pytest.fixture
def portal(tmp_path: Path, settings: Any) -> Iterator[PortalHere]:
    here = PortalHere(tmp_path)
    for name, value in CONNECTED.items():
        setattr(settings, name, value)
    settings.NATIONAL_URL = here.url
    yield here
    here.close()


def send_everything(rounds: int = 60, ahead: timedelta = timedelta()) -> int:
    """Rounds until nothing is due; how many were taken."""
    taken = 0
    for _number in range(rounds):
        done = services.send_round(now=timezone.now() + ahead)
        taken += done.taken
        if not done.tried:
            break
    return taken


def states(portal: PortalHere, dossier: Dossier) -> list[int]:
    return [step["TrangThai"] for step in portal.store.dossiers[dossier.code]["TienDo"]]


@pytest.mark.django_db
def test_a_dossier_is_told_from_filing_to_result(portal: PortalHere, office: Office) -> None:
    dossier = office.issued()
    dossier.refresh_from_db()
    if dossier.state == "issued":  # one that chose the electronic result is returned by being issued
        core.return_result(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, collected_by="Hoa")
    assert Outgoing.objects.filter(dossier=dossier, state="waiting").count() == 10
    assert send_everything() == 10
    held = portal.store.dossiers[dossier.code]
    assert states(portal, dossier) == [1, 2, 4, 9, 10] and held["TrangThaiHoSo"] == 10
    assert held["DanhSachGiayToKetQua"][0]["DuongDanTepTinKetQua"].startswith("http") and held["NgayTra"]
    assert held["KenhThucHien"] == "2" and held["MaDoiTuong"] == dossier.applicant.personal_number
    assert not portal.store.refused
    dossier.refresh_from_db()
    assert dossier.sync_state == "sent" and dossier.synced_at
    told_at = dossier.synced_at
    core.set_fee_state(actor=Actor.system("kiểm thử"), dossier_id=dossier.pk, fee_state="paid")
    dossier.refresh_from_db()
    assert dossier.sync_state == "pending" and dossier.synced_at == told_at
    assert send_everything() == 1 and states(portal, dossier) == [1, 2, 4, 9, 10]


@pytest.mark.django_db
def test_whatever_breaks_nothing_is_told_twice(portal: PortalHere, office: Office) -> None:
    dossier = office.resolving()
    rows = Outgoing.objects.filter(dossier=dossier).count()
    for number in range(rows):
        # Every single message fails in each way, one after the other, then goes.
        for day, way in enumerate(("500", "cut", "lost")):
            portal.fail(way)
            done = services.send_round(now=timezone.now() + timedelta(days=9 * number + day))
            assert done.is_silent and not done.taken
        assert services.send_round(limit=1, now=timezone.now() + timedelta(days=9 * number + 8)).taken == 1
    assert not Outgoing.objects.exclude(state="sent").exists()
    assert states(portal, dossier) == [1, 2, 4] and not portal.store.refused
    assert portal.store.taken == rows == portal.store.repeated


@pytest.mark.django_db
def test_a_sender_killed_before_recording_is_made_good(portal: PortalHere, office: Office, monkeypatch: Any) -> None:
    dossier = office.filed()

    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_record", die)
        with pytest.raises(Killed):
            services.send_round()
    row = Outgoing.objects.filter(dossier=dossier).earliest("pk")
    assert row.state == "sending" and portal.store.taken == 1
    # Nobody touches it, nor what comes after it, while its lease runs.
    assert services.send_round(now=timezone.now() + timedelta(minutes=4)).tried == 0
    send_everything(ahead=timedelta(minutes=6))
    assert states(portal, dossier) == [1] and portal.store.taken == 2 and portal.store.repeated == 1


@pytest.mark.django_db
def test_an_outage_of_an_hour_costs_time_and_nothing_else(portal: PortalHere, office: Office, settings: Any) -> None:
    dossiers = [office.filed(code=code) for code in (MARRIAGE, BIRTH, "2.000635")]
    good, settings.NATIONAL_URL = settings.NATIONAL_URL, "http://127.0.0.1:9"
    now, silent, tried = timezone.now(), 0, 0
    end = now + timedelta(hours=1)
    while now < end:
        done = services.send_round(now=now)
        silent, tried = silent + done.is_silent, tried + done.tried
        now += timedelta(seconds=rules.rest_after(silent))
    assert 0 < tried < 40 and not Outgoing.objects.filter(state="set_aside").exists()
    settings.NATIONAL_URL = good
    send_everything(ahead=timedelta(hours=3))
    assert all(states(portal, one) == [1] for one in dossiers) and not portal.store.refused


@pytest.mark.django_db
def test_what_is_refused_is_set_aside_and_waits_for_a_person(portal: PortalHere, office: Office) -> None:
    dossier, other = office.received(), office.filed(code=BIRTH)
    # The portal holds something of this dossier that no state of ours may follow.
    portal.store.dossiers[dossier.code] = {"TienDo": [], "TrangThaiHoSo": 8}
    send_everything(ahead=timedelta(days=1), rounds=200)
    send_everything(ahead=timedelta(days=2), rounds=200)
    send_everything(ahead=timedelta(days=3), rounds=200)
    first = Outgoing.objects.filter(dossier=dossier).earliest("pk")
    assert (first.state, first.error_code, first.refusals) == ("set_aside", "14", 3)
    assert set(Outgoing.objects.filter(dossier=dossier).exclude(pk=first.pk).values_list("attempts", flat=True)) == {0}
    assert states(portal, other) == [1], "another dossier is not held back"
    dossier.refresh_from_db()
    assert dossier.sync_state == "failed" and "gác lại" in checks.check().sentence
    with pytest.raises(access.Denied):
        services.resend_message(actor=office.cast.actor("desk_officer"), message_id=first.pk)
    operator = office.cast.actor("administrator")
    with pytest.raises(Refused):
        services.skip_message(actor=operator, message_id=first.pk, reason="  ")
    del portal.store.dossiers[dossier.code]
    assert services.resend_all(actor=operator) == 1
    send_everything()
    dossier.refresh_from_db()
    assert states(portal, dossier) == [1, 2] and dossier.sync_state == "sent"
    with pytest.raises(Refused):
        services.resend_message(actor=operator, message_id=first.pk)


@pytest.mark.django_db
def test_a_skipped_message_lets_the_others_go(portal: PortalHere, office: Office) -> None:
    dossier = office.filed()
    send_everything()
    core.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    portal.store.dossiers[dossier.code]["TienDo"][0]["ThoiDiemXuLy"] = "29991231235959"
    for days in range(1, 4):
        send_everything(ahead=timedelta(days=days))
    stuck = Outgoing.objects.get(state="set_aside")
    assert stuck.service == "CapNhatTienDoHoSoMC"
    services.skip_message(actor=office.cast.actor("administrator"), message_id=stuck.pk, reason="Cổng ghi sai giờ")
    row = services.resync_dossier(actor=office.cast.actor("administrator"), dossier_id=dossier.pk)
    send_everything()
    row.refresh_from_db()
    assert row.state == "sent" and portal.store.dossiers[dossier.code]["TrangThaiHoSo"] == 2


@pytest.mark.django_db
def test_a_reroute_tells_the_new_place_and_restarts_no_clock(portal: PortalHere, office: Office) -> None:
    dossier = office.received()
    send_everything()
    before = dict(portal.store.dossiers[dossier.code])
    core.reroute_dossier(
        actor=office.cast.actor("desk_officer"),
        dossier_id=dossier.pk,
        commune=office.cast.units.other_commune,
        reason="Nộp nhầm nơi",
    )
    send_everything()
    after = portal.store.dossiers[dossier.code]
    assert after["DonViXuLy"] == office.cast.units.other_office.name != before["DonViXuLy"]
    assert (after["NgayTiepNhan"], after["NgayHenTra"]) == (before["NgayTiepNhan"], before["NgayHenTra"])
    assert list(portal.store.dossiers) == [dossier.code], "one code, wherever it is worked on"


@pytest.mark.django_db
def test_a_request_for_more_and_a_refusal_are_told_as_five_and_three(portal: PortalHere, office: Office) -> None:
    desk = office.cast.actor("desk_officer")
    dossier = office.filed()
    core.ask_supplement(actor=desk, dossier_id=dossier.pk, items="Ảnh rõ", reason="Ảnh mờ")
    send_everything()
    held = portal.store.dossiers[dossier.code]
    assert held["TrangThaiHoSo"] == 5 and held["DanhSachHoSoBoSung"][0]["TrangThaiBoSung"] == 0
    core.answer_supplement(actor=office.cast.actor("citizen"), dossier_id=dossier.pk, answer="Tôi gửi lại")
    core.refuse_dossier(actor=desk, dossier_id=dossier.pk, reason="Nộp nhầm nơi")
    send_everything()
    held = portal.store.dossiers[dossier.code]
    assert held["DanhSachHoSoBoSung"][0]["ThongTinTiepNhan"] == "Tôi gửi lại"
    assert states(portal, dossier) == [1, 5, 1, 3] and held["GhiChu"] == "Nộp nhầm nơi"


@pytest.mark.django_db
def test_a_fee_still_due_is_told_as_six(portal: PortalHere, office: Office) -> None:
    dossier = office.filed()
    core.set_fee_state(actor=Actor.system("kiểm thử"), dossier_id=dossier.pk, fee_state="due")
    send_everything()
    assert portal.store.dossiers[dossier.code]["TrangThaiHoSo"] == 6
    core.set_fee_state(actor=Actor.system("kiểm thử"), dossier_id=dossier.pk, fee_state="paid")
    send_everything()
    assert portal.store.dossiers[dossier.code]["TrangThaiHoSo"] == 1 and not portal.store.refused


@pytest.mark.django_db
def test_an_act_undone_tells_nothing(portal: PortalHere, office: Office) -> None:
    dossier = office.filed()
    count = Outgoing.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        core.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
        assert Outgoing.objects.count() == count + 2
        raise RuntimeError
    assert Outgoing.objects.count() == count


@pytest.mark.django_db
def test_nothing_is_written_while_the_exchange_is_off(office: Office, settings: Any) -> None:
    settings.NATIONAL_URL = ""
    office.filed()
    assert not Outgoing.objects.exists() and checks.check().is_fine
    settings.NATIONAL_URL, settings.NATIONAL_SECRET = "http://127.0.0.1:9", "x"
    settings.NATIONAL_IS_SIMULATED, settings.NATIONAL_UNIT = False, ""
    assert not checks.check().is_fine
    Dossier.objects.update(is_simulated=True)
    played = Dossier.objects.get()
    core.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=played.pk)
    assert not Outgoing.objects.exists(), "a played dossier never goes to a real portal"


@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_keep_every_dossier_in_order(portal: PortalHere, office: Office) -> None:
    dossiers = [office.resolving(code=code) for code in (MARRIAGE, BIRTH, "2.000635")]
    wanted = Outgoing.objects.count()

    def work() -> None:
        for _number in range(40):
            services.send_round(limit=3, now=timezone.now() + timedelta(minutes=1))
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(work) for _number in range(4)]:
            one.result()
    assert portal.store.taken == wanted and portal.store.repeated == 0 and not portal.store.refused
    assert all(states(portal, one) == [1, 2, 4] for one in dossiers)
    assert set(Dossier.objects.values_list("sync_state", flat=True)) == {"sent"}
