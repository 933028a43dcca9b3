"""OpenAPI 3.0 and 3.1: read without fetching anything, judged by openapi-spec-validator, compiled."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tinhso.engines.exchange.contracts.compiled import (
    DEEPEST,
    LARGEST_TEXT,
    MOST_FIELDS,
    MOST_OPERATIONS,
    Compiled,
    Operation,
)
from tinhso.engines.exchange.errors import ContractRefused

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
DEEPEST_DOCUMENT = 60
MOST_NODES = 100_000
MOST_PROBLEMS = 10
_NOTHING: dict[str, Any] = {}
LARGEST_ANSWER = 200_000
# A template path as the plane will compare it: no encoding, no dot segments, no empty segment.
PATH = re.compile(r"^(/|(/([A-Za-z0-9_.~!$&'()*+,;=:@-]|\{[A-Za-z0-9_-]{1,64}\})+)+/?)$")
# Values are not needed to know a shape, and checking them would run patterns that a stranger wrote.
_VALUES = {"default", "example", "examples"}
# Below these the keys are names that somebody chose, not words of the standard.
_NAMES = {"properties", "patternProperties", "responses", "schemas", "parameters", "headers", "callbacks", "$defs"}
# Schemas one composition stands for once its references are written out: the judge walks every one of them.
MOST_UNFOLDED = 2_000
# Steps taken to list the fields of one answer: a schema that refers to itself often must not multiply.
MOST_STEPS = 5_000


def compile_openapi(text: str) -> Compiled:
    """The contract behind `text` (JSON or YAML). ContractRefused names every place that must be mended."""
    document = _read(text)
    _bounded(document)
    version = str(document.get("openapi", ""))
    if not version.startswith(("3.0.", "3.1.")):
        raise ContractRefused(_("Bản mô tả phải là OpenAPI 3.0 hoặc 3.1 (khai ở khoá “openapi”)."))
    _only_inside(document)
    _unfolds(document)
    _judge(document, version)
    remarks: list[str] = []
    operations = tuple(_operations(document, remarks))
    if not operations:
        raise ContractRefused(_("Bản mô tả không có thao tác nào."))
    if len(operations) > MOST_OPERATIONS:
        raise ContractRefused(_("Bản mô tả có quá nhiều thao tác; hãy chia thành nhiều dịch vụ."))
    return Compiled("openapi", str(document["info"].get("title", ""))[:200], operations, tuple(remarks))


class _Plain(yaml.SafeLoader):
    """YAML without anchors and aliases: they make small texts into huge documents."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise ContractRefused(_("Bản mô tả YAML không được dùng tham chiếu (&, *)."))
        return super().compose_node(parent, index)


def _read(text: str) -> dict[str, Any]:
    if len(text.encode()) > LARGEST_TEXT:
        raise ContractRefused(_("Bản mô tả quá lớn (tối đa 1 MiB)."))
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, _Plain)  # noqa: S506
    except (ValueError, yaml.YAMLError, RecursionError) as wrong:
        where = str(wrong).splitlines()[0][:200] if str(wrong) else ""
        raise ContractRefused(_("Không đọc được bản mô tả (JSON hoặc YAML)."), [where]) from wrong
    if not isinstance(document, dict) or not isinstance(document.get("info"), dict):
        raise ContractRefused(_("Không đọc được bản mô tả: thiếu phần “info”."))
    return document


def _bounded(document: Any) -> None:
    """Neither deep nor broad enough to exhaust whoever walks it."""
    level, count = [document], 0
    for _depth in range(DEEPEST_DOCUMENT):
        level = [one for node in level for one in _children(node)]
        count += len(level)
        if not level:
            return
        if count > MOST_NODES:
            break
    raise ContractRefused(_("Bản mô tả lồng quá sâu hoặc quá lớn."))


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in _children(node):
        yield from _walk(child)


def _only_inside(document: dict[str, Any]) -> None:
    """Every reference stays within the document: nothing is fetched for a stranger."""
    outside = [node["$ref"] for node in _walk(document) if isinstance(node.get("$ref"), str)]
    outside = [one for one in outside if not one.startswith("#/")]
    if outside:
        raise ContractRefused(
            _("Bản mô tả phải trọn vẹn trong một tệp, không tham chiếu ra ngoài."), [one[:200] for one in outside[:10]]
        )


def _unfolds(document: dict[str, Any]) -> None:
    """Compositions neither lead back to themselves nor multiply: whoever follows them comes to an end soon."""
    sizes: dict[int, int] = {}

    def size(node: Any, above: frozenset[int]) -> int:
        node = _resolve(document, node)
        if id(node) in above or len(above) > DEEPEST_DOCUMENT:
            raise ContractRefused(_("Bản mô tả có kiểu dữ liệu ghép vòng quanh chính nó."))
        if id(node) not in sizes:
            parts = [node[word] for word in ("items", "not") if isinstance(node.get(word), dict)]
            for word in ("allOf", "oneOf", "anyOf"):
                parts += node[word] if isinstance(node.get(word), list) else []
            sizes[id(node)] = 1 + sum(size(part, above | {id(node)}) for part in parts)
        if sizes[id(node)] > MOST_UNFOLDED:
            raise ContractRefused(_("Bản mô tả lồng quá sâu hoặc quá lớn."))
        return sizes[id(node)]

    for node in _walk(document):
        size(node, frozenset())


