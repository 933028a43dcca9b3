"""SOAP through both planes: the operation is what the body's element and all actions say; nothing doubtful passes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import requests
import zeep
from django.apps import apps
from zeep.transports import Transport

from tinhso.engines.exchange import services as acts
from tinhso.engines.exchange.contracts.wsdl import compile_wsdl
from tinhso.engines.exchange.rules import soap
from tinhso.engines.exchange.rules.policy import operations
from tinhso.engines.exchange.testing import World as Registry
from tinhso.engines.exchange.tests.nginx_world import PLANES
from tinhso.engines.exchange.tests.plane_world import CLIENT, SERVICE, World
from tinhso.engines.exchange.tests.test_contracts import two_operations

URL = f"/r1/{SERVICE}"
WSDL = two_operations()
E11, E12 = soap.SOAP_11, soap.SOAP_12
TOLD = (
    f'<s:Envelope xmlns:s="{E11}"><s:Body><Told xmlns="urn:t"><name>Nguyễn Văn A</name><kid><a>B</a></kid></Told>'
    "</s:Body></s:Envelope>"
).encode()
ASK, DROP = '<t:Ask xmlns:t="urn:t"><t:n>7</t:n></t:Ask>', '<t:Drop xmlns:t="urn:t"/>'
WSA = "http://www.w3.org/2005/08/addressing"
XML, FIND = "text/xml; charset=utf-8", '"urn:find"'


def envelope(*children: str, header: str = "", version: str = E11, before: str = "") -> str:
    opened = f"<s:Header>{header}</s:Header>" if header else ""
    return f'{before}<s:Envelope xmlns:s="{version}">{opened}<s:Body>{"".join(children)}</s:Body></s:Envelope>'


@pytest.fixture(scope="module", params=PLANES)
def running(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with PLANES[request.param](tmp_path_factory.mktemp("plane")) as made:
        rows = compile_wsdl(WSDL).as_rows()
        service = replace(made.base.services[SERVICE], kind="soap", operations=operations(rows))
        fields = tuple(rows[0]["fields"])
        agreement = replace(made.base.agreements[CLIENT, SERVICE], operations=frozenset({"POST find"}), fields=fields)
        made.base = replace(
            made.base,
            services={SERVICE: service},
            agreements={(CLIENT, SERVICE): agreement},
            contracts={SERVICE: ("wsdl", WSDL)},
        )
        made.learn()
        yield made


@pytest.fixture
def w(running: World) -> World:
    running.provider.__init__()  # type: ignore[misc]
    running.provider.soap = TOLD
    return running


class Session(requests.Session):
    """Proves each call by a token of its own, as a client's own session would."""

    def __init__(self, w: World) -> None:
        super().__init__()
        self.headers["X-Road-Client"] = CLIENT
        self.auth = lambda asked: asked.headers.update(Authorization=f"Bearer {w.client.token()}") or asked


def client(w: World, wsdl: str = "") -> Any:
    at = f"http://127.0.0.1:{w.port}{URL}"
    described = io.BytesIO(wsdl.encode()) if wsdl else at.replace("/persons", "/getWsdl?serviceCode=persons")
    made = zeep.Client(described, transport=Transport(session=Session(w)))
    return made.create_service("{urn:t}Bi", at)


def test_zeep_finds_the_description_calls_what_is_granted_and_nothing_else(w: World) -> None:
    service = client(w)
    told = service.find(n="7")
    assert (told.name, told.kid[0].a) == ("Nguyễn Văn A", "B")
    with pytest.raises(zeep.exceptions.Fault, match="Thoả thuận không cho phép thao tác này") as fault:
        service.erase()
    assert fault.value.code.endswith(":Server.ServerProxy.AccessDenied.Operation") and fault.value.detail is not None
    assert len(w.provider.bodies) == 1 and b"Drop" not in w.provider.bodies[0]
    done, refused = w.receipts()[-2:]
    assert (done["operation"], done["status"], refused["status"]) == ("POST find", 200, 500)


