"""A head sees what he answers for and nothing else; forms act; refusals keep what was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators.models import Target
from tinhso.foundation.access.guard import Actor
from tinhso.systems.resolution import services
from tinhso.systems.resolution.models import Evidence, Explanation, RemedialTask, ResolutionTask
from tinhso.systems.resolution.sample_paper import sample_paper
from tinhso.systems.resolution.tests.conftest import Plan

pytestmark = pytest.mark.django_db
MINE, TASKS, WORK, HEADS = (
    f"/dieu-hanh/{name}/" for name in ("phan-viec", "nhiem-vu", "viec-khac-phuc", "nguoi-chiu-trach-nhiem")
)


def client(plan: Plan, who: str) -> Client:
    found = Client()
    found.force_login(getattr(plan.cast, who))
    return found


def text(plan: Plan, who: str, url: str, status: int = 200) -> str:
    answer = client(plan, who).get(url)
    assert answer.status_code == status, (who, url, answer.status_code)
    return answer.content.decode()


def upload(name: str = "bien-ban") -> SimpleUploadedFile:
    file, stream = sample_paper(name)
    return SimpleUploadedFile(file, stream.read(), content_type="application/pdf")


def test_a_head_sees_only_what_he_answers_for(plan: Plan) -> None:
    own = text(plan, "leader", MINE)
    assert "Đang chậm" in own and "Chưa giải trình" in own and plan.task.code in own
    assert "chưa được giao chỉ tiêu" in text(plan, "leader_elsewhere", MINE)
    text(plan, "leader_elsewhere", f"{MINE}{plan.head.pk}/", 404)
    text(plan, "leader_elsewhere", f"{TASKS}{plan.task.code}/", 404)
    assert text(plan, "leader_elsewhere", TASKS).count("NV-") == 0
    assert text(plan, "provincial_leader", TASKS).count('<div class="muted small">NV-') == 3
    for url in (MINE, TASKS, HEADS):
        text(plan, "resolving_officer", url, 403)
    text(plan, "leader", HEADS, 403)


def test_a_head_explains_and_gives_work_from_one_page(plan: Plan) -> None:
    page, url = client(plan, "leader"), f"{MINE}{plan.head.pk}/"
    month = f"{timezone.localdate():%Y-%m}"
    form = {"viec": "giai-trinh", "ky": month, "nguyen_nhan": "<b>Dân</b> nộp giấy", "khac_phuc": "Đến thôn"}
    assert page.post(url, {**form, "tep": upload()}).status_code == 302
    assert Explanation.objects.get().evidence.count() == 1
    again = page.post(url, form)
    assert again.status_code == 422
    assert "lý do sửa giải trình" in again.content.decode() and "&lt;b&gt;Dân" in again.content.decode()
    due = timezone.localdate() + timedelta(days=20)
    office = plan.cast.units.commune_office.pk
    given = {"viec": "giao", "ten": "Làm việc với thôn 3", "don_vi": office, "han": due.isoformat()}
    assert page.post(url, given).status_code == 302
    work = RemedialTask.objects.get()
    assert work.explanation == Explanation.objects.get()
    assert page.post(url, {**given, "don_vi": plan.cast.units.other_office.pk}).status_code == 422
    assert page.post(url, {**given, "han": "32/13/2026"}).status_code == 422
    assert page.post(url, {"viec": "xoa"}).status_code == 404
    officer = client(plan, "resolving_officer")
    assert "Làm việc với thôn 3" in officer.get(WORK).content.decode()
    assert officer.post(f"{WORK}{work.pk}/", {"viec": "accept"}).status_code == 302
    empty = officer.post(f"{WORK}{work.pk}/", {"viec": "finish", "ket_qua": "Đã làm <i>xong</i>"})
    assert empty.status_code == 409 and "Đã làm &lt;i&gt;xong" in empty.content.decode()
    done = officer.post(f"{WORK}{work.pk}/", {"viec": "finish", "ket_qua": "Xong", "tep": [upload("a"), upload("b")]})
    assert done.status_code == 302
    file = Evidence.objects.filter(step__isnull=False).first()
    assert file
    served = page.get(f"/dieu-hanh/minh-chung/{file.pk}/")
    assert served.status_code == 200 and b"%PDF" in b"".join(served.streaming_content)
    assert client(plan, "leader_elsewhere").get(f"/dieu-hanh/minh-chung/{file.pk}/").status_code == 404
    assert page.post(f"{WORK}{work.pk}/", {"viec": "confirm"}).status_code == 302
    work.refresh_from_db()
    assert work.state == "confirmed"


def test_the_provinces_leader_builds_the_plan_on_its_page(plan: Plan) -> None:
    page, url = client(plan, "provincial_leader"), f"{TASKS}{plan.task.code}/"
    posts = [
        {"viec": "kinh-phi", "nam": "2026", "nguon": "ngân sách", "so_tien": "1.500.000", "van_ban_tien": "QĐ 9"},
        {"viec": "moc", "ten_moc": "Phê duyệt", "ngay_moc": "2026-12-20"},
        {
            "viec": "phan-cong",
            "don_vi_moi": plan.cast.units.other_committee.pk,
            "vai_tro": "join",
            "van_ban": "QĐ 9",
        },
    ]
    assert [page.post(url, post).status_code for post in posts] == [302, 302, 302]
    shown = page.get(url).content.decode()
    assert "1.500.000" in shown and "Phê duyệt" in shown and "phối hợp" in shown
    for bad in ("1,5", "abc", "-3", "１２", "9" * 40):
        assert page.post(url, {**posts[0], "so_tien": bad}).status_code == 422, bad
    body = plan.task.bodies.get(part="join")
    assert page.post(url, {"viec": "ket-thuc", "phan_cong": body.pk}).status_code == 302
    assert page.post(url, {"viec": "ket-thuc", "phan_cong": 10**9}).status_code == 404


def test_heads_are_named_and_ended_on_one_list(plan: Plan) -> None:
    page = client(plan, "provincial_leader")
    form = {
        "viec": "giao", "chi_tieu": "T25-A01", "don_vi": plan.unit.pk, "chuc_vu": "Chủ tịch",
        "dia_ban": plan.cast.units.commune.pk, "van_ban": "QĐ 3",
    }  # fmt: skip
    assert page.post(HEADS, form).status_code == 302
    assert page.post(HEADS, form).status_code == 422
    assert page.post(HEADS, {**form, "chi_tieu": "T99"}).status_code == 404
    shown = page.get(HEADS).content.decode()
    assert "5 chỉ tiêu chưa có ai" in shown
    assert page.post(HEADS, {"viec": "ket-thuc", "giao": plan.head.pk}).status_code == 302


def test_pages_ask_a_bounded_number_of_questions(plan: Plan, django_assert_max_num_queries) -> None:
    boss = Actor.system()
    for code in ("T25-A01", "T25-B03", "T30-05", "T25-B05", "T30-04"):
        services.name_head(
            actor=boss, target_code=code, unit=plan.unit, position="x", scope=plan.cast.units.commune, document="x"
        )
    for task in ResolutionTask.objects.exclude(pk=plan.task.pk):
        services.name_body(actor=boss, task_id=task.pk, unit=plan.unit, part="lead", document="x")
        services.set_milestone(actor=boss, task_id=task.pk, name="x", due_on=timezone.localdate())
    due = timezone.localdate() + timedelta(days=3)
    for target in Target.objects.all():
        services.assign(
            actor=boss, by_unit=plan.unit, assignee_unit=plan.cast.units.commune_office, title="x", due_on=due,
            target=target,
        )  # fmt: skip
    work = RemedialTask.objects.all()[0]
    page = client(plan, "leader")
    urls = (MINE, TASKS, WORK, f"{MINE}{plan.head.pk}/", f"{TASKS}{plan.task.code}/", f"{WORK}{work.pk}/")
    for url in urls:
        page.get(url)
        with django_assert_max_num_queries(25):
            assert page.get(url).status_code == 200
    boss_page = client(plan, "provincial_leader")
    boss_page.get(HEADS)
    with django_assert_max_num_queries(25):
        boss_page.get(HEADS)
