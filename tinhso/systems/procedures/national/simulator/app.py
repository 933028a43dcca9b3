"""The simulated national portal: its services for the province, its pages for a person trying it."""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import time
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tinhso.systems.procedures.national import shapes
from tinhso.systems.procedures.national.shapes import KEY_HEADER, Code, Service
from tinhso.systems.procedures.national.simulator import citizens, faults, judging, pages, samples
from tinhso.systems.procedures.national.simulator.faults import Fault
from tinhso.systems.procedures.national.simulator.judging import Wrong
from tinhso.systems.procedures.national.simulator.store import Store

SESSION_SECONDS = 20 * 60


def _said(code: Code, message: str = "", result: list[Any] | None = None) -> dict[str, Any]:
    return {"error_code": str(code), "message": message, "result": result or []}


class Portal:
    """One portal with one province."""

    def __init__(self, folder: str, unit: str, user: str, secret: str, province: citizens.Province) -> None:
        self.store = Store(folder)
        self.unit, self.user, self.secret, self.province = unit, user, secret, province
        self.sessions: dict[str, float] = {}
        self.fault = Fault()

    async def sign_in(self, request: Request) -> Response:
        try:
            given = shapes.read(await request.body())
        except shapes.Unreadable:
            return JSONResponse(_said(Code.SHAPE, "Không đọc được."))
        name, secret = (str(given.get(one, "")).encode() for one in ("username", "password"))
        good = hmac.compare_digest(name, self.user.encode()) and hmac.compare_digest(secret, self.secret.encode())
        if not (good and self.secret):
            return JSONResponse(_said(Code.SIGN_IN, "Sai tên hoặc mật khẩu."))
        session = secrets.token_urlsafe(24)
        self.sessions[session] = time.monotonic() + SESSION_SECONDS
        return JSONResponse(_said(Code.OK) | {"session": session})

    async def service(self, request: Request) -> Response:
        """One call of the province, with the fault set now striking before or after."""
        way = self.fault.strike()
        if way == "session":
            self.sessions.clear()
        instead = await faults.before(way, self.fault.seconds)
        if instead is not None:
            return instead
        told = await asyncio.to_thread(self._serve, await request.body(), request.headers.get(KEY_HEADER, ""))
        return faults.cut() if way == "lost" else JSONResponse(told)

    def _serve(self, raw: bytes, key: str) -> dict[str, Any]:
        try:
            asked = shapes.read(raw)
        except shapes.Unreadable as wrong:
            return _said(Code.SHAPE, str(wrong))
        problems = shapes.faults("envelope", asked)
        if problems:
            return _said(Code.SHAPE, "; ".join(problems))
        if self.sessions.get(asked["session"], 0) < time.monotonic():
            return _said(Code.SESSION, "Phiên không hợp lệ hoặc đã hết hạn.")
        if asked["madonvi"] != self.unit:
            return _said(Code.UNIT, "Mã đơn vị không đúng.")
        return self._dispatch(asked, key)

    def _dispatch(self, asked: dict[str, Any], key: str) -> dict[str, Any]:
        if asked["service"] == Service.LOOK_UP:
            held = self.store.dossiers.get(asked.get("mahoso", ""))
            return _said(Code.OK, "", [held | {"MaHoSo": asked["mahoso"]}] if held else [])
        if asked["service"] in (Service.PROCEDURES, Service.PROCEDURE):
            return self._procedures(asked)
        if asked["service"] not in (Service.SYNC, Service.PROGRESS):
            return _said(Code.UNKNOWN_SERVICE, "Không có dịch vụ này.")
        with self.store.lock:
            if key and key in self.store.answers:
                self.store.repeated += 1
                return self.store.answers[key]
            return self._take(asked, key)

    def _take(self, asked: dict[str, Any], key: str) -> dict[str, Any]:
        """All items of the call or none."""
        changes: list[dict[str, Any]] = []
        try:
            for item in asked.get("data", []):
                changes.append(self._change(asked, item))
        except Wrong as wrong:
            code = str(asked["data"][0].get("MaHoSo", ""))[:60]
            self.store.refuse(asked["service"], str(wrong.code), str(wrong), code)
            return _said(wrong.code, str(wrong))
        if not changes:
            return _said(Code.SHAPE, "Thiếu data.")
        told = _said(Code.OK, "", [{"MaHoSo": one["code"], "error_code": "00"} for one in changes])
        self.store.write(changes, key, told)
        return told

    def _change(self, asked: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
        is_step = asked["service"] == Service.PROGRESS
        problems = shapes.faults("progress" if is_step else "dossier", item)
        if problems:
            raise Wrong(Code.SHAPE, "; ".join(problems))
        held = self.store.dossiers.get(item["MaHoSo"])
        if is_step:
            judging.judge_step(held, item)
            return {"kind": "step", "code": item["MaHoSo"], "step": item}
        number = item.get("MaGiaoDich", "")
        # A dossier filed here is known by its transaction even before the province's answer to it has come back.
        is_ours = held is None and number in self.store.filings
        judging.judge_dossier(
            {"TrangThaiHoSo": 1} if is_ours else held, item, shapes.is_yes(asked.get("isUpdating", False))
        )
        return {"kind": "dossier", "code": item["MaHoSo"], "facts": item}

    def _procedures(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The national list: here, what the province says it serves. One code more stands for what it does not have."""
        if asked["service"] == Service.PROCEDURE:
            return self.province.call(Service.PROCEDURE, maTTHC=asked.get("maTTHC", ""))
        listed = self.province.call(Service.PROCEDURES).get("result", [])
        return _said(Code.OK, "", [{"MATTHC": one["MATTHC"], "TENTTHC": one["TENTTHC"]} for one in listed])

    async def home(self, request: Request) -> Response:
        listed = await asyncio.to_thread(self.province.call, Service.PROCEDURES)
        return pages.answer(pages.home(self.store, self.fault, listed.get("result", [])))

    async def dossier(self, request: Request) -> Response:
        code = request.query_params.get("ma", "")
        held = self.store.dossiers.get(code)
        if held is None:
            return pages.answer(pages.told("Không có", "Cổng không có hồ sơ này."), 404)
        return pages.answer(pages.dossier(code, held))

    async def set_fault(self, request: Request) -> Response:
        given = await _form(request)
        way = given.get("cach", "")
        if way not in faults.NAMES:
            return pages.answer(pages.told("Chưa đặt được", "Không có sự cố này."), 422)
        self.fault = Fault(way, _whole(given.get("lan", ""), -1), _seconds(given.get("giay", "")))
        return pages.answer(pages.told("Đã đặt", dict(faults.WAYS)[way]))

    async def fill(self, request: Request) -> Response:
        """A filled-in filing of the chosen procedure."""
        return await asyncio.to_thread(
            self._fill, request.query_params.get("ma", ""), request.query_params.get("noi", "")
        )

    def _fill(self, code: str, place: str) -> Response:
        listed = self.province.call(Service.PROCEDURE, maTTHC=code)
        if not listed.get("result"):
            return pages.answer(pages.told("Chưa nộp được", str(listed.get("message", ""))), 404)
        found = listed["result"][0]
        places = found["DONVITIEPNHAN"]
        item = self.sample(found, place or (places[0]["MADONVI"] if places else ""))
        return pages.answer(pages.filing(item, found["TENTTHC"], places))

    async def example(self, request: Request) -> Response:
        """A filled-in filing as JSON, for the demo's player."""
        code, place = (request.query_params.get(name, "") for name in ("ma", "noi"))
        listed = await asyncio.to_thread(self.province.call, Service.PROCEDURE, maTTHC=code)
        if not listed.get("result"):
            return JSONResponse(listed, 404)
        return JSONResponse(self.sample(listed["result"][0], place))

    def sample(self, procedure: dict[str, Any], place: str) -> dict[str, Any]:
        person = samples.person(secrets.randbelow(10**6))
        answers = samples.answers(procedure["BIEUMAU"], person)
        papers = samples.papers(procedure["BIEUMAU"], answers)
        return citizens.filing(citizens.new_number(), procedure, person, place, answers, papers)

    async def file(self, request: Request) -> Response:
        given = await _form(request)
        try:
            item = shapes.read(given.get("tin", "").encode())
        except shapes.Unreadable as wrong:
            return pages.answer(pages.told("Chưa nộp được", f"Nội dung không phải JSON: {wrong}"), 422)
        told = await asyncio.to_thread(self.send_filing, item)
        code = _code_of(told)
        if not code:
            return pages.answer(pages.told("Tỉnh không nhận", f"{told.get('error_code')}: {told.get('message')}"), 422)
        return pages.answer(pages.told("Đã nộp", f"Mã hồ sơ: {code}.", code))

    def send_filing(self, item: dict[str, Any]) -> dict[str, Any]:
        """The filing is kept first, so that whatever happens to the answer it is the same one when sent again."""
        self.store.keep_filing(str(item.get("MaGiaoDich", "")), {"MaDoiTuong": item.get("MaDoiTuong", "")})
        return self.province.call(Service.SYNC, isUpdating="False", data=[item])

    async def supplement(self, request: Request) -> Response:
        given = await _form(request)
        item = self._about(given) | {
            "DanhSachHoSoBoSung": [
                {
                    "HoSoBoSungId": given.get("yeu-cau", ""),
                    "NoiDungTraLoi": given.get("loi", ""),
                    "DanhSachGiayToBoSung": [samples.paper("bo_sung")],
                }
            ]
        }
        told = await asyncio.to_thread(self.province.call, Service.SYNC, isUpdating="True", data=[item])
        return self._citizen_told(told, "Đã gửi bổ sung")

    async def withdraw(self, request: Request) -> Response:
        given = await _form(request)
        item = self._about(given) | {"TrangThai": 7, "NoiDungXuLy": given.get("ly-do", "")}
        told = await asyncio.to_thread(self.province.call, Service.PROGRESS, data=[item])
        return self._citizen_told(told, "Đã rút hồ sơ")

    def _about(self, given: dict[str, str]) -> dict[str, Any]:
        held = self.store.dossiers.get(given.get("ma", ""), {})
        return {
            "MaGiaoDich": citizens.new_number(),
            "MaHoSo": given.get("ma", ""),
            "MaDoiTuong": held.get("MaDoiTuong", ""),
        }

    def _citizen_told(self, told: dict[str, Any], done: str) -> Response:
        code = _code_of(told)
        if not code:
            return pages.answer(pages.told("Tỉnh không nhận", f"{told.get('error_code')}: {told.get('message')}"), 422)
        return pages.answer(pages.told(done, f"Mã hồ sơ: {code}.", code))

    async def held(self, request: Request) -> Response:
        """For tests and the demo's player: everything held, as JSON."""
        return JSONResponse(
            {
                "dossiers": self.store.dossiers,
                "taken": self.store.taken,
                "repeated": self.store.repeated,
                "refused": self.store.refused,
            }
        )

    async def health(self, request: Request) -> Response:
        return PlainTextResponse("ok")

    async def style(self, request: Request) -> Response:
        return Response(pages.STYLE, media_type="text/css")


async def _form(request: Request) -> dict[str, str]:
    raw = await request.body()
    return {name: values[0] for name, values in parse_qs(raw.decode("utf-8", "replace")).items()}


def _code_of(told: dict[str, Any]) -> str:
    result = told.get("result") or [{}]
    return str(result[0].get("MaHoSo", "")) if told.get("error_code") == "00" else ""


def _whole(text: str, otherwise: int) -> int:
    plain = text.removeprefix("-")
    return int(text) if plain.isascii() and plain.isdigit() and len(plain) < 6 else otherwise


def _seconds(text: str) -> float:
    try:
        return min(float(text), faults.LONGEST_SLEEP) if text else 30.0
    except ValueError:
        return 30.0


def create() -> Starlette:
    """The application; its options come by the environment of the process."""
    env = os.environ
    unit = env.get("TINHSO_NATIONAL_UNIT", "")
    province = citizens.Province(
        env.get("NATIONAL_SIMULATOR_DOOR", "http://127.0.0.1:8000/cong-quoc-gia/"),
        unit,
        env.get("TINHSO_NATIONAL_DOOR_USER", "cong-quoc-gia"),
        env.get("TINHSO_NATIONAL_DOOR_SECRET", ""),
    )
    portal = Portal(
        env.get("NATIONAL_SIMULATOR_DATA", "var/national"),
        unit,
        env.get("TINHSO_NATIONAL_USER", ""),
        env.get("TINHSO_NATIONAL_SECRET", ""),
        province,
    )
    routes = [
        ("/", portal.home, "GET"),
        ("/ho-so", portal.dossier, "GET"),
        ("/nop", portal.fill, "GET"),
        ("/nop", portal.file, "POST"),
        ("/mau", portal.example, "GET"),
        ("/bo-sung", portal.supplement, "POST"),
        ("/rut", portal.withdraw, "POST"),
        ("/su-co", portal.set_fault, "POST"),
        ("/giu", portal.held, "GET"),
        ("/dang-nhap", portal.sign_in, "POST"),
        ("/dich-vu", portal.service, "POST"),
        ("/health", portal.health, "GET"),
        ("/style.css", portal.style, "GET"),
    ]
    return Starlette(routes=[Route(path, view, methods=[method]) for path, view, method in routes])


__all__ = ["Portal", "create"]
