"""A unit ends: its open dossiers go to the heir with their clock, ended ones stay, and so does the figure."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.orgs.errors import WorkWouldBeLost
from tinhso.foundation.orgs.heirs import Passing
from tinhso.systems.procedures import passing, services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db


def _passing(office: Office, *, to_heir: bool = True) -> Passing:
    units = office.cast.units
    return Passing(
        actor=Actor.system("kiểm thử"),
        predecessor=units.commune_office,
        heir=units.other_office if to_heir else None,
        day=timezone.localdate() + timedelta(days=1),
        document="Nghị quyết thử 01",
        continues=False,
    )


def test_an_open_dossier_goes_to_the_heir_and_keeps_its_due_date(office: Office) -> None:
    dossier = office.resolving()
    assert passing.pass_on(_passing(office)) == 1
    moved = Dossier.objects.get(pk=dossier.pk)
    assert moved.office == office.cast.units.other_office
    assert (moved.due_at, moved.unit, moved.received_unit) == (dossier.due_at, dossier.unit, dossier.unit)
    assert moved.case is not None and moved.case.holder_unit == office.cast.units.other_office
    assert AuditRow.objects.filter(act="procedures.dossier.passed_on", object_id=str(dossier.pk)).exists()
    services.draft_result(
        actor=office.cast.actor("resolving_officer_elsewhere"),
        dossier_id=dossier.pk,
        rows=[],
        conclusion="Đủ điều kiện",
    )


def test_an_ended_dossier_stays_with_the_unit_that_settled_it(office: Office) -> None:
    dossier = office.issued()
    assert dossier.state == "returned"
    assert passing.pass_on(_passing(office)) == 0
    dossier.refresh_from_db()
    assert dossier.office == office.cast.units.commune_office


def test_open_work_without_an_heir_is_refused_by_name(office: Office) -> None:
    dossier = office.resolving()
    with pytest.raises(WorkWouldBeLost, match=dossier.code):
        passing.pass_on(_passing(office, to_heir=False))
