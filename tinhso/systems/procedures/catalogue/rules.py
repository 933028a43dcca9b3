"""What a row of the national list must be to be kept, how two versions of it differ, what in it is not sure. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from tinhso.foundation.text.rules import normalise

CODE = re.compile(r"[0-9]\.[0-9]{6}(?:\.[0-9A-Za-z]{1,12}){0,2}")
LEVELS = {"xã": "commune", "tỉnh": "province", "xã,tỉnh": "both", "tỉnh,xã": "both"}
ONLINE = {"toàn trình": "full", "một phần": "partial", "trực tiếp": "none"}
CHANNELS = {"trực tuyến": "online", "trực tiếp": "desk", "bưu chính": "post"}
UNITS = {"ngày làm việc": "working_day", "ngày": "day", "giờ": "hour", "giờ làm việc": "working_hour", "tháng": "month"}
# Where a term was seen; the first four are sure (the source's own words on itself).
SURE_TERMS = frozenset({"portal_channel", "portal_text", "portal_steps", "portal_number_and_steps"})
TERM_SOURCES = SURE_TERMS | {"portal_number_no_unit", "portal_service_setting", "knowledge", "none", "confirmed"}
FEE_CERTAINTY = frozenset({"yes", "zero", "no"})
YES_NO = frozenset({"yes", "no"})

LONGEST = {"name": 1500, "result_name": 1500, "form_name": 600, "note": 1000, "fee_note": 1000, "term_note": 1000}
MOST_ITEMS = 200
MOST_VND = 10**12
MOST_TERM = 3660

# The parts of a row that an officer may have to check, each with its columns.
PARTS: dict[str, tuple[str, ...]] = {
    "term": ("term_value", "term_unit", "terms"),
    "fee": ("fee_vnd", "fee_note", "fee_items"),
    "papers": ("papers", "papers_total"),
    "body": ("body",),
    "basis": ("legal_basis",),
    "code": ("code",),
}

# Every column kept, in the order in which differences are told.
FACTS = (
    "name", "field_name", "field_code", "field_group", "level", "body", "body_is_seen", "online_level", "channels",
    "term_value", "term_unit", "term_note", "term_source", "terms", "fee_vnd", "fee_note", "fee_items", "papers",
    "papers_total", "form_name", "result_name", "legal_basis", "who_may_apply", "is_vertical", "decision",
    "decision_on", "issuer", "portal_updated_on", "note", "tier", "source", "code_seen", "term_seen", "fee_seen",
    "papers_seen",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a row: the column, the kind of fault, what stands there."""

    column: str
    kind: str
    value: str = ""


@dataclass
class Row:
    """A row of a file, read: its number there, its code, its facts; or what is wrong with it."""

    number: int
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    as_of: date | None = None
    faults: list[Fault] = field(default_factory=list)


