"""The verdict on answers: JSON Schema 2020-12 over what is visible, plus bounds that move with the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson
from django.utils import timezone
from jsonschema_rs import ValidationError

from tinhso.engines.forms import keywords, layout, sentences
from tinhso.engines.forms.formats import FORMATS, is_day
from tinhso.engines.forms.layout import Data, Definition, Field

# Which of several faults of one answer is told: the first of these. The same in static/forms/verdict.js.
PRIORITY = (
    "required",
    "type",
    "const",
    "enum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
)
_KEYWORDS = {
    "Constant": "const",
    "AdditionalProperties": "additionalProperties",
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one answer. `path` is the field's name, then row and field inside a group."""

    path: tuple[str, ...]
    label: str
    message: str
    # The row it is about ("Thành viên 2"), when it is about one.
    where: str = ""

    @property
    def name(self) -> str:
        return self.path[0] if self.path else ""

    @property
    def html_name(self) -> str:
        """The name of its input on the page: thanh_vien-0-ho_ten."""
        return "-".join(self.path)

    @property
    def sentence(self) -> str:
        """The message as it reads away from its field, with the row it is about."""
        return f"{self.where}: {self.message}" if self.where else self.message


def validate(definition: Definition, data: Data) -> list[FieldError]:
    """Everything wrong with `data`, in the order the form asks. Hidden fields are neither required nor read."""
    answers = layout.visible(definition, data)
    shown = layout.visible_names(definition, data)
    known = layout.fields(definition)
    found: dict[tuple[str, ...], FieldError] = {}
    ranks: dict[tuple[str, ...], int] = {}
    for error in validator(orjson.dumps(definition.schema)).iter_errors(answers):
        place, keyword = _place(error)
        spot = _spot(known, shown, answers, place)
        rank = PRIORITY.index(keyword) if keyword in PRIORITY else len(PRIORITY)
        if spot is not None and rank < ranks.get(spot.path, len(PRIORITY) + 1):
            ranks[spot.path] = rank
            found[spot.path] = _said(spot, sentences.wrong(spot.field, keyword, error.kind.as_dict()))
    labels = {one.name: one.label for one in _every_field(known.values())}
    for spot, value, around in _answered(known, answers):
        message = _beyond_limits(spot.field, value) or _beyond_others(spot.field, value, around, labels)
        if message and spot.path not in found:
            found[spot.path] = _said(spot, message)
    return in_order(definition, found.values())


def in_order(definition: Definition, errors: Iterable[FieldError]) -> list[FieldError]:
    """Errors in the order the form asks, row by row."""
    order = {one.name: at for at, one in enumerate(_every_field(layout.fields(definition).values()))}
    return sorted(errors, key=lambda error: [_rank(order, part) for part in error.path])


def error_at(definition: Definition, data: Data, path: tuple[str, ...], message: str) -> FieldError | None:
    """An error of one's own at a place of the form; None when nothing is asked there."""
    place = [int(part) if part.isdigit() else part for part in path]
    shown = layout.visible_names(definition, data)
    spot = _spot(layout.fields(definition), shown, layout.visible(definition, data), place)
    return None if spot is None else _said(spot, message)


@dataclass(frozen=True)
class _Spot:
    """A field at its place among the answers."""

    path: tuple[str, ...]
    field: Field
    where: str = ""


def _said(spot: _Spot, message: str) -> FieldError:
    return FieldError(spot.path, spot.field.label, message, spot.where)


def _rank(order: Mapping[str, int], part: str) -> int:
    return int(part) if part.isdigit() else order.get(part, 0)


def _every_field(fields: Iterable[Field]) -> Iterator[Field]:
    for one in fields:
        yield one
        yield from _every_field(one.children)


