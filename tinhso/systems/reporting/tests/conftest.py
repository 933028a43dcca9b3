"""One regime, its September duty, and the report begun by the commune's officer."""

from __future__ import annotations

import pytest

from tinhso.foundation.testing.cast import Cast
from tinhso.systems.reporting import services
from tinhso.systems.reporting.models import Duty, FormVersion, Submission
from tinhso.systems.reporting.testing import GOOD, make_duty, make_form, type_in


@pytest.fixture
def form(cast: Cast) -> FormVersion:
    return make_form(cast.units.committee)


@pytest.fixture
def duty(cast: Cast, form: FormVersion) -> Duty:
    return make_duty(form, cast.units.commune_committee)


@pytest.fixture
def report(cast: Cast, duty: Duty) -> Submission:
    return services.begin(actor=cast.actor("resolving_officer"), duty_id=duty.pk)


@pytest.fixture
def submitted(cast: Cast, report: Submission) -> Submission:
    officer = cast.actor("resolving_officer")
    type_in(officer, report, GOOD)
    return services.submit(actor=officer, submission_id=report.pk)


@pytest.fixture
def signed(cast: Cast, submitted: Submission) -> Submission:
    return services.sign(actor=cast.actor("leader"), submission_id=submitted.pk)


@pytest.fixture
def approved(cast: Cast, signed: Submission) -> Submission:
    return services.approve(actor=cast.actor("provincial_leader"), submission_id=signed.pk)
