"""Load for the fault tests: acts over HTTP and acts by a process of its own, each remembered once acknowledged.

Bounded: it ends when told to, and by itself after LONGEST seconds or MOST acts.
"""

from __future__ import annotations

import http.cookiejar
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, timedelta
from pathlib import Path

from tests.faults.stage import Stage
from tinhso.config import env

LONGEST = 300
MOST = 4000

# Two officers of an invented commune; the leader lends a role day by day. Prints the leader's session and assignment.
PEOPLE = """
import json
from django.db import transaction
from django.test import Client
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.testing.cast import make_account
unit = Unit.objects.filter(kind=UnitKind.COMMUNE_COMMITTEE).order_by("-valid_from", "code")[0]
with transaction.atomic():
    leader = make_account("fault.leader", "Người Giao", role="unit_leader", unit=unit)
    make_account("fault.receiver", "Người Nhận", role="desk_officer", unit=unit)
client = Client()
client.force_login(leader)
row = RoleAssignment.objects.get(account=leader)
print(json.dumps({"session": client.session.session_key, "assignment": row.pk}))
"""

# One act after another until killed or told; a line per acknowledged act.
WRITER = """
import sys, time
import django; django.setup()
from django.db import connection
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.services import persons
until, most, first = time.monotonic() + float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
actor, n = Actor.system("fault"), 0
while time.monotonic() < until and n < most:
    number = f"0420{first + n:08d}"
    try:
        persons.record_person(
            actor, full_name=f"Người Thử {n}", personal_number=number, is_simulated=True, source="fault"
        )
    except Exception as error:
        print("refused", number, type(error).__name__, flush=True)
        connection.close()
        time.sleep(0.2)
    else:
        print("done", number, flush=True)
    n += 1
"""


class HttpLoad(threading.Thread):
    """Posts delegations one after another; `acknowledged` holds the documents whose answer was the redirect."""

    def __init__(self, stage: Stage, session: str, assignment: int, name: str, offset: int) -> None:
        super().__init__(name=name, daemon=True)
        self.address = f"{stage.place.address}/tai-khoan/uy-quyen/"
        self.assignment, self.offset = assignment, offset
        self.stop_asked = threading.Event()
        self.acknowledged: list[str] = []
        self.failures = 0
        self.answers: dict[int, int] = {}
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _NoRedirect)
        self.opener.addheaders = [("Accept-Language", "vi")]
        self.cookie = f"sessionid={session}"

    def run(self) -> None:
        until = time.monotonic() + LONGEST
        n, token = 0, ""
        while not self.stop_asked.is_set() and time.monotonic() < until and n < MOST:
            document = f"{self.name}-{n}"
            try:
                token = token or self._token()
                code = self._post(document, n, token)
            except OSError:
                self.failures += 1
                token = ""
                time.sleep(0.1)
            else:
                self.answers[code] = self.answers.get(code, 0) + 1
                if code == 302:
                    self.acknowledged.append(document)
            n += 1

    def _token(self) -> str:
        request = urllib.request.Request(self.address, headers={"Cookie": self.cookie})
        page = self.opener.open(request, timeout=10)
        cookie = re.search(r"csrftoken=([^;]+)", " ".join(page.headers.get_all("Set-Cookie", [])))
        assert cookie, (page.status, page.url, page.headers)
        self.csrf = cookie[1]
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        assert found
        return found[1]

    def _post(self, document: str, n: int, token: str) -> int:
        first = date(2027, 1, 1) + timedelta(days=self.offset + n)
        data = {
            "csrfmiddlewaretoken": token,
            "assignment": self.assignment,
            "receiver": "fault.receiver",
            "valid_from": first.isoformat(),
            "valid_to": (first + timedelta(days=1)).isoformat(),
            "document": document,
        }
        headers = {"Cookie": f"{self.cookie}; csrftoken={self.csrf}", "Referer": self.address}
        request = urllib.request.Request(self.address, urllib.parse.urlencode(data).encode(), headers)
        try:
            with self.opener.open(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            return answer.code


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: object) -> None:
        return None


class Writer:
    """A process that acts through the services directly."""

    def __init__(self, stage: Stage, first: int) -> None:
        self.out = Path(stage.folder) / f"writer-{first}.txt"
        environment = stage.environment(DATABASE_URL=stage.url, TINHSO_SECRET_KEY=stage.place.secret("secret-key"))
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WRITER, str(LONGEST), str(MOST), str(first)],
                env=environment,
                cwd=env.ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def until_acknowledged(self, seconds: float) -> None:
        """Its acts go through (again)."""
        before, until = len(self.acknowledged), time.monotonic() + seconds
        while len(self.acknowledged) <= before + 5:
            assert time.monotonic() < until and self.process.poll() is None, self.out.read_text()[-2000:]
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(20)

    @property
    def acknowledged(self) -> list[str]:
        whole = self.out.read_text().rpartition("\n")[0]
        return [line.split()[1] for line in whole.splitlines() if line.startswith("done ")]
