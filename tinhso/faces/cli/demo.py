"""`tinhso demo`: from nothing to a province at work on this machine, and back to nothing running on Ctrl-C."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import select
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tinhso.config import env
from tinhso.faces.cli import environment, postgres
from tinhso.faces.cli.place import HOST, Place, free_port, require_port
from tinhso.faces.cli.processes import Part, StopAsked, Supervisor, stoppable
from tinhso.faces.cli.words import Trouble, _, say

BUSY = _(
    "Thư mục {folder} đang được một bản khác dùng (tiến trình {pid}), tại {address}. Hãy mở địa chỉ đó; hoặc chạy thêm"
    " một bản bằng: make demo DATA=… PORT=…"
)
WEB_THREADS = 4
# Each thread that asks for memory gets an arena of its own, and what is freed in one is not used by the others: after
# a hundred PDF files by four threads a process held 220 MB with two arenas, 227 with as many as there were.
FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True)
class Plan:
    """What this start shall do."""

    play: bool = True
    seed: int = 2026


def run(place: Place, plan: Plan) -> None:
    """Serves until a stopping signal; whatever was started is stopped again, on every way out."""
    began = float(os.environ.get("TINHSO_BEGAN") or time.time())
    place.make()
    supervisor = Supervisor()
    with place.lock("demo", BUSY), stoppable():
        try:
            require_port(place.port)
            (place.data / "demo").touch()
            with subprocess.Popen(environment.this_command("build"), stdin=subprocess.DEVNULL):
                url = start_database(place, supervisor)
            push_port, vneid_port = free_port(place.port + 1), free_port(place.port + 2)
            more = environment.for_demo(place, push_port, vneid_port, free_port(place.port + 3))
            children = environment.apply(place, url, **more)
            children |= environment.trust_service(free_port(place.port + 4))
            children |= environment.national_portal(place, free_port(place.port + 5))
            children |= environment.national_reports(place, free_port(place.port + 6))
            children |= environment.harvested_portals(free_port(place.port + 7))
            children |= environment.national_data(place, free_port(place.port + 8))
            children |= environment.exchange(free_port(place.port + 9))
            place.write_state(database_url=url, push_port=push_port, demo=True)
            with Preparation(children, plan, began) as preparation:
                preparation.until_tables_stand()
                web, *others = parts(place, children, push_port)
                supervisor.add(web)
                wait_for_page(place, supervisor)
                # Each part loads Django anew; those that no page needs wait until the first page stands.
                for part in others:
                    supervisor.add(part)
                preparation.page_answers()
                preparation.until_played(supervisor)
            supervisor.watch()
        except StopAsked:
            say()
            say(_("Đang dừng…"))
        finally:
            supervisor.stop()
            place.forget_state()
    say(_("Đã dừng mọi tiến trình. Dữ liệu còn nguyên trong {folder}.").format(folder=place.data))


def start_database(place: Place, supervisor: Supervisor) -> str:
    """By the order of DESIGN 4; returns the address for our processes."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        say("» " + postgres.check_given(given))
        return given
    is_new = not (place.postgres / "PG_VERSION").exists()
    server = postgres.own_server(place)
    say(f"» {server.description}" + (_(", kho dữ liệu mới") if is_new else ""))
    supervisor.add(server)
    server.ensure_database()
    return server.url


class Preparation:
    """The one helper process that holds Django: tables and province; once the page answers, demo work and welcome.

    One process, because starting Django costs a second or two; a process of its own, because the launcher stays small
    and must be free to stop it. It tells its progress on a pipe and hears on its input that the first page answers.
    """

    def __init__(self, children: dict[str, str], plan: Plan, began: float) -> None:
        listening, telling = os.pipe()
        words = [f"--tell={telling}", f"--seed={plan.seed}", f"--began={began}"]
        command = environment.this_command("prepare", *words, *([] if plan.play else ["--no-play"]))
        self.process = subprocess.Popen(
            command, env=children, stdin=subprocess.PIPE, pass_fds=(telling,), start_new_session=True
        )
        os.close(telling)
        self.told = os.fdopen(listening)

    def __enter__(self) -> Preparation:
        return self

    def __exit__(self, *ended: object) -> None:
        self.told.close()
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            self.process.kill()
            self.process.wait()

    def until_tables_stand(self) -> None:
        self._hear(None)

    def until_played(self, supervisor: Supervisor) -> None:
        self._hear(supervisor)
        self.process.wait(60)

    def _hear(self, supervisor: Supervisor | None) -> None:
        """Waits for its next word, with an eye on the others meanwhile."""
        while not select.select([self.told], [], [], 0.25)[0]:
            if supervisor:
                supervisor.look_once()
        if not self.told.readline():
            self.process.wait()
            raise Trouble("")  # it has already said why

    def page_answers(self) -> None:
        """Lets it go on to the demo work, which people may already watch."""
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(b"page\n")
            self.process.stdin.flush()