def _without_values(node: Any, is_names: bool = False) -> Any:
    if isinstance(node, list):
        return [_without_values(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if is_names or key not in _VALUES}
    return {str(key): _without_values(value, key in _NAMES and not is_names) for key, value in kept.items()}


def _judge(document: dict[str, Any], version: str) -> None:
    # Half a second and its schemas in memory: only who reads a contract pays it, not every process at its start.
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    judge = OpenAPIV30SpecValidator if version.startswith("3.0.") else OpenAPIV31SpecValidator
    try:
        found = list(islice(judge(_without_values(document)).iter_errors(), MOST_PROBLEMS))
    except ContractRefused:
        raise
    except Exception as wrong:  # the judge itself stumbled over the document
        raise ContractRefused(_("Bản mô tả sai quy cách OpenAPI."), [str(wrong)[:200]]) from wrong
    if found:
        problems = [f"{'/'.join(str(one) for one in error.absolute_path)}: {error.message[:200]}" for error in found]
        raise ContractRefused(_("Bản mô tả sai quy cách OpenAPI."), problems)


def _operations(document: dict[str, Any], remarks: list[str]) -> Iterator[Operation]:
    schemas = _modern((document.get("components") or {}).get("schemas") or {})
    for path, item in (document.get("paths") or {}).items():
        if not PATH.match(path) or any(part in (".", "..") for part in path.split("/")):
            raise ContractRefused(_("Đường dẫn “%(path)s” có ký tự không dùng được.") % {"path": path[:100]})
        item = _resolve(document, item)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                yield _operation(document, schemas, path, method, item, remarks)


def _operation(
    document: dict[str, Any], schemas: dict[str, Any], path: str, method: str, item: dict[str, Any], remarks: list[str]
) -> Operation:
    given = item[method]
    answer = _good_answer(document, given)
    name = f"{method.upper()} {path}"
    if answer is None and method != "head":
        remarks.append(_("%(name)s: không mô tả câu trả lời, nên không lọc được theo trường.") % {"name": name})
    takes = [_resolve(document, one) for one in [*item.get("parameters", []), *given.get("parameters", [])]]
    return Operation(
        id=str(given.get("operationId") or name)[:200],
        method=method.upper(),
        path=path,
        summary=str(given.get("summary") or "")[:300],
        fields=tuple(dict.fromkeys(islice(_fields(document, answer, iter(range(MOST_STEPS))), MOST_FIELDS)))
        if answer
        else (),
        takes=tuple(
            {"name": str(one["name"]), "in": str(one["in"]), "required": bool(one.get("required"))}
            for one in takes
            if "name" in one and "in" in one
        ),
        answer=_standing_alone(answer, schemas, remarks, name) if answer is not None else None,
    )


def _resolve(document: dict[str, Any], node: Any) -> dict[str, Any]:
    """`node`, or what it refers to; a reference that leads nowhere or in a circle is empty."""
    for _step in range(DEEPEST):
        if not isinstance(node, dict):
            return _NOTHING
        if "$ref" not in node:
            return node
        found: Any = document
        for part in str(node["$ref"])[2:].split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
        node = found
    return _NOTHING


def _good_answer(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    """The JSON schema of the first good answer."""
    for status, response in sorted((str(key), value) for key, value in operation.get("responses", {}).items()):
        if not status.startswith("2"):
            continue
        for media, content in (_resolve(document, response).get("content") or {}).items():
            if "json" in media and isinstance(content.get("schema"), dict):
                found: dict[str, Any] = content["schema"]
                return found
    return None


def _fields(
    document: dict[str, Any], schema: Any, steps: Iterator[int], before: str = "", depth: int = 0
) -> Iterator[str]:
    """Dotted names of what a schema holds: "name", "address.commune", "items[].code"."""
    if depth > DEEPEST or next(steps, None) is None:
        return
    schema = _resolve(document, schema)
    for word in ("allOf", "oneOf", "anyOf"):
        for one in schema.get(word) or []:
            yield from _fields(document, one, steps, before, depth + 1)
    if "items" in schema:
        yield from _fields(document, schema["items"], steps, f"{before}[]", depth + 1)
    for name, inner in (schema.get("properties") or {}).items():
        whole = f"{before}.{name}" if before else str(name)
        yield whole
        yield from _fields(document, inner, steps, whole, depth + 1)


def _standing_alone(
    answer: dict[str, Any], schemas: dict[str, Any], remarks: list[str], name: str
) -> dict[str, Any] | None:
    """The answer's schema with everything it refers to, in the words of JSON Schema 2020-12."""
    whole = {"allOf": [_modern(answer)], "components": {"schemas": schemas}} if schemas else _modern(answer)
    if len(json.dumps(whole)) > LARGEST_ANSWER:
        remarks.append(_("%(name)s: mô tả câu trả lời quá lớn để đối chiếu từng lần gọi.") % {"name": name})
        return None
    return dict(whole)


def _modern(node: Any, is_names: bool = False) -> Any:
    """OpenAPI 3.0's own words (nullable, boolean exclusive bounds) said in JSON Schema's; values are left out."""
    if isinstance(node, list):
        return [_modern(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {
        str(key): _modern(value, key in _NAMES and not is_names)
        for key, value in node.items()
        if is_names or key not in _VALUES
    }
    if is_names:
        return made
    if made.pop("nullable", False) and "type" in made:
        made["type"] = [*(made["type"] if isinstance(made["type"], list) else [made["type"]]), "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
            made[exclusive] = made.pop(bound)
    return made
