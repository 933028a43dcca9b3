"""What our processes are told about the installation, and how a command finds its database."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator

from tinhso.config import env
from tinhso.faces.cli import postgres
from tinhso.faces.cli.place import HOST, Place
from tinhso.faces.cli.words import Trouble, _

BUSY_DATABASE = _("PostgreSQL của thư mục {folder} đang do tiến trình khác khởi động. Hãy đợi một lát rồi chạy lại.")


def apply(place: Place, database_url: str, **more: str) -> dict[str, str]:
    """Puts the installation's settings into this process's environment, and returns it for children."""
    os.environ["TINHSO_DATA"] = str(place.data)
    os.environ["PORT"] = str(place.port)
    os.environ["DATABASE_URL"] = database_url
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.config.settings"
    os.environ.setdefault("TINHSO_SECRET_KEY", place.secret("secret-key"))
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    os.environ.update(more)
    return dict(os.environ)


def for_demo(place: Place, push_port: int, vneid_port: int, bank_port: int) -> dict[str, str]:
    """What makes a demo a demo: marked so on every screen, a simulated identity provider and bank beside it."""
    return {
        "TINHSO_DEMO": "1",
        "TINHSO_PUSH_PORT": str(push_port),
        "TINHSO_PUSH_URL": os.environ.get("TINHSO_PUSH_URL") or f"http://{HOST}:{push_port}",
        "TINHSO_VNEID_PORT": str(vneid_port),
        "TINHSO_VNEID_URL": os.environ.get("TINHSO_VNEID_URL") or f"http://{HOST}:{vneid_port}",
        "TINHSO_BANK_PORT": str(bank_port),
        "TINHSO_BANK_URL": os.environ.get("TINHSO_BANK_URL") or f"http://{HOST}:{bank_port}",
        "TINHSO_BANK_SECRET": os.environ.get("TINHSO_BANK_SECRET") or place.secret("bank-messages"),
    }


def national_portal(place: Place, port: int) -> dict[str, str]:
    """The simulated national portal of the demo, unless a real one is given."""
    if os.environ.get("TINHSO_NATIONAL_URL"):
        return {}
    return {
        "TINHSO_NATIONAL_PORT": str(port),
        "TINHSO_NATIONAL_URL": f"http://{HOST}:{port}",
        "TINHSO_NATIONAL_UNIT": os.environ.get("TINHSO_NATIONAL_UNIT") or own_identifier(),
        "TINHSO_NATIONAL_USER": "tinh-mo-phong",
        "TINHSO_NATIONAL_SECRET": place.secret("national-portal"),
        "TINHSO_NATIONAL_DOOR_SECRET": os.environ.get("TINHSO_NATIONAL_DOOR_SECRET") or place.secret("national-door"),
        "TINHSO_NATIONAL_IS_SIMULATED": "1",
    }


def national_reports(place: Place, port: int) -> dict[str, str]:
    """The simulated national reporting system of the demo, unless a real one is given."""
    if os.environ.get("TINHSO_REPORTS_URL"):
        return {}
    return {
        "TINHSO_REPORTS_PORT": str(port),
        "TINHSO_REPORTS_URL": f"http://{HOST}:{port}",
        "TINHSO_REPORTS_SECRET": place.secret("national-reports"),
    }


def national_data(place: Place, port: int) -> dict[str, str]:
    """The simulated national data platform behind the exchange's connectors, unless a real one is given."""
    if os.environ.get("TINHSO_NATIONAL_DATA_URL"):
        return {}
    return {
        "TINHSO_NATIONAL_DATA_PORT": str(port),
        "TINHSO_NATIONAL_DATA_URL": f"http://{HOST}:{port}",
        "TINHSO_NATIONAL_DATA_CLIENT": "tinh-mo-phong",
        "TINHSO_NATIONAL_DATA_SECRET": place.secret("national-data"),
    }


def own_identifier() -> str:
    """The province's identifier (Decision 20/2020) as its seed states it; "" where several provinces are seeded."""
    named = os.environ.get("TINHSO_PROVINCE") or "*"
    seeds = list((env.ROOT / "tinhso" / "foundation" / "orgs" / "seeds").glob(f"{named}/province.json"))
    return str(json.loads(seeds[0].read_text(encoding="utf-8")).get("identifier", "")) if len(seeds) == 1 else ""


def trust_service(port: int) -> dict[str, str]:
    """The simulated remote signing service of the demo, unless a real one is given."""
    if os.environ.get("TINHSO_CSC_URL"):
        return {}
    return {"TINHSO_TRUST_PORT": str(port), "TINHSO_CSC_URL": f"http://{HOST}:{port}"}


def harvested_portals(port: int) -> dict[str, str]:
    """The simulated portals of other places, whose datasets the demo takes in."""
    return {"TINHSO_HARVEST_PORT": str(port), "TINHSO_HARVEST_SIMULATOR": f"http://{HOST}:{port}"}


def exchange(port: int) -> dict[str, str]:
    """The exchange's data plane of the demo, on the loopback, unless one is given."""
    if os.environ.get("TINHSO_EXCHANGE_URL"):
        return {}
    return {"TINHSO_EXCHANGE_PORT": str(port), "TINHSO_EXCHANGE_URL": f"http://{HOST}:{port}"}


@contextlib.contextmanager
def database(place: Place) -> Iterator[str]:
    """The database of a single command: the one given, the one that runs, or ours started for the moment."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        postgres.check_given(given)
        yield given
        return
    running = place.state().get("database_url", "")
    if running:
        yield str(running)
        return
    if not (place.postgres / "PG_VERSION").exists():
        raise Trouble(
            _("Chưa có dữ liệu trong {folder}. Hãy chạy “make demo” trước, hoặc đặt DATA=… hay DATABASE_URL.").format(
                folder=place.data
            )
        )
    with place.lock("postgres", BUSY_DATABASE):
        server = postgres.own_server(place)
        try:
            server.start()
            yield server.url
        finally:
            server.stop()


@contextlib.contextmanager
def django(place: Place) -> Iterator[None]:
    """Within, Django is set up on the installation's database."""
    with database(place) as url:
        demo = place.state().get("demo") or os.environ.get("TINHSO_DEMO") or (place.data / "demo").exists()
        apply(place, url, **({"TINHSO_DEMO": "1"} if demo else {}))
        setup()
        yield


def setup() -> None:
    import django as framework
    from django.utils import translation

    from tinhso.faces.cli.words import language

    framework.setup()
    translation.activate(language())


def this_command(*words: str) -> list[str]:
    """The same `tinhso`, in a process of its own."""
    return [sys.executable, "-m", "tinhso.faces.cli.main", *words]


def pip_settings() -> dict[str, str]:
    """The package index this machine's pip is set up for, told to uv; as requirements/bootstrap.py does."""
    found = dict(os.environ)
    for theirs, ours in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if os.environ.get(theirs):
            found.setdefault(ours, os.environ[theirs])
    return found
