"""The simulated portals, and what may go wrong with them."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, Namespace

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SUBJECTS = ("Trường học", "Trạm y tế", "Chợ", "Hồ chứa", "Bến xe", "Điểm du lịch", "Làng nghề", "Công viên")


@dataclass
class Portal:
    """What the portals hold. `faults`: "cut:N" (the Nth page breaks off, once), "slow:N", "loop", "lie", "junk"…"""

    packages: list[dict[str, Any]]
    faults: set[str] = field(default_factory=set)
    page: int = 100
    asked: list[str] = field(default_factory=list)

    def fault(self, name: str) -> bool:
        """Whether a fault is on now; one with a number happens once."""
        if name not in self.faults:
            return False
        if ":" in name:
            self.faults.discard(name)
        return True


def made_up(count: int) -> list[dict[str, Any]]:
    """Packages as CKAN tells them."""
    return [
        {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "name": f"du-lieu-{number}",
            "title": f"{SUBJECTS[number % len(SUBJECTS)]} (bộ {number})",
            "notes": "Dữ liệu mô phỏng của một cổng khác.",
            "metadata_modified": f"2026-01-01T{number // 60 % 24:02d}:{number % 60:02d}:00.000000",
            "license_id": "cc-by",
            "organization": {"title": "Cơ quan tỉnh bạn"},
            "tags": [{"name": "mô phỏng"}],
            "resources": [{"url": f"https://ban.example/tep/{number}.csv", "name": "Bảng", "format": "CSV"}],
        }
        for number in range(count)
    ]


def answer(portal: Portal, path: str, query: dict[str, str], base: str) -> tuple[bytes, str, int] | None:
    """The body, its kind, and the place in the walk that faults are named by."""
    if path == "/api/3/action/package_search":
        return packages(portal, query), "application/json", int(query.get("start", 0))
    if path == "/catalog.ttl":
        page = int(query.get("page", 1))
        return catalogue(portal, page, base), "text/turtle", page
    return (listing(portal), "text/csv", 0) if path == "/danh-sach.csv" else None


def handler_of(portal: Portal) -> type[BaseHTTPRequestHandler]:
    """A server of the three portals."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            return

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            portal.asked.append(self.path)
            told = answer(portal, parts.path, query, f"http://{self.headers['Host']}/catalog.ttl")
            if told is None:
                self.send_error(404)
            else:
                self._say(*told)

        def _say(self, body: bytes, kind: str, place: int) -> None:
            mark = f'"{hash(body)}"'
            if self.headers.get("If-None-Match") == mark:
                self.send_response(304)
                self.end_headers()
                return
            if portal.fault(f"500:{place}"):
                self.send_error(500)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", mark)
            self.end_headers()
            if portal.fault(f"cut:{place}"):
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            if portal.fault(f"drip:{place}"):
                self._drip(body)
                return
            self.wfile.write(body)

        def _drip(self, body: bytes) -> None:
            """One byte at a time, for ever as the asker sees it."""
            try:
                for place in range(min(len(body), 400)):
                    self.wfile.write(body[place : place + 1])
                    self.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                return

    return Handler


def packages(portal: Portal, query: dict[str, str]) -> bytes:
    """`package_search`: a window of the packages in the order of change, since a moment when asked."""
    if "junk" in portal.faults:
        return b"<html>"
    since = query.get("fq", "").partition("[")[2].partition(" TO")[0].rstrip("Z")
    known = sorted(portal.packages, key=lambda one: (one["metadata_modified"], str(one["id"])))
    known = [one for one in known if one["metadata_modified"] >= since]
    start = 0 if "loop" in portal.faults else int(query.get("start", 0))
    results = known[start : start + min(int(query.get("rows", 10)), portal.page)]
    count: Any = len(known)
    if "lie" in portal.faults:
        count = 10**6
    if "nonsense" in portal.faults:
        count = "rất nhiều"
    return json.dumps({"success": True, "result": {"count": count, "results": results}}).encode()


def catalogue(portal: Portal, page: int, base: str) -> bytes:
    """A page of the DCAT catalogue in Turtle."""
    graph = Graph()
    shown = portal.packages[(page - 1) * portal.page : page * portal.page]
    for one in shown:
        node, file = (
            URIRef(f"https://ban.example/bo/{one['name']}"),
            URIRef(f"https://ban.example/bo/{one['name']}#tep"),
        )
        graph.add((node, RDF.type, DCAT.Dataset))
        graph.add((node, DCTERMS.identifier, Literal(one["id"])))
        graph.add((node, DCTERMS.title, Literal(one["title"], lang="vi")))
        graph.add((node, DCTERMS.title, Literal("Something", lang="en")))
        graph.add((node, DCTERMS.modified, Literal(one["metadata_modified"])))
        graph.add((node, DCAT.distribution, file))
        graph.add((file, DCAT.downloadURL, URIRef(one["resources"][0]["url"])))
    onward = page + 1 if page * portal.page < len(portal.packages) else 0
    if "endless" in portal.faults:
        onward = page + 1
    if "loop" in portal.faults:
        onward = 1
    if onward:
        graph.add(
            (URIRef(f"{base}?page={page}"), HYDRA.nextPage, Literal(f"{base}?page={onward}" if onward > 1 else base))
        )
    return graph.serialize(format="turtle", encoding="utf-8")


def listing(portal: Portal) -> bytes:
    """The CSV list, as offices write it: semicolons, a byte order mark, Vietnamese heads."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Mã", "Tên bộ dữ liệu", "Mô tả", "Đường dẫn", "Định dạng", "Từ khóa"])
    for one in portal.packages:
        writer.writerow([one["name"], one["title"], one["notes"], one["resources"][0]["url"], "CSV", "a; b"])
    return out.getvalue().encode("utf-8-sig")
