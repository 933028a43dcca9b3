"""How the simulated portal can be told to fail, so many times or until told otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

WAYS = (
    ("", "Hoạt động bình thường"),
    ("timeout", "Không trả lời (quá giờ)"),
    ("500", "Lỗi máy chủ 500"),
    ("cut", "Đứt kết nối trước khi nhận"),
    ("lost", "Nhận rồi mà câu trả lời bị mất"),
    ("session", "Quên mọi phiên đăng nhập"),
    ("refuse", "Từ chối mọi tin"),
    ("garbage", "Trả lời không phải JSON"),
)
NAMES = frozenset(name for name, _label in WAYS)
LONGEST_SLEEP = 60.0


@dataclass
class Fault:
    """The fault set now: `times` is how often it still strikes, -1 for always."""

    way: str = ""
    times: int = -1
    seconds: float = 30.0

    def strike(self) -> str:
        """The fault for this call, counted down; "" when there is none."""
        if not self.way or self.times == 0:
            return ""
        self.times -= self.times > 0
        return self.way


async def before(way: str, seconds: float) -> Response | None:
    """What happens instead of taking the message."""
    if way == "timeout":
        await asyncio.sleep(min(seconds, LONGEST_SLEEP))
        return PlainTextResponse("", 504)
    if way == "500":
        return PlainTextResponse("lỗi máy chủ", 500)
    if way == "cut":
        return cut()
    if way == "garbage":
        return PlainTextResponse("<html>bảo trì</html>")
    if way == "session":
        return JSONResponse({"error_code": "01", "message": "Phiên đã hết hạn.", "result": []})
    if way == "refuse":
        return JSONResponse({"error_code": "99", "message": "Cổng từ chối (mô phỏng).", "result": []})
    return None


def cut() -> Response:
    """An answer that promises more than it brings: the client sees a connection that broke off."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"error_code": "0'

    return StreamingResponse(half(), headers={"content-length": "4096"}, media_type="application/json")
