"""Descriptions from strangers: what is read, what is refused and why, and that nothing is fetched."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from jsonschema_rs import validator_for

from tinhso.engines.exchange.contracts.comparing import breaks
from tinhso.engines.exchange.contracts.openapi import compile_openapi
from tinhso.engines.exchange.contracts.wsdl import compile_wsdl
from tinhso.engines.exchange.errors import ContractRefused
from tinhso.engines.exchange.rules import policy
from tinhso.engines.exchange.testing import ONE, OPENAPI

WSDL = """<?xml version="1.0"?>{dtd}
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:t="urn:t" xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" name="S">
<types><x:schema targetNamespace="urn:t" elementFormDefault="qualified">{within}
<x:element name="Ask"><x:complexType><x:sequence><x:element name="n" type="x:string"/></x:sequence></x:complexType></x:element>
<x:element name="Told"><x:complexType><x:sequence><x:element name="name" type="x:string"/>
<x:element name="kid" maxOccurs="9"><x:complexType><x:sequence><x:element name="a" type="x:string"/></x:sequence>
</x:complexType></x:element></x:sequence></x:complexType></x:element></x:schema></types>
<message name="A"><part name="p" element="t:Ask"/></message><message name="B"><part name="p" element="t:Told"/></message>
<portType name="P"><operation name="find"><input message="t:A"/><output message="t:B"/></operation></portType>
<binding name="Bi" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/><operation name="find">
<soap:operation soapAction="urn:find"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
</operation></binding><service name="S"><port name="P" binding="t:Bi"><soap:address location="http://x"/></port></service>
</definitions>"""  # noqa: E501


def _wsdl(dtd: str = "", within: str = "") -> str:
    return WSDL.replace("{dtd}", dtd).replace("{within}", within)


def _openapi(**changes: Any) -> str:
    plain: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}},
    }
    return json.dumps(plain | changes)


def _answering(schema: Any, **components: Any) -> str:
    answer = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return _openapi(paths={"/a": {"get": {"responses": {"200": answer}}}}, components={"schemas": components})


def test_openapi_becomes_operations_with_their_fields() -> None:
    one, many = compile_openapi(OPENAPI).operations
    assert one.name == ONE and one.id == "getHousehold"
    assert one.fields == ("code", "name", "income", "owner", "owner.fullName", "owner.phone")
    assert "items[].owner.phone" in many.fields
    assert one.takes == ({"name": "code", "in": "path", "required": True},)


def test_the_kept_answer_judges_answers_by_itself() -> None:
    schema = compile_openapi(OPENAPI).operations[0].answer
    assert schema is not None
    judge = validator_for(schema)
    assert judge.is_valid({"code": "1", "name": "a", "income": None})
    assert not judge.is_valid({"code": 1, "name": "a"}) and not judge.is_valid({"name": "a"})


def test_a_default_response_is_a_name_and_no_value() -> None:
    paths = {"/a": {"get": {"responses": {"default": {"description": "ok"}}}}}
    assert compile_openapi(_openapi(paths=paths)).operations[0].name == "GET /a"


def test_wsdl_becomes_operations_with_their_fields() -> None:
    (found,) = compile_wsdl(_wsdl()).operations
    assert (found.id, found.action, found.name) == ("find", "urn:find", "POST find")
    assert found.fields == ("name", "kid[]", "kid[].a")


def two_operations(second: str = "Drop") -> str:
    """An operation "erase" beside "find", called by an element of its own unless `second` names the first's."""
    element = f'<x:element name="{second}"><x:complexType/></x:element>' if second != "Ask" else ""
    text = _wsdl(within=element).replace(
        '<message name="B">', f'<message name="C"><part name="p" element="t:{second}"/></message><message name="B">'
    )
    for opened in ("portType", "binding"):
        start = text.index("<operation", text.index(f"<{opened} "))
        end = text.index("</operation>", start) + len("</operation>")
        text = text[:end] + text[start:end].replace("find", "erase").replace("t:A", "t:C") + text[end:]
    return text


def test_each_operation_of_a_wsdl_is_known_by_the_element_of_its_body() -> None:
    found = [(one.name, one.element, one.action) for one in compile_wsdl(two_operations()).operations]
    assert found == [("POST find", "{urn:t}Ask", "urn:find"), ("POST erase", "{urn:t}Drop", "urn:erase")]


def test_a_wsdl_with_operations_that_a_call_cannot_tell_apart_is_refused() -> None:
    """Both are POSTs of one element to one address: who was granted one would have the other."""
    with pytest.raises(ContractRefused, match="phần tử riêng") as refused:
        compile_wsdl(two_operations("Ask"))
    assert refused.value.problems == ["find", "erase"]


def test_an_operation_called_otherwise_than_before_is_a_break() -> None:
    old, new = (compile_wsdl(two_operations(one)).as_rows() for one in ("Drop", "Remove"))
    assert breaks(old, new) == [{"kind": "operation", "operation": "POST erase", "what": ""}]
    assert breaks(old, old) == []


