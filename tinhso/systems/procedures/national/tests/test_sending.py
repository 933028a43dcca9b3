"""The way out: every act told once and in order, whatever the portal and the network do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import services
from tinhso.systems.procedures.national.models import Outgoing
from tinhso.systems.procedures.national.testing import CONNECTED, PortalHere
from tinhso.systems.procedures.testing import Office


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
    assert Outgoing.objects.filter(dossier=dossier, state="waiting").count() == 10
    assert send_everything() == 10
    held = portal.store.dossiers[dossier.code]
    # This one chose the electronic result: it is returned by being issued.
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
