"""Evidence outlives the process: killed at any moment, copied once, stamped when the authority answers."""

from __future__ import annotations

import fcntl
import http.client
import http.server
import io
import json
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from tinhso.engines.exchange.models import Message
from tinhso.engines.exchange.plane import copying
from tinhso.engines.exchange.plane.journal import own_key
from tinhso.engines.exchange.plane.shared import Rates, Seen
from tinhso.engines.exchange.plane.trace import Trace
from tinhso.engines.exchange.receipt_files import bundle
from tinhso.engines.exchange.rules import receipts
from tinhso.engines.exchange.tests.plane_world import CLIENT, SERVICE, world


def _kept(folder: Path) -> set[str]:
    return {
        json.loads(payload[64:])["id"]
        for segment in folder.glob("*.seg")
        for payload in receipts.unframed(segment.read_bytes())
    }


def test_killed_in_full_flight_no_acknowledged_call_lacks_its_receipt(tmp_path: Path) -> None:
    with world(tmp_path / "provider") as w:
        base = w.base.services[SERVICE].base_url
        command = [sys.executable, "-m", "tinhso.engines.exchange.tests.killed_plane", str(tmp_path / "killed"), base]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        port, *tokens = process.stdout.readline().split()
        acknowledged: list[str] = []

        def flood(token: str) -> None:
            line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
            headers = {"X-Road-Client": CLIENT, "Authorization": f"Bearer {token}"}
            try:
                while True:
                    line.request("GET", f"/r1/{SERVICE}/persons/7", headers=headers)
                    answer = line.getresponse()
                    answer.read()
                    assert answer.status == 200
                    acknowledged.append(answer.headers["X-Road-Request-Id"])
            except (OSError, http.client.HTTPException):
                return

        threads = [threading.Thread(target=flood, args=(token,)) for token in tokens]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 10
        while len(acknowledged) < 200 and time.monotonic() < until:
            time.sleep(0.005)
        process.kill()
        process.wait()
        for thread in threads:
            thread.join(5)
    kept = _kept(tmp_path / "killed")
    assert len(acknowledged) >= 200 and not set(acknowledged) - kept


def test_a_torn_end_is_seen_and_the_whole_receipts_before_it_stay() -> None:
    payloads = [bytes([number]) * 100 for number in range(3)]
    data = b"".join(map(receipts.framed, payloads))
    assert list(receipts.unframed(data)) == payloads
    assert list(receipts.unframed(data[:-1])) == payloads[:2]
    assert list(receipts.unframed(data[:120] + b"!" + data[121:])) == payloads[:1]


def test_a_token_and_a_rate_are_one_for_all_processes_of_a_plane(tmp_path: Path) -> None:
    now = time.time()
    one, two = Seen(tmp_path / "t", 64), Seen(tmp_path / "t", 64)
    assert one.first_time("a", now + 60, now) and not two.first_time("a", now + 60, now)
    assert two.first_time("a", now + 200, now + 61)
    first, second = Rates(tmp_path / "r", 64), Rates(tmp_path / "r", 64)
    assert [table.wait(5, 3, now) > 0 for table in (first, second, first, second)] == [False, False, False, True]
    assert second.wait(5, 3, now + 20.1) == 0