def parts(place: Place, children: dict[str, str], push_port: int) -> list[Part]:
    """The processes of a running installation, the web first."""
    web = granian("wsgi", "tinhso.config.wsgi:application", place.port, env.number("WEB_WORKERS", 2), WEB_THREADS)
    found = [
        Part("web", web, children | FEW_ARENAS, place.logs / "web.log"),
        Part("worker", environment.this_command("worker"), children, place.logs / "worker.log"),
    ]
    if has_module("tinhso.config.asgi"):
        push = granian("asgi", "tinhso.config.asgi:application", push_port, 1)
        found.append(Part("push", push, children, place.logs / "push.log"))
    if has_module("tinhso.foundation.people.vneid_simulator"):
        simulator = [sys.executable, "-m", "tinhso.foundation.people.vneid_simulator"]
        found.append(Part("vneid", simulator, children, place.logs / "vneid.log"))
    if has_module("tinhso.engines.payments.bank_simulator"):
        simulator = [sys.executable, "-m", "tinhso.engines.payments.bank_simulator"]
        found.append(Part("bank", simulator, children, place.logs / "bank.log"))
    if "TINHSO_NATIONAL_PORT" in children:
        simulator = [sys.executable, "-m", "tinhso.systems.procedures.national.simulator"]
        found.append(Part("national", simulator, children, place.logs / "national.log"))
    if "TINHSO_REPORTS_PORT" in children:
        simulator = [sys.executable, "-m", "tinhso.systems.reporting.national.simulator"]
        found.append(Part("reports", simulator, children, place.logs / "reports.log"))
    if "TINHSO_NATIONAL_DATA_PORT" in children:
        simulator = [sys.executable, "-m", "tinhso.engines.exchange.simulator"]
        found.append(Part("national-data", simulator, children, place.logs / "national-data.log"))
    if "TINHSO_TRUST_PORT" in children:
        simulator = [sys.executable, "-m", "tinhso.engines.signing.simulator"]
        found.append(Part("trust", simulator, children, place.logs / "trust.log"))
    if "TINHSO_HARVEST_PORT" in children:
        simulator = [sys.executable, "-m", "tinhso.systems.opendata.harvest.simulator"]
        found.append(Part("harvest", simulator, children, place.logs / "harvest.log"))
    if "TINHSO_EXCHANGE_PORT" in children:
        found.append(Part("exchange", environment.this_command("exchange"), children, place.logs / "exchange.log"))
    return found


def granian(interface: str, application: str, port: int, workers: int, threads: int = 0) -> list[str]:
    program = [str(Path(sys.executable).parent / "granian"), "--interface", interface, application]
    limits = ["--host", os.environ.get("TINHSO_HOST") or HOST, "--port", str(port), "--workers", str(workers)]
    if interface == "asgi":
        # An open stream is a request under way: without this the server takes 1,024 of them and lets the rest wait.
        most = env.number("PUSH_CLIENTS", 2000) + 200
        limits += ["--backlog", "4096", "--backpressure", str(most), "--workers-kill-timeout", "5"]
    if threads:
        limits += ["--blocking-threads", str(threads), "--backpressure", "64"]
    return [*program, *limits, "--no-ws", "--respawn-failed-workers", "--log-level", "warning"]


def has_module(name: str) -> bool:
    with contextlib.suppress(ModuleNotFoundError):
        return importlib.util.find_spec(name) is not None
    return False


def wait_for_page(place: Place, supervisor: Supervisor, seconds: float = 180) -> None:
    """Until the first page answers; a web process that cannot start is told with the end of its log."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if page_answers(place):
            return
        supervisor.look_once()
        time.sleep(0.1)
    raise Trouble(
        _("Trang web không trả lời sau {seconds} giây. Xem {log}; “tinhso doctor” nói thêm điều gì sai.").format(
            seconds=int(seconds), log=place.logs / "web.log"
        )
    )


def page_answers(place: Place) -> bool:
    try:
        urllib.request.urlopen(place.address, timeout=30).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True
