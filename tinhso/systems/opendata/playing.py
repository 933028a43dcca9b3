"""The demo's open data: what is quick is published at once, the rest by the worker's first hour; a request, a reuse."""

from __future__ import annotations

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.openness.registry import DATASETS
from tinhso.systems.opendata.jobs import publish_all_now
from tinhso.systems.opendata.models import DataRequest, Dataset
from tinhso.systems.opendata.services import asking, publishing

AT_ONCE = ("xa-phuong-hien-nay", "ngay-nghi-le", "thu-tuc-hanh-chinh")
_ASKED = (
    (
        "Số lượt khám chữa bệnh theo tháng",
        "Cần bảng theo tháng và theo xã, phường từ năm 2023.",
        "Làm bài viết so sánh.",
    ),
    ("Danh sách điểm truy nhập wifi công cộng", "Tên điểm, địa chỉ, tọa độ, giờ mở cửa.", "Làm bản đồ cho du khách."),
)


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Publishes a few datasets, leaves the rest to the worker, and shows one of each thing people may do."""
    first = [name for name in AT_ONCE if name in DATASETS]
    progress.start("Công bố dữ liệu mở", len(first))
    for name in first:
        publishing.publish(actor, name=name)
        progress.advance()
    publish_all_now.defer()
    if DataRequest.objects.exists():
        return
    for title, body, purpose in _ASKED:
        asking.ask(actor, title=title, body=body, purpose=purpose, email="")
    dataset = Dataset.objects.filter(name="xa-phuong-hien-nay").first()
    if dataset is not None:
        told = asking.tell_reuse(
            actor,
            dataset=dataset,
            title="Bản đồ dân số các xã, phường",
            url="https://vi-du.invalid/ban-do",
            body="Bản đồ tương tác vẽ từ dữ liệu mở của tỉnh (mô phỏng).",
            author="Nhóm học sinh lập trình (mô phỏng)",
        )
        asking.decide_reuse(actor, reuse=told, is_shown=True, reason=f"{timezone.localdate():%d/%m/%Y}: dữ liệu mẫu")
