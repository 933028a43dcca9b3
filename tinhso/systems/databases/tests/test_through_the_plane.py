"""One look-up all the way: a signed call, the real plane, this house's own web server, the register, the receipt."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections

from tinhso.engines.exchange import services as exchange
from tinhso.engines.exchange import trying
from tinhso.engines.exchange.connectors.registry import resolve
from tinhso.engines.exchange.plane import registry
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.running import plane
from tinhso.engines.exchange.rules import receipts
from tinhso.engines.exchange.rules.policy import Snapshot
from tinhso.engines.exchange.testing import World
from tinhso.engines.registers.models import Register
from tinhso.foundation.people.models import LookUp
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.databases.tests.test_served import granted, published, register, world

__all__ = ["register", "world"]
pytestmark = pytest.mark.django_db


class Quiet(WSGIRequestHandler):
    """Says nothing of what it answers."""

    def log_message(self, *_args: object) -> None: ...


@pytest.fixture
def web(settings: Any) -> Iterator[None]:
    """The product's own web server. It answers on the test's connection: what it writes is rolled back with it."""
    product, ours = WSGIHandler(), connections["default"]

    def answered(environ: Any, start: Any) -> Any:
        connections["default"] = ours
        return product(environ, start)

    ours.inc_thread_sharing()
    # As the test client does: between requests nothing is closed, for the transaction lives on.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    server = make_server("127.0.0.1", 0, answered, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EXCHANGE_CONNECTORS_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ALLOWED_HOSTS = ["*"]
    yield
    server.shutdown()
    server.server_close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    ours.dec_thread_sharing()


JSONB = 3802


def policy(instance: str) -> Snapshot:
    """The registry as the plane reads it, from rows that are not committed."""
    found = []
    with connection.cursor() as cursor:
        for sql in (registry.SUBSYSTEMS, registry.SERVICES, registry.AGREEMENTS, registry.KEYS, registry.PEERS):
            # In a transaction now() is when it began: before these rows.
            cursor.execute(sql.replace("now()", "clock_timestamp()"))
            columns = cursor.description or []
            found.append([_row(columns, row) for row in cursor.fetchall()])
    return registry.snapshot(instance, *found, resolve=resolve)


def _row(columns: Any, row: tuple[Any, ...]) -> dict[str, Any]:
    # Django's connection hands JSON over as text; the plane's own reads it.
    return {
        column.name: json.loads(value) if column.type_code == JSONB and isinstance(value, str) else value
        for column, value in zip(columns, row, strict=True)
    }


@pytest.fixture
def running(web: None, world: World, register: Register, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """call(key, **changed headers) → (status, body), and where the receipts lie."""
    agreement = granted(world, published(world))
    issued = exchange.issue_token_key(actor=world.askers, subsystem=world.client, name="máy")
    snapshot, name = policy(settings.EXCHANGE_INSTANCE), world.client.identifier
    ready, stop, found = threading.Event(), asyncio.Event(), {}

    async def run() -> None:
        made = Config(folder=tmp_path, instance=settings.EXCHANGE_INSTANCE, root_seconds=0.05)
        async with plane(made) as (one, port):
            one.learn(snapshot)
            found.update(port=port, loop=asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(10)

    def call(key: str, **changed: str) -> tuple[int, Any]:
        headers = {
            "X-Road-Client": name,
            "X-Tinhso-Purpose": quote("Giải quyết"),
            "X-Tinhso-Dossier": "A01-7",
            "Authorization": f"Bearer {trying.token(issued.private_pem, issued.key.thumbprint, name)}",
        } | changed
        line = http.client.HTTPConnection("127.0.0.1", found["port"], timeout=10)
        line.request("GET", f"/r1/{agreement.service.identifier}/records/{key}", headers=headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())

    yield call, tmp_path
    found["loop"].call_soon_threadsafe(stop.set)
    thread.join(10)


def receipts_in(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(payload[receipts.SIGNATURE :])
        for segment in sorted(folder.glob("*.seg"))
        for payload in receipts.unframed(segment.read_bytes())
    ]


def test_a_signed_call_brings_granted_fields_a_receipt_and_a_line_the_person_reads(running: Any, cast: Cast) -> None:
    call, folder = running
    person = cast.citizen.person
    assert person is not None
    number = str(person.personal_number)
    status, body = call(number)
    assert status == 200, body
    assert body["values"] == {"full_name": "Nguyễn Văn A", "born_on": "1990-01-02"}
    looked = LookUp.objects.get(person=person)
    assert looked.account_label == "Phường Đông Hải · Dịch vụ công" and "A01-7" in looked.purpose
    # Nobody's key, another's name, no such record: an answer in words, and nothing is looked up.
    assert call(number, Authorization="Bearer x.y.z")[0] == 401
    assert call(number, **{"X-Road-Client": "TS/GOV/ZZ/X"})[0] in (401, 403)
    assert call("042000000000")[0] == 404
    assert LookUp.objects.count() == 1
    kept = receipts_in(folder)
    assert [one["status"] for one in kept] == [200, 401, 401, 404]