def test_zeep_speaks_soap_12_and_reads_its_fault(w: World) -> None:
    service = client(w, WSDL.replace("wsdl/soap/", "wsdl/soap12/"))
    w.provider.soap = TOLD.replace(E11.encode(), E12.encode())
    assert service.find(n="7").name == "Nguyễn Văn A"
    with pytest.raises(zeep.exceptions.Fault, match="không cho phép"):
        service.erase()
    assert len(w.provider.bodies) == 1


def test_a_fault_of_the_provider_reaches_the_client(w: World) -> None:
    w.provider.status, w.provider.soap = 500, (
        f'<s:Envelope xmlns:s="{E11}"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Sổ đang khoá'
        "</faultstring></s:Fault></s:Body></s:Envelope>"
    ).encode()  # fmt: skip
    with pytest.raises(zeep.exceptions.Fault, match="Sổ đang khoá"):
        client(w, WSDL).find(n="7")


GOOD = {
    "plain": (XML, FIND, envelope(ASK)),
    "action without quotes": (XML, "urn:find", envelope(ASK)),
    "declared, with a mark": (XML, FIND, "\ufeff" + envelope(ASK, before='<?xml version="1.0" encoding="UTF-8"?>')),
    "addressed": (XML, FIND, envelope(ASK, header=f'<a:Action xmlns:a="{WSA}">urn:find</a:Action>')),
    "1.2": ('application/soap+xml; charset="utf-8"; action="urn:find"', None, envelope(ASK, version=E12)),
    "1.2 without action": ("application/soap+xml", None, envelope(ASK, version=E12)),
    "long": (XML, FIND, envelope(ASK.replace("7", "7" * 300_000))),
}


def posted(w: World, media: str | None, action: str | None, body: str | bytes, **more: str) -> tuple[int, Any, bytes]:
    headers = {"Content-Type": media or "", "SOAPAction": action or "", **more}
    path = URL + headers.pop("query", "")
    return w.call(path, "POST", headers, body.encode() if isinstance(body, str) else body)


@pytest.mark.parametrize("name", GOOD)
def test_what_means_one_granted_operation_passes_as_it_came(w: World, name: str) -> None:
    media, action, body = GOOD[name]
    status, _, said = posted(w, media, action, body)
    assert (status, said) == (200, TOLD), said
    assert w.provider.bodies == [body.encode()]


