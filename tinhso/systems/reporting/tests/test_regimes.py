"""Building a regime: faults are named, a published version stands, pages do it without code."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.reporting import checking, errors, forming, services
from tinhso.systems.reporting.models import Duty, FormVersion
from tinhso.systems.reporting.testing import CONTENT, SYSTEM, make_duty, make_form, type_in

pytestmark = pytest.mark.django_db


def draft_with(cast: Cast, **changes: Any) -> FormVersion:
    draft = services.create_regime(actor=SYSTEM, code="bc-nhap", name="Nháp", owner=cast.units.committee)
    whole = {
        "legal_basis": "x",
        "reporter_kinds": ["commune_committee"],
        "valid_from": date(2026, 9, 1),
        "content": CONTENT,
    }
    return services.change_version(actor=SYSTEM, version_id=draft.pk, **(whole | changes))


def with_cell(code: str, cell: dict[str, Any]) -> dict[str, Any]:
    return forming.change_cell(json.loads(json.dumps(CONTENT)), code, cell)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"legal_basis": " "}, "căn cứ"),
        ({"reporter_kinds": []}, "đơn vị phải báo cáo"),
        ({"due_days": 0}, "Hạn gửi"),
        ({"cut_off": "own", "close_day": 0}, "Ngày chốt"),
        ({"valid_from": date(2026, 9, 2)}, "ngày đầu"),
        ({"content": {}}, "chưa có dòng"),
        ({"content": {"sections": "x"}}, "không đọc được"),
        ({"content": with_cell("di.ky", {"kind": "live", "measure": "khong.co"})}, "chưa chọn phép đếm"),
        ({"content": with_cell("di.ky", {"kind": "typed", "measure": "khong.co"})}, "không có số liệu cơ sở"),
        ({"content": with_cell("di.ky", {"kind": "computed", "formula": "{ky_so.ky"})}, "Không đọc được từ ký tự"),
        ({"content": with_cell("di.ky", {"kind": "computed", "formula": "{x.y}"})}, "không có ô số"),
        ({"content": with_cell("di.ky", {"kind": "computed", "formula": "{ty_le.ky}"})}, "vòng vào nhau"),
        ({"content": with_cell("di.ky", {"kind": "typed", "least": "9", "most": "1"})}, "mức thấp nhất"),
    ],
)
def test_each_fault_keeps_a_version_from_being_published(cast: Cast, changes: dict[str, Any], words: str) -> None:
    draft = draft_with(cast, **changes)
    assert any(words in fault for fault in checking.faults(draft)), checking.faults(draft)
    with pytest.raises(errors.BadVersion):
        services.publish_version(actor=SYSTEM, version_id=draft.pk)


def test_a_published_version_is_not_changed_but_followed(cast: Cast, form: FormVersion) -> None:
    with pytest.raises(errors.BadVersion):
        services.change_version(actor=SYSTEM, version_id=form.pk, due_days=9)
    draft = services.begin_version(actor=SYSTEM, regime=form.regime)
    assert draft.number == 2 and draft.content == form.content
    assert services.begin_version(actor=SYSTEM, regime=form.regime) == draft
    services.drop_version(actor=SYSTEM, version_id=draft.pk)
    assert services.begin_version(actor=SYSTEM, regime=form.regime).number == 3


def test_two_editors_do_not_overwrite_each_other(cast: Cast) -> None:
    draft = draft_with(cast)
    services.change_version(actor=SYSTEM, version_id=draft.pk, seen=draft.lock_version, due_days=4)
    with pytest.raises(errors.ChangedMeanwhile):
        services.change_version(actor=SYSTEM, version_id=draft.pk, seen=draft.lock_version, due_days=5)


@pytest.mark.parametrize("name", ["leader", "resolving_officer", "provincial_leader", "auditor", "citizen"])
def test_who_may_not_build(cast: Cast, name: str) -> None:
    with pytest.raises(Denied):
        services.create_regime(actor=cast.actor(name), code="bc-x", name="X", owner=cast.units.committee)


def test_a_check_reads_another_regime_and_adds_up_its_months(cast: Cast) -> None:
    officer, leader = cast.actor("resolving_officer"), cast.actor("leader")
    monthly = make_form(cast.units.committee, code="bc-thang", valid_from=date(2026, 7, 1))
    for month in (7, 8, 9):
        report = services.begin(actor=officer, duty_id=make_duty(monthly, cast.units.commune_committee, month).pk)
        type_in(officer, report, {"di.ky": "10", "ky_so.ky": "1"})
        services.submit(actor=officer, submission_id=report.pk)
        services.sign(actor=leader, submission_id=report.pk)
    content = json.loads(json.dumps(CONTENT))
    content["checks"] = [{"key": "k", "must": "{di.ky} = {bc-thang:di.ky}", "sentence": "Khác tổng ba tháng."}]
    quarterly = make_form(
        cast.units.committee, code="bc-quy", content=content, frequency="quarter", valid_from=date(2026, 7, 1)
    )
    services.open_regime(actor=SYSTEM, regime=quarterly.regime, day=date(2026, 9, 14))
    duty = Duty.objects.get(form=quarterly, unit=cast.units.commune_committee)
    report = services.begin(actor=officer, duty_id=duty.pk)
    type_in(officer, report, {"di.ky": "31", "ky_so.ky": "1"})
    with pytest.raises(errors.NotReady) as refused:
        services.submit(actor=officer, submission_id=report.pk)
    assert [fault.sentence for fault in refused.value.faults] == ["Khác tổng ba tháng."]
    type_in(officer, report, {"di.ky": "30"}, seen=1)
    services.submit(actor=officer, submission_id=report.pk)


def test_the_department_builds_and_publishes_a_regime_by_the_pages_alone(cast: Cast) -> None:
    client = sign_in(Client(), cast.administrator)
    made = client.post(
        "/quan-tri/bao-cao/", {"name": "Báo cáo cầu đường", "code": "bc-cau", "owner": cast.units.committee.pk}
    )
    version = FormVersion.objects.get(regime__code="bc-cau")
    page = f"/quan-tri/bao-cao/phien-ban/{version.pk}/"
    assert made.headers["Location"] == page and "Chưa ban hành được" in client.get(page).content.decode()
    client.post(f"{page}viec/them-phan/", {"title": "Cầu"})
    section = f"{page}phan/phan_1/"
    assert client.get(section).status_code == 200
    posted = {"title": "Cầu", "rows": "3", "columns": "1", "c.0.key": "c1", "c.0.title": "Số lượng",
              "r.0.title": "Cầu yếu", "r.0.number": "1", "r.1.title": "Cầu đã sửa", "r.2.title": ""}  # fmt: skip
    client.post(section, posted)
    client.post(f"{page}o/r2.c1/", {"kind": "typed", "decimals": "0", "least": "0", "required": "on"})
    client.post(f"{page}kiem-tra/moi/", {"must": "{r2.c1} <= {r1.c1}", "sentence": "Sửa nhiều hơn có."})
    client.post(page, {"legal_basis": "Quyết định 1", "frequency": "month", "cut_off": "calendar", "close_day": "0",
                       "due_days": "3", "reporter_kinds": ["commune_committee"], "signing": "confirmation",
                       "needs_province": "on", "escalate_days": "1", "remind": "3, 1",
                       "valid_from": "2026-09-01"})  # fmt: skip
    version.refresh_from_db()
    assert checking.faults(FormVersion.objects.get(pk=version.pk)) == []
    assert client.get(page).status_code == 200
    client.post(f"{page}viec/ban-hanh/")
    version.refresh_from_db()
    assert version.state == "published" and Duty.objects.filter(form=version).exists()
    assert version.content["checks"][0]["must"] == "{r2.c1} <= {r1.c1}"