def _spot(known: Mapping[str, Field], shown: frozenset[str], answers: Data, place: Sequence[str | int]) -> _Spot | None:
    """The field that the place of an error belongs to; None when it is hidden there or no field's."""
    if not place or place[0] not in known or place[0] not in shown:
        return None
    path: tuple[str, ...] = (str(place[0]),)
    field, where = known[path[0]], ""
    rest, around, value = list(place[1:]), dict(answers), answers.get(str(place[0]))
    while field.is_group and len(rest) >= 2:
        number, name = int(rest[0]), str(rest[1])
        row = value[number] if isinstance(value, list) and number < len(value) else {}
        row = row if isinstance(row, Mapping) else {}
        child = field.child(name)
        if child is None or name not in layout.visible_row(field, row, around)[1]:
            return None
        where = sentences.row_name(field, number, row)
        around, value, rest = {**around, **row}, row.get(name), rest[2:]
        field, path = child, (*path, str(number), name)
    return _Spot(path, field, where)


def _answered(known: Mapping[str, Field], answers: Data) -> Iterator[tuple[_Spot, Any, Data]]:
    """Every answer that is no group, in whatever row it stands, with the answers around it."""
    for name, value in answers.items():
        yield from _answers_in(_Spot((name,), known[name]), value, answers)


def _answers_in(spot: _Spot, value: Any, around: Data) -> Iterator[tuple[_Spot, Any, Data]]:
    if not spot.field.is_group:
        yield spot, value, around
        return
    for number, row in enumerate(value if isinstance(value, list) else []):
        for name, inner in row.items() if isinstance(row, Mapping) else ():
            child = spot.field.child(name)
            if child is not None:
                where = sentences.row_name(spot.field, number, row)
                yield from _answers_in(_Spot((*spot.path, str(number), name), child, where), inner, {**around, **row})


@lru_cache(maxsize=256)
def validator(schema: bytes) -> jsonschema_rs.Draft202012Validator:
    """A compiled schema. Patterns run on an engine of linear time: no answer can make it backtrack for ever."""
    return jsonschema_rs.Draft202012Validator(
        keywords.for_validator(orjson.loads(schema)),
        validate_formats=True,
        formats=FORMATS,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _place(error: ValidationError) -> tuple[list[str | int], str]:
    """Where an error is, with the missing field itself for a required one; and the schema keyword that failed."""
    kind = type(error.kind).__name__.rpartition("_")[2]
    keyword = _KEYWORDS.get(kind, kind[:1].lower() + kind[1:])
    place = list(error.instance_path)
    if keyword == "required":
        place.append(str(error.kind.as_dict()["property"]))
    return place, keyword


def _beyond_limits(field: Field, value: Any) -> str:
    """A date before or after what the author allows, "today" being the server's day in Vietnam."""
    if not field.limits or not isinstance(value, str) or not is_day(value):
        return ""
    day = date.fromisoformat(value)
    for side, bound, message in limits_of(field):
        if day < bound if side == "min" else day > bound:
            return message
    return ""


def _beyond_others(field: Field, value: Any, around: Data, labels: Mapping[str, str]) -> str:
    """A date before or after the date of another question: {"min": "@tu_ngay"}."""
    for side, other in others_of(field):
        bound = around.get(other)
        if not (isinstance(value, str) and is_day(value) and isinstance(bound, str) and is_day(bound)):
            continue
        # ISO days compare as texts.
        if value < bound if side == "min" else value > bound:
            return sentences.beyond_other(field, side, labels.get(other, other))
    return ""


def others_of(field: Field) -> list[tuple[str, str]]:
    """(side, name of another date question) of each bound that is not a day."""
    return [(side, bound[1:]) for side, bound in sorted(field.limits.items(), reverse=True) if bound[:1] == "@"]


def limits_of(field: Field) -> Iterator[tuple[str, date, str]]:
    """(side, day, sentence) of each bound of a date field, as of today."""
    for side, bound in sorted(field.limits.items(), reverse=True):
        if bound[:1] == "@":
            continue
        day = timezone.localdate() if bound == "today" else date.fromisoformat(bound)
        if side == "max" and bound == "today":
            yield side, day, sentences.not_in_the_future(field)
        elif side == "max":
            yield side, day, sentences.too_late(field, f"{day:%d/%m/%Y}")
        else:
            yield side, day, sentences.too_early(field, f"{day:%d/%m/%Y}")
