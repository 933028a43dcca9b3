"""The night's comparison, and who may look at and act on any of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.sessions import sign_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import services
from tinhso.systems.procedures.national.models import Difference, Incoming, Outgoing, Reconciliation
from tinhso.systems.procedures.national.testing import CONNECTED, PortalHere
from tinhso.systems.procedures.testing import BIRTH, Office

NIGHT = Actor.system("Đối soát", is_simulated=True)


@pytest.fixture
def portal(tmp_path: Path, settings: Any) -> Iterator[PortalHere]:
    here = PortalHere(tmp_path)
    for name, value in CONNECTED.items():
        setattr(settings, name, value)
    settings.NATIONAL_URL = here.url
    yield here
    here.close()


def send_everything() -> None:
    while services.send_round().taken:
        pass


@pytest.mark.django_db
def test_what_is_not_alike_is_found_once_and_closes_itself(portal: PortalHere, office: Office) -> None:
    same, lost, other = (office.received(code=code) for code in ("1.004873", BIRTH, "2.000635"))
    send_everything()
    held = portal.store.dossiers
    gone = held.pop(lost.code)
    held[other.code] |= {"TrangThaiHoSo": 4, "NgayHenTra": "20300101080000"}
    for _night in range(2):
        run = services.reconcile(actor=NIGHT)
        assert (run.asked, run.agreed, run.waiting, run.error) == (3, 1, 0, "")
    found = set(Difference.objects.open().exclude(dossier=None).values_list("dossier__code", "kind", "field"))
    wanted = {(lost.code, "missing", ""), (other.code, "field", "TrangThaiHoSo"), (other.code, "field", "NgayHenTra")}
    assert found == wanted and not Difference.objects.filter(dossier=same).exists()
    held[lost.code] = gone
    row = Difference.objects.open().get(field="NgayHenTra")
    operator = office.cast.actor("administrator")
    with pytest.raises(Refused):
        services.settle_difference(actor=operator, difference_id=row.pk, how=" ")
    with pytest.raises(access.Denied):
        services.settle_difference(actor=office.cast.actor("desk_officer"), difference_id=row.pk, how="x")
    services.settle_difference(actor=operator, difference_id=row.pk, how="Cổng sửa tay nhầm", resync=True)
    with pytest.raises(Refused):
        services.settle_difference(actor=operator, difference_id=row.pk, how="lần nữa")
    held[other.code]["TrangThaiHoSo"] = 2
    send_everything()
    services.reconcile(actor=NIGHT)
    assert not Difference.objects.open().exclude(dossier=None).exists()


@pytest.mark.django_db
def test_a_dossier_with_messages_waiting_is_not_compared(portal: PortalHere, office: Office) -> None:
    dossier = office.filed()
    send_everything()
    core.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    run = services.reconcile(actor=NIGHT)
    assert (run.asked, run.waiting) == (0, 1) and not Difference.objects.exclude(dossier=None).exists()


@pytest.mark.django_db
def test_a_silent_portal_ends_the_night_with_its_error(portal: PortalHere, office: Office) -> None:
    office.filed()
    send_everything()
    portal.fail("500", times=99)
    run = services.reconcile(actor=NIGHT)
    assert "500" in run.error and run.finished_at and not Difference.objects.exists()


@pytest.mark.django_db
def test_dossiers_from_before_the_exchange_are_told_as_they_stand(
    portal: PortalHere, office: Office, settings: Any
) -> None:
    good, settings.NATIONAL_URL = settings.NATIONAL_URL, ""
    dossier = office.resolving()
    assert not Outgoing.objects.exists()
    settings.NATIONAL_URL = good
    assert services.reconcile(actor=NIGHT).caught_up == 1
    send_everything()
    assert portal.store.dossiers[dossier.code]["TrangThaiHoSo"] == 4
    assert services.reconcile(actor=NIGHT).caught_up == 0


@pytest.mark.django_db
def test_procedures_that_only_one_side_has(portal: PortalHere, office: Office, monkeypatch: Any) -> None:
    listed = [{"MATTHC": "1.004873", "TENTTHC": "tên khác"}, {"MATTHC": "8.888888", "TENTTHC": "Mới trên Cổng"}]
    told = {"error_code": "00", "message": "", "result": listed}
    monkeypatch.setattr(portal.portal, "_procedures", lambda asked: told)
    services.reconcile(actor=NIGHT)
    kinds = dict(Difference.objects.open().values_list("procedure_code", "kind"))
    assert kinds["8.888888"] == "proc_there" and kinds["1.004873"] == "proc_name" and kinds[BIRTH] == "proc_here"


@pytest.mark.django_db
def test_the_operators_pages(
    portal: PortalHere, office: Office, client: Client, django_assert_max_num_queries: Any
) -> None:
    dossier = office.received()
    send_everything()
    core.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    Incoming.objects.create(
        service="DongBoHoSoMC", key="QG.1", digest="0" * 64, state="refused", error_code="09", reason="<script>x",
        body={"MaDoiTuong": "099190000001", "ToKhai": {"a": "Hoa"}, "SoDienThoai": "0912345678"},
    )  # fmt: skip
    stuck = Outgoing.objects.filter(dossier=dossier, state="waiting").earliest("pk")
    Outgoing.objects.filter(pk=stuck.pk).update(state="set_aside", error="14: sai")
    services.reconcile(actor=NIGHT)
    sign_in(client, office.cast.administrator)
    for name in ("outgoing", "incoming", "differences"):
        with django_assert_max_num_queries(25):
            answer = client.get(reverse(f"national:{name}"))
        assert answer.status_code == 200 and "<script>x" not in answer.content.decode()
    one = reverse("national:outgoing_one", args=[Outgoing.objects.filter(state="sent").earliest("pk").pk])
    page = client.get(one).content.decode()
    assert dossier.code in page and str(dossier.applicant.personal_number) not in page
    page = client.get(reverse("national:incoming_one", args=[Incoming.objects.get().pk])).content.decode()
    assert "099190000001" not in page and "0912345678" not in page and "Hoa" not in page
    path = reverse("national:outgoing_one", args=[stuck.pk])
    assert client.post(path, {"viec": "bo-qua", "ly_do": ""}).status_code == 422
    assert client.post(path, {"viec": "xoa"}).status_code == 404
    assert client.post(path, {"viec": "gui-lai"}).status_code == 302
    stuck.refresh_from_db()
    assert stuck.state == "waiting" and client.post(path, {"viec": "gui-lai"}).status_code == 422
    assert client.post(reverse("national:resend_all")).status_code == 302
    assert client.post(reverse("national:differences")).status_code == 302
    sign_in(client, office.cast.desk_officer)
    assert client.get(reverse("national:outgoing")).status_code == 403
    page = client.get(reverse("desk:dossier", args=[dossier.pk])).content.decode()
    assert "Cổng quốc gia được báo" in page and "2 Được tiếp nhận" in page and "tin chờ gửi" in page


@pytest.mark.django_db
def test_comparing_asks_for_the_right(portal: PortalHere, office: Office, settings: Any) -> None:
    with pytest.raises(access.Denied):
        services.reconcile(actor=office.cast.actor("leader"))
    settings.NATIONAL_URL = ""
    with pytest.raises(Refused):
        services.reconcile(actor=NIGHT)
    assert not Reconciliation.objects.exists() and not Dossier.objects.exists() and timezone.now()