def test_operations_of_one_method_and_path_are_granted_to_nobody() -> None:
    """A contract of an earlier day may hold such: the plane then knows none of them."""
    same = [{"method": "POST", "path": "/", "name": name, "action": f"urn:{name}"} for name in ("find", "erase")]
    other = {"method": "GET", "path": "/", "name": "look"}
    assert [one.name for _pattern, one in policy.operations([*same, other])] == ["look"]
    told_apart = [{**one, "element": f"{{urn:t}}{one['name']}"} for one in same]
    assert [one.name for _pattern, one in policy.operations(told_apart)] == ["find", "erase"]


BOMB = '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>'
REFUSED_WSDL = {
    "entities": _wsdl(dtd=BOMB),
    "a file of ours": _wsdl(dtd='<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "an import over the network": _wsdl(within='<x:import namespace="urn:o" schemaLocation="http://127.0.0.1:9/x"/>'),
    "an include of a file": _wsdl(within='<x:include schemaLocation="file:///etc/passwd"/>'),
    "not closed": _wsdl()[:-20],
    "another root": "<html/>",
    "no operation": '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>',
    "a message that is not there": _wsdl().replace('message="t:B"', 'message="t:Nobody"'),
    "deep": "<a>" * 5000,
    "large": _wsdl() + " " * (1024 * 1024),
}


@pytest.mark.parametrize("name", REFUSED_WSDL)
def test_hostile_wsdl_is_refused_with_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.create_connection", _never)
    with pytest.raises(ContractRefused) as refusal:
        compile_wsdl(REFUSED_WSDL[name])
    assert refusal.value.sentence


def _never(*given: object, **named: object) -> None:
    raise AssertionError("something was fetched")


def _deep() -> Any:
    node: Any = {"type": "string"}
    for _step in range(200):
        node = {"type": "object", "properties": {"a": node}}
    return node


REFUSED_OPENAPI = {
    "nothing": "",
    "a list": "[]",
    "Swagger 2": json.dumps({"swagger": "2.0", "info": {"title": "a", "version": "1"}, "paths": {}}),
    "no paths": _openapi(paths={}),
    "an outside reference": _answering({"$ref": "http://127.0.0.1:9/x.json"}),
    "a file": _answering({"$ref": "file:///etc/passwd"}),
    "a dot segment": _openapi(paths={"/a/../b": {"get": {"responses": {"200": {"description": "ok"}}}}}),
    "an encoded slash": _openapi(paths={"/a%2fb": {"get": {"responses": {"200": {"description": "ok"}}}}}),
    "a backslash": _openapi(paths={"/a\\b": {"get": {"responses": {"200": {"description": "ok"}}}}}),
    "a wrong response": _openapi(paths={"/a": {"get": {"responses": {"200": 7}}}}),
    "deep": _answering(_deep()),
    "YAML aliases": "openapi: 3.0.0\ninfo: &a {title: x, version: '1'}\npaths: {b: *a}\n",
    "YAML objects": "openapi: 3.0.0\ninfo: !!python/object/apply:os.system [true]\npaths: {}\n",
    "large": _openapi() + " " * (1024 * 1024),
    "broken": "{",
}


@pytest.mark.parametrize("name", REFUSED_OPENAPI)
def test_hostile_openapi_is_refused_with_a_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.create_connection", _never)
    with pytest.raises(ContractRefused) as refusal:
        compile_openapi(REFUSED_OPENAPI[name])
    assert refusal.value.sentence


def test_hostile_schemas_and_patterns_cost_nothing() -> None:
    """Chains that multiply, circles, and patterns that a value of their own would run for ever."""
    chain: dict[str, Any] = {f"L{n}": {"allOf": [{"$ref": f"#/components/schemas/L{n + 1}"}] * 12} for n in range(9)}
    chain["L9"] = {"type": "object"}
    slow = {"type": "string", "pattern": "^(a+)+$", "default": "a" * 40 + "!"}
    tree = {"type": "object", "properties": {f"a{n}": {"$ref": "#/components/schemas/Tree"} for n in range(30)}}
    began = time.monotonic()
    with pytest.raises(ContractRefused):
        compile_openapi(_answering({"$ref": "#/components/schemas/L0"}, **chain))
    compile_openapi(_answering({"type": "object", "properties": {"a": slow}}))
    (many,) = compile_openapi(_answering({"$ref": "#/components/schemas/Tree"}, Tree=tree)).operations
    assert len(many.fields) <= 600
    with pytest.raises(ContractRefused):
        compile_openapi(_answering({}, Loop={"allOf": [{"$ref": "#/components/schemas/Loop"}] * 40}))
    assert time.monotonic() - began < 3


def test_what_clients_would_miss_is_named() -> None:
    old = compile_openapi(OPENAPI).as_rows()
    new = [dict(old[0], fields=["code", "income", "owner", "owner.fullName"])]
    new[0]["takes"] = [*new[0]["takes"], {"name": "why", "in": "query", "required": True}]
    found = breaks(old, new)
    assert {(one["kind"], one["what"]) for one in found} == {
        ("field", "name"),
        ("field", "owner.phone"),
        ("demand", "why"),
        ("operation", ""),
    }
    assert breaks(old, old) == []