ENTITY = '<!DOCTYPE d [<!ENTITY a "urn:t">]>'
HOSTILE: dict[str, tuple[str | None, str | None, str | bytes]] = {
    "the action of what is granted, the body of another": (XML, FIND, envelope(DROP)),
    "the body of what is granted, the action of another": (XML, '"urn:erase"', envelope(ASK)),
    "no action": (XML, None, envelope(ASK)),
    "an action in broken quotes": (XML, '"urn:find" "urn:erase"', envelope(ASK)),
    "two children": (XML, FIND, envelope(ASK, DROP)),
    "a late second child": (XML, FIND, envelope(ASK.replace("7", "7" * 300_000), DROP)),
    "a late second body": (XML, FIND, envelope(ASK).replace("</s:Body>", f"</s:Body><s:Body>{DROP}</s:Body>")),
    "no child": (XML, FIND, envelope()),
    "words in the body": (XML, FIND, envelope("x", ASK)),
    "a body before the header": (XML, FIND, envelope(ASK).replace("</s:Body>", "</s:Body><s:Header/>")),
    "another namespace": (XML, FIND, envelope(ASK.replace("urn:t", "urn:u"))),
    "no namespace": (XML, FIND, envelope("<Ask/>")),
    "another envelope": (XML, FIND, envelope(ASK, version="urn:soap")),
    "1.2 said to be 1.1": (XML, FIND, envelope(ASK, version=E12)),
    "1.1 said to be 1.2": ("application/soap+xml", FIND, envelope(ASK)),
    "1.2 with another action": ('application/soap+xml; action="urn:erase"', None, envelope(ASK, version=E12)),
    "two actions": ('application/soap+xml; action="urn:erase"', FIND, envelope(ASK, version=E12)),
    "an action in pieces": ('application/soap+xml; action*0="urn:"', None, envelope(ASK, version=E12)),
    "a parameter twice": ('text/xml; charset=utf-8; charset="utf-16"', FIND, envelope(ASK)),
    "addressed elsewhere": (XML, FIND, envelope(ASK, header=f'<a:Action xmlns:a="{WSA}">urn:erase</a:Action>')),
    "X-Road's own headers": (
        XML,
        FIND,
        envelope(ASK, header='<x:id xmlns:x="http://x-road.eu/xsd/xroad.xsd">1</x:id>'),
    ),
    "a document type": (XML, FIND, envelope(ASK, before="<!DOCTYPE d>")),
    "entities": (XML, FIND, envelope(ASK, before=ENTITY)),
    "an instruction": (XML, FIND, envelope("<?a b?>", ASK)),
    "UTF-16": (XML, FIND, envelope(ASK).encode("utf-16")),
    "UTF-16 without a mark": (XML, FIND, envelope(ASK).encode("utf-16-be")),
    "declared UTF-7": (XML, FIND, envelope(ASK, before='<?xml version="1.0" encoding="UTF-7"?>')),
    "charset UTF-7": ("text/xml; charset=utf-7", FIND, envelope(ASK)),
    "parts": ("multipart/related; type=text/xml", FIND, envelope(ASK)),
    "JSON": ("application/json", FIND, "{}"),
    "no type": (None, FIND, envelope(ASK)),
    "nothing": (XML, FIND, b""),
    "cut": (XML, FIND, envelope(ASK)[:-9]),
    "more behind it": (XML, FIND, envelope(ASK) + envelope(DROP)),
    "deep": (XML, FIND, envelope("<a>" * 5000)),
    "an element that comes late": (XML, FIND, envelope(ASK, header="<h>" + "x" * 200_000 + "</h>")),
    "too large": (XML, FIND, envelope(ASK.replace("7", "7" * (9 << 20)))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_mean_another_operation_never_reaches_the_provider(w: World, name: str) -> None:
    media, action, body = HOSTILE[name]
    status, headers, said = posted(w, media, action, body)
    assert status in (400, 500) and headers["X-Road-Error"].startswith(
        ("Client.BadRequest", "Server.ServerProxy.AccessDenied.Operation")
    )
    assert b":Fault>" in said and w.provider.seen == []


def test_packed_bodies_and_operations_named_in_the_address_are_refused(w: World) -> None:
    for more in ({"Content-Encoding": "gzip"}, {"query": "?op=erase"}, {"query": "/erase"}):
        assert posted(w, XML, FIND, envelope(ASK), **more)[0] >= 400
    assert w.provider.seen == []


def test_without_all_fields_or_an_agreement_nothing_passes(w: World) -> None:
    agreement = w.base.agreements[CLIENT, SERVICE]
    w.learn(replace(w.base, agreements={(CLIENT, SERVICE): replace(agreement, fields=("name",))}))
    assert "AccessDenied.Fields" in posted(w, XML, FIND, envelope(ASK))[2].decode()
    w.learn(replace(w.base, agreements={}))
    assert posted(w, XML, FIND, envelope(ASK))[0] == 403
    w.learn()
    assert w.provider.seen == []


def test_services_published_before_are_read_anew_at_the_upgrade(world: Registry) -> None:
    """Their rows knew no element, so the plane would let nobody call them."""
    soap_service = acts.publish_service(
        actor=world.owners,
        subsystem=world.source,
        code="so",
        title="Sổ",
        base_url="https://so.example.vn",
        contract=WSDL,
    )
    said = soap_service.operations
    soap_service.operations = [{name: row[name] for name in row if name != "element"} for row in said]
    soap_service.save()
    import_module("tinhso.engines.exchange.migrations.0004_soap_operations_by_element").read_anew(apps, None)
    soap_service.refresh_from_db()
    assert [one["element"] for one in soap_service.operations] == ["{urn:t}Ask", "{urn:t}Drop"]