class _Reader:
    """Takes columns out of a raw row one by one and notes what is wrong, so that a person sees all of it at once."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.faults: list[Fault] = []

    def wrong(self, column: str, kind: str, value: object = "") -> None:
        self.faults.append(Fault(column, kind, str(value)[:80]))

    def text(self, column: str, most: int = 500, *, required: bool = False) -> str:
        value = self.raw.get(column)
        if value is None:
            value = ""
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self.wrong(column, "not-text", value)
            return ""
        found = normalise(str(value))
        if required and not found:
            self.wrong(column, "missing")
        if len(found) > most:
            self.wrong(column, "too-long", f"{len(found)} > {most}")
            return ""
        return found

    def word(self, column: str, known: Mapping[str, str], *, default: str | None = None) -> str:
        found = ",".join(part.strip() for part in self.text(column).lower().split(","))
        if not found and default is not None:
            return default
        if found not in known:
            self.wrong(column, "unknown-word" if found else "missing", found)
            return ""
        return known[found]

    def one_of(self, column: str, known: Iterable[str], default: str) -> str:
        found = self.text(column) or default
        if found not in known:
            self.wrong(column, "unknown-word", found)
        return found

    def number(self, column: str, most: int) -> int | None:
        return self.whole(self.raw.get(column), column, most)

    def whole(self, value: object, column: str, most: int) -> int | None:
        if value is None or value == "":
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{1,15}", value.strip()):
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(column, "not-a-number", value)
            return None
        if not 0 <= value <= most:
            self.wrong(column, "out-of-range", value)
            return None
        return value

    def day(self, column: str) -> date | None:
        found = self.text(column)
        if not found:
            return None
        try:
            # A sheet may give a moment for a day.
            made = date.fromisoformat(found[:10])
        except ValueError:
            self.wrong(column, "not-a-day", found)
            return None
        if not 1945 <= made.year <= 2100:
            self.wrong(column, "out-of-range", found)
            return None
        return made

    def truth(self, column: str) -> bool:
        value = self.raw.get(column)
        if isinstance(value, str):
            value = {"true": True, "yes": True, "có": True, "1": True, "false": False, "no": False, "": False}.get(
                value.strip().lower(), value
            )
        if value is None or value == 0:
            return False
        if value == 1:
            return True
        if not isinstance(value, bool):
            self.wrong(column, "unknown-word", value)
            return False
        return value

    def listed(self, column: str) -> list[Any]:
        value = self.raw.get(column)
        if value is None or value == "":
            return []
        if isinstance(value, str):
            # A cell of a sheet: JSON, or words between semicolons.
            if value.lstrip().startswith("["):
                try:
                    value = json.loads(value)
                except (ValueError, RecursionError):
                    self.wrong(column, "not-a-list", value)
                    return []
            else:
                value = [part.strip() for part in value.split(";") if part.strip()]
        if not isinstance(value, list):
            self.wrong(column, "not-a-list", value)
            return []
        if len(value) > MOST_ITEMS:
            self.wrong(column, "too-many", len(value))
            return []
        return value

    def texts(self, column: str, most: int = 400) -> list[str]:
        made = []
        for one in self.listed(column):
            if not isinstance(one, str):
                self.wrong(column, "not-text", one)
                return []
            found = normalise(one)
            if len(found) > most:
                self.wrong(column, "too-long", f"{len(found)} > {most}")
                return []
            if found:
                made.append(found)
        return made

    def objects(self, column: str) -> list[dict[str, Any]]:
        found = self.listed(column)
        for place, one in enumerate(found):
            # A paper or a fee may be given by its name alone.
            if isinstance(one, str):
                found[place] = {"name": one}
            elif not isinstance(one, dict):
                self.wrong(column, "not-an-object", one)
                return []
        return found


def read(number: int, raw: Mapping[str, Any]) -> Row:
    """One raw row as facts, or everything that is wrong with it."""
    take = _Reader(raw)
    code = take.text("code", 30, required=True)
    if code and not CODE.fullmatch(code):
        take.wrong("code", "not-a-code", code)
    facts = {
        "name": take.text("name_vi", LONGEST["name"], required=True),
        "field_name": take.text("field_vi", 300),
        "field_code": take.text("field_code", 40),
        "field_group": take.text("field_group", 200),
        "level": take.word("level", LEVELS),
        "body": take.text("competent_body", 600),
        "body_is_seen": take.text("competent_body_src") in ("", "portal", "confirmed"),
        "online_level": take.word("online_level", ONLINE, default="none"),
        "channels": _channels(take),
        **_term(take),
        "fee_vnd": take.number("fee_vnd", MOST_VND),
        "fee_note": take.text("fee_note", LONGEST["fee_note"]),
        "fee_items": _fees(take),
        "papers": _papers(take),
        "papers_total": 0,
        "form_name": take.text("form_name", LONGEST["form_name"]),
        "result_name": take.text("result_name", LONGEST["result_name"]),
        "legal_basis": take.texts("legal_basis"),
        "who_may_apply": take.texts("who_may_apply"),
        "is_vertical": take.truth("vertical"),
        "decision": take.text("decision", 200),
        "decision_on": take.day("decision_date"),
        "issuer": take.text("issuer", 200),
        "portal_updated_on": take.day("portal_updated"),
        "note": take.text("note", LONGEST["note"]),
        "tier": take.number("tier", 9) or 3,
        "source": _address(take),
        "code_seen": take.one_of("code_v", YES_NO, "no") == "yes",
        "term_seen": take.one_of("term_v", YES_NO, "no") == "yes",
        "fee_seen": take.one_of("fee_v", FEE_CERTAINTY, "no"),
        "papers_seen": take.one_of("papers_v", YES_NO, "no") == "yes",
    }
    facts["papers_total"] = max(take.number("papers_total", 500) or 0, len(facts["papers"]))
    return Row(number, code, facts, take.day("as_of"), take.faults)


def _channels(take: _Reader) -> list[str]:
    made = []
    for word in take.texts("channels"):
        if word.lower() not in CHANNELS:
            take.wrong("channels", "unknown-word", word)
        else:
            made.append(CHANNELS[word.lower()])
    return sorted(set(made))


def _term(take: _Reader) -> dict[str, Any]:
    raw = take.raw.get("legal_term")
    if isinstance(raw, str) and raw.strip():
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            take.wrong("legal_term", "not-an-object", raw)
            raw = None
    if raw is None or raw == "":
        # A sheet may have the parts as columns.
        raw = {part: take.raw.get(f"legal_term.{part}") for part in ("value", "unit", "note")}
    if not isinstance(raw, dict):
        take.wrong("legal_term", "not-an-object", raw)
        raw = {}
    value, unit = _quantity(take, "legal_term", raw.get("value"), raw.get("unit"))
    inner = _Reader({"legal_term": raw.get("note")})
    note = inner.text("legal_term", LONGEST["term_note"])
    take.faults += inner.faults
    terms = []
    for one in take.objects("terms_all"):
        channel = str(one.get("channel", "")).lower()
        if channel not in CHANNELS:
            take.wrong("terms_all", "unknown-word", channel)
            continue
        number, counted = _quantity(take, "terms_all", one.get("value"), one.get("unit"))
        term = {"channel": CHANNELS[channel], "value": number, "unit": counted}
        if number is not None and term not in terms:
            terms.append(term)
    return {
        "term_value": value,
        "term_unit": unit,
        "term_note": note,
        "term_source": take.one_of("legal_term_src", TERM_SOURCES, "none"),
        "terms": terms,
    }


def _quantity(take: _Reader, column: str, value: object, unit: object) -> tuple[int | None, str]:
    number = take.whole(value, column, MOST_TERM)
    if number is None:
        return None, ""
    word = str(unit or "").strip().lower()
    if word not in UNITS:
        take.wrong(column, "no-unit" if not word else "unknown-word", word)
        return None, ""
    return number, UNITS[word]


def _papers(take: _Reader) -> list[dict[str, Any]]:
    made = []
    for one in take.objects("papers"):
        inner = _Reader({"papers": one.get("name"), "when": one.get("when"), "group": one.get("group")})
        paper: dict[str, Any] = {"name": inner.text("papers", 600, required=True)}
        for part in ("when", "group"):
            if words := inner.text(part, 600):
                paper[part] = words
        for part in ("originals", "copies"):
            if count := take.whole(one.get(part), "papers", 99):
                paper[part] = count
        if one.get("kind") == "mẫu đơn":
            paper["is_form"] = True
        if one.get("conditional") is True:
            paper["conditional"] = True
        if one.get("action") == "xuất trình":
            paper["shown_only"] = True
        take.faults += inner.faults
        made.append(paper)
    return made


def _fees(take: _Reader) -> list[dict[str, Any]]:
    made = []
    for one in take.objects("fee_items"):
        amount = take.whole(one.get("vnd"), "fee_items", MOST_VND)
        if amount is None:
            take.wrong("fee_items", "missing", "vnd")
            continue
        note = normalise(str(one.get("note") or ""))
        made.append({"vnd": amount, "note": note[:300]} if note else {"vnd": amount})
    return made


def _address(take: _Reader) -> str:
    """The page a row was read from; it becomes a link, so nothing but http and https passes."""
    found = take.text("source", 500)
    if not found:
        return ""
    try:
        parts = urlsplit(found)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        take.wrong("source", "not-an-address", found)
        return ""
    return found


def repeated(rows: Iterable[Row]) -> None:
    """Marks every row of a code that stands twice in one file: nobody can say which of them is right."""
    seen: dict[str, Row] = {}
    for row in rows:
        first = seen.setdefault(row.code, row)
        if first is not row and row.code:
            row.faults.append(Fault("code", "twice", f"{row.code}: {first.number}"))
            if not any(fault.kind == "twice" for fault in first.faults):
                first.faults.append(Fault("code", "twice", f"{row.code}: {row.number}"))


def doubts(facts: Mapping[str, Any], confirmed: Iterable[str] = ()) -> list[str]:
    """The parts that still have to be checked against the published decision: what the source does not vouch for,
    less what an officer has confirmed with a source."""
    found = {
        "term": not facts["term_seen"] or facts["term_source"] not in SURE_TERMS or facts["term_value"] is None,
        "fee": facts["fee_seen"] != "yes",
        "papers": not facts["papers_seen"] or facts["papers_total"] > len(facts["papers"]),
        "body": not facts["body"] or not facts["body_is_seen"],
        "basis": not facts["legal_basis"],
        "code": not facts["code_seen"],
    }
    return [part for part, is_open in found.items() if is_open and part not in set(confirmed)]


def digest(facts: Mapping[str, Any]) -> str:
    """A fingerprint of the facts: the same facts, the same words, whatever the order of a file's columns."""
    kept = {name: facts[name] for name in FACTS}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """One fact that is not as before."""

    fact: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        if self.before in (None, "", [], {}):
            return "added"
        return "removed" if self.after in (None, "", [], {}) else "changed"


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs between two versions of one row, fact by fact."""
    return [Change(name, before[name], after[name]) for name in FACTS if _plain(before[name]) != _plain(after[name])]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


@dataclass(frozen=True)
class CaseFacts:
    """One case as the list tells it: a term, and by which channels; `is_sure` when the condition is known."""

    channels: tuple[str, ...]
    term_value: int
    term_unit: str
    is_sure: bool


def cases_of(facts: Mapping[str, Any]) -> list[CaseFacts]:
    """The cases that a row's terms show: several terms are several cases.

    When each channel has one term, the channel is the condition; when one channel has several, the source does not
    say what they depend on, and that has to be checked. One term is no case.
    """
    by_term: dict[tuple[int, str], set[str]] = {}
    for term in facts["terms"]:
        by_term.setdefault((term["value"], term["unit"]), set()).add(term["channel"])
    if len(by_term) < 2:
        return []
    channels = [channel for found in by_term.values() for channel in found]
    is_sure = len(channels) == len(set(channels))
    order = {"working_hour": 0, "hour": 0, "day": 1, "working_day": 2, "month": 3}
    return [
        CaseFacts(tuple(sorted(found)), value, unit, is_sure)
        for (value, unit), found in sorted(by_term.items(), key=lambda one: (order[one[0][1]] == 3, one[0][0]))
    ]


def merge_confirmed(
    facts: Mapping[str, Any], known: Mapping[str, Any], confirmed: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """(facts, confirmations that stay, parts kept): a new file never silently undoes what an officer confirmed.

    A part that the new row vouches for itself replaces the confirmation; a part the row is not sure of keeps what was
    confirmed.
    """
    open_parts = set(doubts(facts))
    made, stays, kept = dict(facts), {}, []
    for part, evidence in confirmed.items():
        if part not in open_parts:
            continue
        stays[part] = evidence
        for name in PARTS[part]:
            if name in made and _plain(made[name]) != _plain(known[name]):
                made[name] = known[name]
                if part not in kept:
                    kept.append(part)
    return made, stays, kept
