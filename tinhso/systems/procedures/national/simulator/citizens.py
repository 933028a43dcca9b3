"""The portal's other side: what its citizens do is sent to the province's door, signed in, repeated until answered."""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.request
from typing import Any

from tinhso.systems.procedures.national.shapes import Service

TRIES = 3
PATIENCE = 30


class Province:
    """The province's door, as the portal calls it."""

    def __init__(self, door: str, unit: str, user: str, secret: str) -> None:
        self.door, self.unit, self.user, self.secret = door, unit, user, secret
        self.session = ""

    def call(self, service: Service, **fields: Any) -> dict[str, Any]:
        """One call; signs in when needed, tries again when nothing came back: the transaction's number makes it one."""
        told: dict[str, Any] = {}
        for tried in range(TRIES):
            if not self.session:
                self.session = str(
                    self._post("dang-nhap/", {"username": self.user, "password": self.secret}).get("session", "")
                )
            body = {"session": self.session, "madonvi": self.unit, "service": str(service), **fields}
            told = self._post("", body)
            if told.get("error_code") == "01":
                self.session = ""
            elif told:
                return told
            time.sleep(0.1 * tried)
        return told or {"error_code": "99", "message": "Tỉnh không trả lời.", "result": []}

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        asked = urllib.request.Request(  # noqa: S310 - the province's door, from the command line
            self.door + path, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
                raw = answer.read()
        except urllib.error.HTTPError as refused:
            raw = refused.read()
        except OSError:
            return {}
        try:
            told = json.loads(raw)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    def fetch(self, address: str) -> bytes:
        """A file named in a message, by the session."""
        self.call(Service.LOOK_UP, mahoso="-")
        asked = urllib.request.Request(address, headers={"session": self.session})  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
                return bytes(answer.read())
        except OSError:
            return b""


def filing(
    number: str, procedure: dict[str, Any], person: dict[str, str], place: str, answers: Any, papers: Any
) -> dict[str, Any]:
    """A dossier as a citizen with a proved identity files it."""
    return {
        "MaGiaoDich": number,
        "MaTTHC": procedure["MATTHC"],
        "PhienBan": procedure["PHIENBAN"],
        "MaDonViNhan": place,
        "ChuHoSo": person["full_name"],
        "LoaiDoiTuong": "1",
        "MaDoiTuong": person["personal_number"],
        "TaiKhoanDuocXacThucVoiVNeID": 1,
        "NgaySinh": person["born_on"].replace("-", ""),
        "GioiTinh": "female" if person["sex"] == "Nữ" else "male",
        "SoDienThoai": person["phone"],
        "Email": person["email"],
        "DiaChi": person["address"],
        "ToKhai": answers,
        "TaiLieuNop": papers,
    }


def new_number() -> str:
    """A transaction's number of the portal."""
    return f"QG{time.strftime('%y%m%d')}.{secrets.token_hex(8)}"
