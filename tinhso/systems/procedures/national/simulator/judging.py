"""How strictly the simulated portal judges: its own order of states, no duplicate, no step back in time.

Written from the interface's list of ten states, apart from the province's own rules: two hands, so that a fault in one
shows in the other.
"""

from __future__ import annotations

from typing import Any

from tinhso.systems.procedures.national.shapes import Code, moment

_OPEN = {1, 2, 3, 4, 5, 6, 7, 8}
# Which TrangThaiHoSo may follow which; ended dossiers only repeat their state (a corrected result, a refund).
MAY_FOLLOW: dict[int, set[int]] = {
    1: _OPEN,
    2: _OPEN | {9},
    3: {3},
    4: _OPEN | {9},
    5: _OPEN,
    6: _OPEN,
    7: {7},
    8: {8},
    9: {9, 10},
    10: {10},
}
NEEDS_RECEPTION = {2, 4, 9, 10}


class Wrong(Exception):
    """What is wrong with a message, with its code."""

    def __init__(self, code: Code, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


def may_follow(before: int, now: int) -> bool:
    return now in MAY_FOLLOW[before]


def judge_dossier(held: dict[str, Any] | None, sent: dict[str, Any], is_updating: bool) -> None:
    """Raises Wrong unless the dossier may stand as it is sent."""
    if held is None and is_updating:
        raise Wrong(Code.NO_DOSSIER, "Chưa có hồ sơ này để cập nhật.")
    if held is not None and not is_updating:
        raise Wrong(Code.KNOWN, "Hồ sơ này đã có.")
    status = sent["TrangThaiHoSo"]
    if held is not None and not may_follow(held["TrangThaiHoSo"], status):
        raise Wrong(Code.ORDER, f"Trạng thái {status} không theo sau trạng thái {held['TrangThaiHoSo']}.")
    for name in ("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra"):
        if sent.get(name) and moment(sent[name]) is None:
            raise Wrong(Code.SHAPE, f"{name} không phải ngày giờ.")
    if status in NEEDS_RECEPTION and not (sent.get("NgayTiepNhan") and sent.get("NgayHenTra")):
        raise Wrong(Code.SHAPE, "Thiếu ngày tiếp nhận hoặc ngày hẹn trả.")
    if status in (9, 10) and not sent.get("DanhSachGiayToKetQua"):
        raise Wrong(Code.SHAPE, "Hồ sơ đã xong phải có giấy tờ kết quả.")
    if status == 5 and not sent.get("DanhSachHoSoBoSung"):
        raise Wrong(Code.SHAPE, "Yêu cầu bổ sung phải nêu nội dung.")


def judge_step(held: dict[str, Any] | None, step: dict[str, Any]) -> None:
    """Raises Wrong unless the step may be added to the dossier's course."""
    if held is None:
        raise Wrong(Code.NO_DOSSIER, "Chưa có hồ sơ này.")
    if moment(step["ThoiDiemXuLy"]) is None:
        raise Wrong(Code.SHAPE, "ThoiDiemXuLy không phải ngày giờ.")
    same = ("ThoiDiemXuLy", "TrangThai", "NoiDungXuLy")
    course = held["TienDo"]
    if any(all(one[name] == step[name] for name in same) for one in course):
        raise Wrong(Code.KNOWN, "Tiến độ này đã có.")
    if course and step["ThoiDiemXuLy"] < course[-1]["ThoiDiemXuLy"]:
        raise Wrong(Code.ORDER, "Tiến độ gửi sau lại xảy ra trước tiến độ đã có.")
    if course and not may_follow(course[-1]["TrangThai"], step["TrangThai"]):
        raise Wrong(Code.ORDER, f"Trạng thái {step['TrangThai']} không theo sau {course[-1]['TrangThai']}.")
