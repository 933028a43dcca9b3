"""Portals on loopback that go wrong in every way, and sources that read them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from tinhso.foundation.access.guard import Actor
from tinhso.systems.opendata.harvest import services, sitting
from tinhso.systems.opendata.harvest.models import Run, Source
from tinhso.systems.opendata.harvest.rules import Bounds
from tinhso.systems.opendata.harvest.simulator.app import Portal, handler_of, made_up

SYSTEM = Actor.system("kiểm thử")
PATHS = {"ckan": "", "dcat": "/catalog.ttl", "csv": "/danh-sach.csv"}


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[ThreadingHTTPServer, Portal]]:
    portal = Portal([])
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(portal))
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made, portal
    made.shutdown()
    made.server_close()


@pytest.fixture
def portal(server: tuple[ThreadingHTTPServer, Portal], settings: Any) -> Portal:
    """Twelve datasets in pages of five, nothing wrong yet."""
    made, portal = server
    settings.HARVEST_MAY_REACH = frozenset({f"127.0.0.1:{made.server_port}"})
    portal.packages, portal.faults, portal.page, portal.asked = made_up(12), set(), 5, []
    return portal


@pytest.fixture
def add(db: None, server: tuple[ThreadingHTTPServer, Portal], portal: Portal) -> Callable[[str], Source]:
    def add(kind: str) -> Source:
        url = f"http://127.0.0.1:{server[0].server_port}{PATHS[kind]}"
        return services.add_source(actor=SYSTEM, code=f"nguon-{kind}", title=f"Nguồn {kind}", kind=kind, url=url)

    return add


def read(source: Source, **bounds: Any) -> Run:
    """One sitting now."""
    return sitting.harvest(actor=SYSTEM, source_id=source.pk, bounds=Bounds(**bounds))
