"""A report of one commune: its people and those above may open it, another commune's may not."""

from __future__ import annotations

from io import BytesIO

from tinhso.engines.signing.services import issue_demo_certificate
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.reporting import services, workbooks
from tinhso.systems.reporting.models import Package
from tinhso.systems.reporting.testing import GOOD, SYSTEM, make_duty, make_form, type_in

READERS = ("resolving_officer", "leader", "provincial_leader", "administrator", "auditor")
FILLERS = ("resolving_officer", "leader")


def samples(cast: Cast) -> list[Sample]:
    form = make_form(cast.units.committee, code="bc-mau", signing="signature")
    done = make_duty(form, cast.units.commune_committee)
    officer, leader = cast.actor("resolving_officer"), cast.actor("leader")
    report = services.begin(actor=officer, duty_id=done.pk)
    type_in(officer, report, GOOD)
    services.submit(actor=officer, submission_id=report.pk)
    issue_demo_certificate(SYSTEM, account=cast.leader)
    services.sign(actor=leader, submission_id=report.pk, level="B-B")
    open_duty = make_duty(form, cast.units.commune_committee, 10)
    filling = services.begin(actor=officer, duty_id=open_duty.pk)
    workbook = workbooks.template(filling, services.figures_of(filling))
    upload = services.try_workbook(actor=officer, submission_id=filling.pk, stream=BytesIO(workbook), name="mau.xlsx")
    here = {"pk": open_duty.pk}
    confirmed = make_form(cast.units.committee, code="bc-chot")
    second = services.begin(actor=officer, duty_id=make_duty(confirmed, cast.units.commune_committee).pk)
    type_in(officer, second, GOOD)
    services.submit(actor=officer, submission_id=second.pk)
    services.sign(actor=leader, submission_id=second.pk)
    province = cast.actor("provincial_leader")
    services.approve(actor=province, submission_id=second.pk)
    issue_demo_certificate(SYSTEM, account=cast.provincial_leader)
    shown = services.publish(actor=province, regime=confirmed.regime, period=second.duty.period, level="B-B")
    package = Package.objects.create(submission=second, body={}, state="set_aside")
    draft = {"version_id": services.begin_version(actor=SYSTEM, regime=confirmed.regime).pk}
    officers = (*READERS, "resolving_officer_elsewhere", "leader_elsewhere")
    builders = ("administrator",)
    return [
        Sample("reporting:report", {"pk": done.pk}, READERS),
        Sample("reporting:signed_paper", {"pk": done.pk, "number": 1}, READERS),
        Sample("reporting:records", {"pk": done.pk, "code": "ho_so.ky"}, READERS),
        Sample("reporting:act", {"pk": done.pk, "act": "duyet"}, ("provincial_leader",)),
        Sample("reporting:publication", {"pk": shown.pk}, officers),
        Sample("reporting:published_file", {"pk": shown.pk, "kind": "json"}, officers),
        Sample("reporting:make_public", {"pk": shown.pk}, ("provincial_leader",), data={"can-cu": ""}),
        Sample("reporting:withdraw", {"pk": shown.pk}, ("provincial_leader",), data={"ly-do": ""}),
        Sample("reporting:resend", {"package_id": package.pk}, builders),
        Sample("reporting:begin_version", {"regime_id": confirmed.regime_id}, builders),
        Sample("reporting:end_regime", {"regime_id": confirmed.regime_id}, builders, data={"ly-do": "x"}),
        Sample("reporting:let_off", {"duty_id": open_duty.pk}, builders, data={"ly-do": ""}),
        Sample("reporting:version", draft, builders),
        Sample("reporting:version_act", draft | {"act": "them-phan"}, builders, data={"title": "X"}),
        Sample("reporting:section", draft | {"key": "phan_a"}, builders),
        Sample("reporting:cell", draft | {"code": "di.ky"}, builders),
        Sample("reporting:check", draft | {"key": "moi"}, builders),
        Sample("reporting:template", here, FILLERS),
        Sample("reporting:upload", here, FILLERS),
        Sample("reporting:tried", here | {"upload_id": upload.pk}, FILLERS),
    ]