class Authority(http.server.BaseHTTPRequestHandler):
    """openssl as the time-stamping authority."""

    folder: Path

    def do_POST(self) -> None:
        (self.folder / "q").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        _openssl(self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q", "-out", "a")
        self.send_response(200)
        self.end_headers()
        self.wfile.write((self.folder / "a").read_bytes())

    def log_message(self, format: str, *args: Any) -> None:
        return


CONFIGURATION = """[tsa]
default_tsa = t
[t]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
certs = tsa.pem
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_chain = no
"""


def _openssl(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=True)


def _url() -> str:
    at = connection.settings_dict
    return f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_evidence_is_copied_once_and_its_roots_are_stamped(tmp_path: Path) -> None:
    tsa = tmp_path / "tsa"
    tsa.mkdir()
    (tsa / "tsa.cnf").write_text(CONFIGURATION)
    (tsa / "serial").write_text("01\n")
    usage = "extendedKeyUsage=critical,timeStamping"
    new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-days", "2"]
    _openssl(tsa, *new, "-subj", "/CN=tsa", "-addext", usage)
    Authority.folder = tsa
    server = http.server.HTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with world(tmp_path / "plane") as w:
        for _ in range(5):
            w.call(f"/r1/{SERVICE}/persons/7")
    url = _url()
    with psycopg.connect(url, autocommit=True) as line:
        address = copying.over_http(f"http://127.0.0.1:{server.server_port}")
        for _ in range(2):  # a copier that starts again after a crash
            copying.Copier(tmp_path / "plane", url, address).once(line)
        assert line.execute("SELECT count(*), count(batch_id) FROM exchange_message").fetchone() == (5, 5)
        found = line.execute("SELECT root, stamp FROM exchange_merklebatch").fetchall()
        # Segments go only when the database holds them whole; a crash in the middle of that costs nothing.
        (segment,) = (tmp_path / "plane").glob("*.seg")
        segment.with_suffix(".roots").unlink()
        assert copying.Copier(tmp_path / "plane", url, kept_seconds=60).once(line) == 0 and segment.exists()
        assert copying.Copier(tmp_path / "plane", url, kept_seconds=0).once(line) == 0 and not segment.exists()
        assert line.execute("SELECT count(*), count(batch_id) FROM exchange_message").fetchone() == (5, 5)
    server.shutdown()
    _checked_offline(tmp_path, (tsa / "tsa.pem").read_bytes())
    (tsa / "root").write_bytes(found[0][0])
    (tsa / "stamp.tsr").write_bytes(found[0][1])
    said = _openssl(tsa, "ts", "-verify", "-data", "root", "-in", "stamp.tsr", "-CAfile", "tsa.pem")
    assert b"OK" in said.stdout + said.stderr


def _checked_offline(tmp_path: Path, authority: bytes) -> None:
    """Every receipt as a ZIP, unpacked and judged by openssl through the script in it; a touched one is refused."""
    plane = (tmp_path / "plane" / "plane.pem").read_bytes()
    for message in Message.objects.select_related("batch"):
        folder = tmp_path / str(message.uid)
        packed = bundle(message, plane_pem=plane, authority_pem=authority)
        zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
        done = subprocess.run(["sh", "kiem-tra.sh"], cwd=folder, capture_output=True, text=True)
        said = done.stdout + done.stderr
        assert done.returncode == 0 and "Root OK" in said and "Verification: OK" in said, said
    for name in ("r.json", "root"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert subprocess.run(["sh", "kiem-tra.sh"], cwd=folder, capture_output=True).returncode != 0
        (folder / name).write_bytes(whole)


def _segment(folder: Path, name: str, count: int, after: bytes = b"") -> Path:
    key, path = own_key(folder), folder / f"{name}.seg"
    traces = [Trace(str(uuid4()), "", time.time(), 0.0, "GET", b"") for _ in range(count)]
    texts = [receipts.canonical(one.receipt(200, b"", b"", 0)) for one in traces]
    path.write_bytes(b"".join(receipts.framed(key.sign(text) + text) for text in texts) + after)
    return path


@pytest.mark.django_db(transaction=True)
def test_a_segment_goes_only_when_it_is_copied_rooted_whole_and_no_longer_written(tmp_path: Path) -> None:
    fallen, torn, open_ = (_segment(tmp_path, *one) for one in (("a", 3), ("b", 2, b"\x09\0"), ("c", 1)))
    with psycopg.connect(_url(), autocommit=True) as line, open_.open("ab") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        assert copying.Copier(tmp_path, _url(), kept_seconds=60).once(line) == 6  # then it falls
        assert fallen.exists() and torn.exists()
        copier = copying.Copier(tmp_path, _url(), kept_seconds=0)
        assert copier.once(line) == 0 and fallen.exists()  # its process fell before the root: made first
        copier.once(line)
        assert not fallen.exists() and open_.exists() and torn.with_suffix(".torn").exists()
        sql = "SELECT segment, count(*), count(batch_id) FROM exchange_message GROUP BY 1 ORDER BY 1"
        assert line.execute(sql).fetchall() == [("a", 3, 3), ("b", 2, 0), ("c", 1, 0)]
