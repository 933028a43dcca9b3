"""Editing a process as data: steps and the ways between them. Pure: old definition in, new one out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.systems.procedures.authoring.errors import WrongEdit

Definition = dict[str, Any]
STEP_PARTS = ("title", "place", "permission", "hours")
# The ways that the acts on a dossier take: a process without one of them leaves an act that can never be done.
WAYS_OF_ACTS = ("receive", "refuse", "ask_supplement", "answer_supplement", "hand_over", "draft", "sign", "return")
# Possible at any time before a result: these do not move on to a step that is put in between.
STAY = ("withdraw", "stop", "ask_supplement", "refuse", "refuse_settling")


def add_step(definition: Mapping[str, Any], after: str, raw: Mapping[str, Any]) -> Definition:
    """A settling step put between `after` and where its first way leads: one more pair of hands."""
    made = _copied(definition)
    before = step_of(made, after)
    if any(step["code"] == raw["code"] for step in made["steps"]):
        raise WrongEdit(_("Đã có bước mang mã “%(code)s”.") % {"code": raw["code"]})
    forward = next((way for way in before.get("transitions", []) if not way.get("back")), None)
    if forward is None:
        raise WrongEdit(
            _("Bước “%(step)s” là bước kết thúc nên không thêm được bước sau nó.") % {"step": before["title"]}
        )
    step = {"code": raw["code"], **{part: raw[part] for part in STEP_PARTS if part in raw}}
    ways = before["transitions"]
    onward = [way for way in ways if not way.get("back") and way["code"] not in STAY]
    # Titles are part of the process, an official record: Vietnamese whatever language its author reads.
    # The ways on go to the new step; what may be done at any time stays possible at both.
    step["transitions"] = [
        *onward,
        {
            "code": f"back_{raw['code']}",
            "title": "Trả lại bước trước",
            "to": after,
            "back": True,
            "needs_note": True,
        },
        *[copy.deepcopy(way) for way in ways if way["code"] in STAY],
    ]
    to_new = {"code": f"to_{raw['code']}", "title": f"Chuyển: {raw['title']}", "to": raw["code"]}
    before["transitions"] = [to_new, *[way for way in ways if way not in onward]]
    made["steps"].insert(made["steps"].index(before) + 1, step)
    return made


def change_step(definition: Mapping[str, Any], code: str, raw: Mapping[str, Any]) -> Definition:
    """Another title, place, right or limit for a step."""
    made = _copied(definition)
    step_of(made, code).update({part: raw[part] for part in STEP_PARTS if part in raw})
    return made


def remove_step(definition: Mapping[str, Any], code: str) -> Definition:
    """Takes a step away: whoever led to it leads on to where its first way went."""
    made = _copied(definition)
    gone = step_of(made, code)
    if code == made["start"]:
        raise WrongEdit(_("Không bỏ được bước bắt đầu."))
    onward = next((way["to"] for way in gone.get("transitions", []) if not way.get("back")), None)
    if onward is None:
        raise WrongEdit(_("Không bỏ được bước kết thúc “%(step)s”.") % {"step": gone["title"]})
    made["steps"] = [step for step in made["steps"] if step["code"] != code]
    for step in made["steps"]:
        ways = step.get("transitions", [])
        if len(ways) and any(way["to"] == code for way in ways):
            step["transitions"] = _led_on(step, ways, gone, code)
    return made


def _led_on(step: dict[str, Any], ways: list[dict[str, Any]], gone: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """The ways of a step that led to the gone one: its plain way on is replaced by the ways of the gone step."""
    kept = [way for way in ways if way["to"] != code]
    known = {way["code"] for way in kept}
    if any(way["to"] == code and not way.get("back") for way in ways):
        handed = [way for way in gone.get("transitions", []) if way["code"] not in known and way["to"] != step["code"]]
        return [*handed, *kept]
    return kept


def change_way(definition: Mapping[str, Any], code: str, way_code: str, raw: Mapping[str, Any]) -> Definition:
    """Another title, goal or mark for a way out of a step; a way that is not there yet is added."""
    made = _copied(definition)
    step = step_of(made, code)
    step_of(made, str(raw["to"]))
    way = next((one for one in step.setdefault("transitions", []) if one["code"] == way_code), None)
    if way is None:
        way = {"code": way_code}
        step["transitions"].append(way)
    for part in ("title", "to"):
        way[part] = raw[part]
    for mark in ("back", "needs_note"):
        way.pop(mark, None)
        if raw.get(mark):
            way[mark] = True
    return made


def remove_way(definition: Mapping[str, Any], code: str, way_code: str) -> Definition:
    """Takes a way out of a step away."""
    made = _copied(definition)
    step = step_of(made, code)
    step["transitions"] = [way for way in step.get("transitions", []) if way["code"] != way_code]
    return made


def step_of(definition: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The step of that code; WrongEdit when it is gone."""
    found = next((step for step in definition["steps"] if step["code"] == code), None)
    if found is None:
        raise WrongEdit(_("Không còn bước “%(code)s” trong quy trình.") % {"code": code})
    return found  # type: ignore[no-any-return]


def _copied(definition: Mapping[str, Any]) -> Definition:
    return copy.deepcopy(dict(definition))
