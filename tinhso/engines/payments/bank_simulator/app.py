"""The simulated bank's pages and machine addresses."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import secrets
import time
import urllib.error
import urllib.request
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tinhso.engines.payments import signatures, vietqr
from tinhso.engines.payments.bank_simulator import pages
from tinhso.engines.payments.bank_simulator.store import Store
from tinhso.foundation.text.asked import whole_number

MOST_BYTES = 64 * 1024
# How a payment may go wrong, for showing what the other side does about it.
FAULTS = ("", "amount", "purpose", "signature", "stale", "ten-times", "silent", "twice")
RETRIES = (0.5, 2, 5, 15)


class Bank:
    """One bank with any account that is named to it."""

    def __init__(self, folder: str, webhook: str, secret: str) -> None:
        self.store = Store(folder)
        self.webhook, self.secret = webhook, secret
        self.sending: set[asyncio.Task[None]] = set()

    async def pay_page(self, request: Request) -> Response:
        return pages.answer(pages.pay(request.query_params.get("qr", "")))

    async def pay(self, request: Request) -> Response:
        """A person 'pays' by the content of a QR code, as it is or with a fault chosen on the page."""
        raw = await request.body()
        if len(raw) > MOST_BYTES:
            return pages.answer(pages.refused("Nội dung quá dài."), 413)
        given = {name: values[0] for name, values in parse_qs(raw.decode("utf-8", "replace")).items()}
        fault = given.get("fault", "")
        try:
            code = vietqr.decode(given.get("qr", ""))
        except vietqr.BadCode as wrong:
            return pages.answer(pages.refused(f"Không đọc được mã VietQR: {wrong}."), 422)
        if fault not in FAULTS:
            return pages.answer(pages.refused("Không có cách trả này."), 422)
        amount = code.amount or _whole(given.get("amount", ""))
        if not amount:
            return pages.answer(pages.refused("Mã không ghi số tiền; hãy nhập số tiền."), 422)
        amount += 1000 if fault == "amount" else 0
        purpose = "chuyen tien" if fault == "purpose" else f"{code.purpose or code.bill} chuyen tien"
        payer = given.get("payer", "").strip()[:60] or "NGUOI TRA MO PHONG"
        made = [
            self.store.add(bank=code.bin, number=code.account, amount=amount, description=purpose, counterparty=payer)
            for _n in range(2 if fault == "twice" else 1)
        ]
        for movement in made:
            self._tell_credit(movement, fault)
        return pages.answer(pages.paid(made[0], fault))

    def _tell_credit(self, movement: dict[str, Any], fault: str) -> None:
        if fault == "silent":
            return
        body = {
            "type": "transaction.credited",
            "timestamp": movement["at"],
            "data": {
                "reference": movement["reference"],
                "account": {"bin": movement["bin"], "number": movement["number"]},
                "amount": movement["amount"],
                "currency": "VND",
                "description": movement["description"],
                "payer_name": movement["counterparty"],
                "paid_at": movement["at"],
            },
        }
        self.tell(body, fault, times=10 if fault == "ten-times" else 1)

    def tell(self, body: dict[str, Any], fault: str = "", times: int = 1) -> None:
        """Sends a signed message in the background, again after a while when it is not taken."""
        raw, number = json.dumps(body).encode(), f"msg_{secrets.token_hex(10)}"
        for _n in range(times):
            task = asyncio.create_task(self._deliver(raw, number, fault))
            self.sending.add(task)
            task.add_done_callback(self.sending.discard)

    async def _deliver(self, raw: bytes, number: str, fault: str) -> None:
        for wait in (0, *RETRIES):
            await asyncio.sleep(wait)
            when = int(time.time()) - (3600 if fault == "stale" else 0)
            secret = "whsec_AAAA" if fault == "signature" else self.secret
            headers = signatures.headers_for(secret, number, when, raw)
            status = await asyncio.to_thread(_post, self.webhook, raw, headers)
            if 200 <= status < 300 or fault in ("signature", "stale") or 400 <= status < 500:
                return

    async def statement(self, request: Request) -> Response:
        """`/statement?bin=&number=&day=&format=json|csv`: for the machine, signed as the messages are."""
        if not self._is_ours(request, request.url.query.encode()):
            return PlainTextResponse("signature", 401)
        asked = request.query_params
        try:
            day = date.fromisoformat(asked["day"]) if asked.get("day") else None
        except ValueError:
            return PlainTextResponse("day", 422)
        rows = self.store.of(asked.get("bin", ""), asked.get("number", ""), day)
        lines = [
            {name: one[name] for name in ("reference", "at", "amount", "description", "counterparty")} for one in rows
        ]
        if asked.get("format") == "csv":
            out = io.StringIO()
            writer = csv.DictWriter(out, ["reference", "at", "amount", "description", "counterparty"])
            writer.writeheader()
            writer.writerows(lines)
            return Response(out.getvalue(), media_type="text/csv; charset=utf-8")
        account = {"bin": asked.get("bin", ""), "number": asked.get("number", "")}
        return JSONResponse({"account": account, "lines": lines})

    def _is_ours(self, request: Request, body: bytes) -> bool:
        judged = signatures.judge([self.secret], request.headers, body, int(time.time()))
        return bool(self.secret) and judged.verdict == signatures.Verdict.GOOD

    async def transfer(self, request: Request) -> Response:
        """An order to pay out. The same order again is the same transfer; an account of zeros does not exist."""
        raw = await request.body()
        if len(raw) > MOST_BYTES or not self._is_ours(request, raw):
            return PlainTextResponse("signature", 401)
        order = json.loads(raw)
        told = {"order": order["order"], "at": pages.now()}
        if not order["to"]["number"].strip("0"):
            self.tell({"type": "transfer.failed", "data": told | {"reason": "tài khoản nhận không tồn tại"}})
            return JSONResponse({"status": "refused"})
        made = self.store.add(
            bank=order["from"]["bin"],
            number=order["from"]["number"],
            amount=-int(order["amount"]),
            description=f"{order['order']} hoan tra",
            counterparty=order["to"]["name"],
            order=order["order"],
        )
        self.tell({"type": "transfer.settled", "data": told | {"reference": made["reference"], "at": made["at"]}})
        return JSONResponse({"status": "accepted", "reference": made["reference"]})

    async def health(self, request: Request) -> Response:
        return PlainTextResponse("ok")

    async def style(self, request: Request) -> Response:
        return Response(pages.STYLE, media_type="text/css")


def _post(address: str, raw: bytes, headers: dict[str, str]) -> int:
    asked = urllib.request.Request(  # noqa: S310 - our own address, from the command line
        address, raw, {**headers, "content-type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def _whole(text: str) -> int:
    plain = text.replace(".", "").strip()
    return whole_number(plain, 12) or 0


def create() -> Starlette:
    """The application; its options come by the environment of the process."""
    env = os.environ
    bank = Bank(
        env.get("BANK_SIMULATOR_DATA", "var/bank"),
        env.get("BANK_SIMULATOR_WEBHOOK", "http://127.0.0.1:8000/thanh-toan/ngan-hang/"),
        env.get("TINHSO_BANK_SECRET", ""),
    )
    return Starlette(
        routes=[
            Route("/", bank.pay_page, methods=["GET"]),
            Route("/pay", bank.pay, methods=["POST"]),
            Route("/statement", bank.statement, methods=["GET"]),
            Route("/transfers", bank.transfer, methods=["POST"]),
            Route("/health", bank.health, methods=["GET"]),
            Route("/style.css", bank.style, methods=["GET"]),
        ]
    )
