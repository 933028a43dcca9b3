"""Packages to the national system over a real socket: receipts, retries, nothing twice, corrections in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import ThreadingHTTPServer

import pytest
from django.utils import timezone

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.reporting import services
from tinhso.systems.reporting.models import Package, Regime, Submission
from tinhso.systems.reporting.national import sending
from tinhso.systems.reporting.national.simulator import Register, handler_of
from tinhso.systems.reporting.testing import type_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(settings) -> Iterator[Register]:  # type: ignore[no-untyped-def]
    register = Register("bi-mat")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(register))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.REPORTS_URL, settings.REPORTS_SECRET = f"http://127.0.0.1:{server.server_address[1]}", "bi-mat"
    yield register
    server.shutdown()
    server.server_close()


@pytest.fixture
def package(cast: Cast, signed: Submission) -> Package:
    Regime.objects.update(goes_national=True)
    services.approve(actor=cast.actor("provincial_leader"), submission_id=signed.pk)
    return Package.objects.get()


def later(hours: int = 24):  # type: ignore[no-untyped-def]
    return timezone.now() + timedelta(hours=hours)


def test_an_approved_report_is_sent_once_and_has_its_receipt(package: Package, there: Register) -> None:
    assert sending.send_next().is_taken and not sending.send_next().was_tried
    package.refresh_from_db()
    held = there.taken[str(package.key)]
    assert package.state == "sent" and package.receipt == held["receipt"]
    assert held["body"]["soLieu"] == {
        "di.ky": "100",
        "ky_so.ky": "80",
        "ty_le.ky": "80",
        "phi.ky": None,
        "ho_so.ky": "0",
    }


@pytest.mark.parametrize("fault", ["500", "lost"])
def test_after_a_fault_it_is_tried_again_and_taken_once(package: Package, there: Register, fault: str) -> None:
    there.faults.append(fault)
    assert not sending.send_next().is_taken
    assert not sending.send_next().was_tried  # it waits
    assert sending.send_next(later()).is_taken
    assert len(there.taken) == 1 and there.repeats == (1 if fault == "lost" else 0)


def test_a_sender_killed_between_sending_and_recording_sends_the_same_again(package: Package, there: Register) -> None:
    claimed = sending._claim(timezone.now())
    assert claimed is not None
    sending.client.send(str(claimed.key), claimed.body)
    assert not sending.send_next().was_tried
    assert sending.send_next(later(1)).is_taken and len(there.taken) == 1 and there.repeats == 1


def test_what_is_refused_is_set_aside_and_sent_again_only_by_the_department(
    cast: Cast, package: Package, there: Register, settings
) -> None:  # type: ignore[no-untyped-def]
    settings.REPORTS_SECRET = "sai"
    for tries in range(1, 4):
        assert not sending.send_next(later(24 * tries)).is_taken
    package.refresh_from_db()
    assert package.state == "set_aside" and "401" in package.error
    with pytest.raises(Denied):
        sending.resend(actor=cast.actor("leader"), package_id=package.pk)
    settings.REPORTS_SECRET = "bi-mat"
    sending.resend(actor=cast.actor("administrator"), package_id=package.pk)
    assert sending.send_next(later()).is_taken


def test_a_correction_goes_only_after_what_it_corrects(cast: Cast, package: Package, there: Register) -> None:
    province, officer = cast.actor("provincial_leader"), cast.actor("resolving_officer")
    new = services.demand_correction(actor=province, submission_id=package.submission_id, reason="Số nhầm")
    type_in(officer, new, {"di.ky": "90"}, seen=1)
    services.submit(actor=officer, submission_id=new.pk)
    services.sign(actor=cast.actor("leader"), submission_id=new.pk)
    services.approve(actor=province, submission_id=new.pk)
    there.faults.append("500")
    assert not sending.send_next().is_taken and not sending.send_next().was_tried
    assert sending.send_next(later()).is_taken and sending.send_next(later()).is_taken
    assert [one["body"]["lan"] for one in there.taken.values()] == [1, 2]
