"""Hostile text in every field of every form that each member of the cast can reach: always an answer, never a 500.

Forms are found by opening every route (with real objects where a route names one) and reading the page, so a form that
is added tomorrow is tried tomorrow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.gates import READERS, fault, gate_at, lets_in, reads
from tests.site import Site
from tinhso.foundation.testing.objects import routes
from tinhso.foundation.testing.sessions import another_window, settled, sign_in

pytestmark = pytest.mark.long

# So many open a page that names no object.
PLAIN_READERS = 3
SCRIPT = "<script>alert('tinhso')</script>"
HOSTILE = (
    SCRIPT,
    "'; DROP TABLE people_account; --",
    '"><img src=x onerror=alert(1)>',
    "ddawng kys khai sinh",
    unicodedata.normalize("NFD", "Nguyễn Thị Đặng Hường"),
    "a\x00b",
    "\u202eexe.gnp\u200b\ufeff",
    "{{ settings.SECRET_KEY }} {% load x %} %(name)s %s {0}",
    "../../../../etc/passwd",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "٣٤",
    "²",
    "2026-02-30",
    "😀" * 60,
    "ễ" * 12_000,
    "\r\nSet-Cookie: a=b",
    "null",
    "[]",
    "",
)


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: where it goes, its fields with what they hold, and which take free text."""

    method: str
    action: str
    fields: tuple[tuple[str, str], ...]
    free: frozenset[str]


class _Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Form] = []
        self._open: tuple[str, str] | None = None
        self._fields: list[tuple[str, str]] = []
        self._free: set[str] = set()
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = (a.get("method", "get").lower(), urljoin(self.address, a.get("action") or self.address))
            self._fields, self._free = [], set()
        elif self._open is None:
            return
        elif tag == "select":
            self._select = a.get("name", "")
        elif tag == "option" and self._select and all(name != self._select for name, _value in self._fields):
            self._fields.append((self._select, a.get("value", "")))
        elif tag in ("input", "textarea", "button") and a.get("name") and a["name"] != "csrfmiddlewaretoken":
            kind = a.get("type", "text")
            self._fields.append((a["name"], a.get("value", "")))
            if tag == "textarea" or (tag == "input" and kind not in ("hidden", "radio", "checkbox", "submit", "file")):
                self._free.add(a["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "form" and self._open is not None:
            self.found.append(Form(*self._open, tuple(self._fields), frozenset(self._free)))
            self._open = None


# Where a form goes and what it holds, whatever object it speaks of.
Key = tuple[str, str, tuple[str, ...]]


def _forms_of(signed: Client, site: Site, member: str) -> dict[Key, Form]:
    """Every form on every page behind a gate that opens to the member, once; the gates' answers are right."""
    actor = site.cast.actor(member)
    sooner = [site.cast.actor(name) for name in READERS[: READERS.index(member)]]
    found: dict[Key, Form] = {}
    for address in site.addresses:
        gate = gate_at(address)
        if not (reads(member, gate) and lets_in(gate, actor)):
            continue
        # A page of no object is alike for all who may open it; one of an object shows each what is theirs to do.
        if address in site.plain and sum(lets_in(gate, one) for one in sooner) >= PLAIN_READERS:
            continue
        with transaction.atomic():
            answer: Any = another_window(signed).get(address)
            for _ in getattr(answer, "streaming_content", ()):
                pass
            transaction.set_rollback(True)
        said = fault(gate, answer, actor)
        assert not said, f"{address} ({gate}): {answer.status_code} {said}"
        if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
            continue
        reader = _Forms(address)
        reader.feed(answer.content.decode())
        for form in reader.found:
            # Numbers in an address name objects: one of each kind is enough for a form.
            key = (form.method, re.sub(r"\d+|[0-9a-f-]{36}", "#", form.action), tuple(name for name, _v in form.fields))
            found.setdefault(key, form)
    return found


def _attacks(form: Form, turn: int, text: str) -> Iterator[dict[str, str]]:
    """The form filled with hostile text everywhere, and once only where text is free so that it comes further."""
    pool = (*HOSTILE, text)
    everywhere = {name: pool[(turn + n) % len(pool)] for n, (name, _value) in enumerate(form.fields)}
    yield everywhere
    if form.free:
        yield {name: everywhere[name] if name in form.free else value for name, value in form.fields}


def _send(signed: Client, form: Form, data: dict[str, str]) -> str:
    """What is wrong with the answer, or ""."""
    client = another_window(signed)
    parts = urlsplit(form.action)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    with transaction.atomic():
        answer: Any = client.post(target, data) if form.method == "post" else client.get(target, data)
        content = b"" if getattr(answer, "streaming", False) else answer.content
        for _ in getattr(answer, "streaming_content", ()):
            pass
        transaction.set_rollback(True)
    if answer.status_code >= 500 and answer.status_code != 503:
        return f"{answer.status_code} {getattr(client, 'exc_info', None)}"
    if SCRIPT.encode() in content:
        return "the page carries the script as it was sent"
    return ""


@pytest.mark.django_db
def test_no_form_breaks_or_echoes_a_script(site: Site) -> None:
    tried: set[Key] = set()
    for member in READERS:
        signed = Client()
        if member != "stranger":
            settled(sign_in(signed, getattr(site.cast, member), stepped_up=True))
        forms = _forms_of(signed, site, member)
        assert len(forms) > 3, f"hardly a form found as {member}: the reader of pages is blind"
        # A form that many can send is tried as the first of them: it is the same code that reads it.
        new = [form for key, form in forms.items() if key not in tried]
        tried |= set(forms)
        _attack(signed, member, new)
    assert len(tried) > 50


def _attack(signed: Client, member: str, forms: list[Form]) -> None:
    @settings(
        max_examples=1,
        deadline=None,
        phases=(Phase.generate,),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(turn=st.integers(0, len(HOSTILE)), text=st.text(min_size=1, max_size=80))
    def attack(turn: int, text: str) -> None:
        cache.clear()
        wrong = []
        for form in forms:
            for data in _attacks(form, turn, text):
                fault = _send(signed, form, data)
                if fault:
                    shown = {name: value[:40] for name, value in data.items()}
                    wrong.append(f"{form.method.upper()} {form.action} {shown} as {member}: {fault}")
        assert not wrong, "\n".join(wrong)

    attack()


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(0, len(HOSTILE), 3))
def test_no_address_breaks_on_a_hostile_query(turn: int) -> None:
    """Every parameter that open pages read, and some that they do not."""
    cache.clear()
    names = ("q", "ma", "tim", "trang", "truoc", "next", "ds", "ky", "xa", "unit", "lang")
    query = {name: HOSTILE[(turn + n) % len(HOSTILE)] for n, name in enumerate(names)}
    wrong = []
    for route in routes():
        if route.gate != "public" or route.converters:
            continue
        answer = Client(raise_request_exception=False).get(route.path(), query)
        if answer.status_code >= 500 and answer.status_code != 503:
            wrong.append(f"{route.path()} {answer.status_code}")
        if not getattr(answer, "streaming", False) and SCRIPT.encode() in answer.content:
            wrong.append(f"{route.path()} echoes the script")
    assert not wrong, "\n".join(wrong)
