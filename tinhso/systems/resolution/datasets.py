"""Open tables of the Resolution's plan: tasks, and which body does what."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import REPORTS, Published, Row
from tinhso.foundation.openness.short import day, text, whole, yes_no
from tinhso.systems.resolution.models import ResolutionTask, TaskBody


def _tasks() -> Iterable[Row]:
    for one in ResolutionTask.objects.prefetch_related("targets").order_by("order"):
        codes = ", ".join(target.code for target in one.targets.all())
        yield (
            one.code, one.order, one.section, one.text, one.named_bodies or None, one.named_system or None,
            codes or None,
            one.source,
        )  # fmt: skip


def _bodies() -> Iterable[Row]:
    for one in TaskBody.objects.select_related("task", "unit").order_by("task__order"):
        yield (
            one.task.code, one.unit.code, one.unit.name, one.get_part_display(), one.valid_from, one.valid_to,
            one.document, one.is_simulated,
        )  # fmt: skip


DATASETS = (
    Published(
        "nhiem-vu-nghi-quyet", "Nhiệm vụ của Nghị quyết", _tasks,
        (
            text("ma", "Mã", "Code"), whole("thu_tu", "Thứ tự", "Order"), text("muc", "Mục", "Section"),
            text("nhiem_vu", "Nhiệm vụ", "Task"), text("co_quan", "Cơ quan Nghị quyết nêu", "Bodies named"),
            text("he_thong", "Hệ thống Nghị quyết nêu", "System named"), text("chi_tieu", "Chỉ tiêu", "Targets"),
            text("nguon", "Nguồn", "Source"),
        ),
        title_en="Tasks of the Resolution", notes="Nhiệm vụ, cơ quan và chỉ tiêu gắn với từng nhiệm vụ.",
        cycle=Cycle.WEEKLY, group=REPORTS, tags=("nhiệm vụ", "nghị quyết"), key=("ma",),
        opened=(("co_quan", "tên cơ quan"), ("nhiem_vu", "nội dung nhiệm vụ")),
    ),
    Published(
        "phan-cong-nhiem-vu", "Phân công nhiệm vụ của Nghị quyết", _bodies,
        (
            text("nhiem_vu", "Mã nhiệm vụ", "Task"), text("ma_don_vi", "Mã đơn vị", "Unit code"),
            text("don_vi", "Đơn vị", "Unit"), text("vai_tro", "Vai trò", "Part"), day("tu_ngay", "Từ ngày", "From"),
            day("den_ngay", "Đến ngày (không tính)", "To, excluded"), text("van_ban", "Văn bản", "Document"),
            yes_no("mo_phong", "Dữ liệu mô phỏng", "Simulated"),
        ),
        title_en="Who does which task", notes="Cơ quan chủ trì, phối hợp của từng nhiệm vụ.", cycle=Cycle.WEEKLY,
        group=REPORTS, tags=("nhiệm vụ", "phân công"), sorted_by=("nhiem_vu", "ma_don_vi"),
        key=("nhiem_vu", "ma_don_vi", "vai_tro", "tu_ngay"), opened=(("don_vi", "tên cơ quan"),),
        is_simulated=lambda: TaskBody.objects.filter(is_simulated=True).exists(),
    ),
)  # fmt: skip
