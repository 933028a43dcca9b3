"""SOAP 1.1 and 1.2 requests: which operation one means, read so that no provider could read another.

A provider may choose by the body's element (WS-I Basic Profile 1.1 4.7), by SOAPAction, by the content type's action
or by WS-Addressing's Action. So all that are said must mean one operation; whatever two programs could read differently
(encodings, document types, a second body element, doubtful content types) is refused, not repaired.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from tinhso.engines.exchange.rules.errors import Refusal, bad_request, denied
from tinhso.engines.exchange.rules.policy import Operation, Service

SOAP_11, SOAP_12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
MEDIA = {"text/xml": SOAP_11, "application/soap+xml": SOAP_12}
# The first element of the body comes within so many bytes; headers with signatures in them are far smaller.
FIRST = 64 << 10
# X-Road's own SOAP headers, of any version: adapters choose by them, and they are not spoken here.
XROAD = "http://x-road."
DEEPEST = 200
NOT_UTF_8 = "Nội dung SOAP phải là UTF-8."
TOKEN = r"[A-Za-z0-9!#$&^_.+-]+"  # noqa: S105 - RFC 9110's word for a run of letters
CONTENT_TYPE = re.compile(rf"({TOKEN}/{TOKEN})((?:\s*;\s*{TOKEN}=(?:{TOKEN}|\"[^\"\\]*\"))*)\s*;?\s*\Z")
PARAMETER = re.compile(rf";\s*({TOKEN})=(?:({TOKEN})|\"([^\"\\]*)\")")


def wrong(sentence: str) -> Refusal:
    return bad_request(sentence, "Soap")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a request says about itself: its version, the body's element as {namespace}name, every action it names."""

    envelope: str
    element: str
    actions: tuple[str, ...]
    # SOAP 1.1 demands the SOAPAction header.
    is_action_said: bool


def heading(headers: Mapping[str, str], named: Mapping[str, int]) -> tuple[str, list[str], bool]:
    """From the HTTP headers: the envelope's namespace, the actions named, whether there is a SOAPAction.

    `named` counts headers by their lower-case names: those that decide are said once.
    """
    if any(named.get(name, 0) > 1 for name in ("content-type", "soapaction", "content-encoding")):
        raise wrong("Tiêu đề của lời gọi SOAP được ghi nhiều lần.")
    if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise wrong("Nền tảng không nhận nội dung SOAP đã nén.")
    found = CONTENT_TYPE.match(headers.get("Content-Type", "").strip())
    version = MEDIA.get(found[1].lower()) if found else None
    if found is None or version is None:
        raise wrong("Content-Type của lời gọi SOAP phải là text/xml (SOAP 1.1) hoặc application/soap+xml (SOAP 1.2).")
    said = [(name.lower(), plain or quoted) for name, plain, quoted in PARAMETER.findall(found[2])]
    parameters = dict(said)
    if len(parameters) != len(said):
        raise wrong("Content-Type ghi một tham số nhiều lần.")
    if parameters.get("charset", "utf-8").lower() not in ("utf-8", "us-ascii"):
        raise wrong(NOT_UTF_8)
    actions = [parameters["action"]] if "action" in parameters else []
    header = headers.get("SOAPAction")
    if header is not None:
        actions.append(unquoted(header.strip()))
    return version, actions, header is not None


def unquoted(action: str) -> str:
    """SOAPAction is a quoted URI (SOAP 1.1, 6.1.1); without quotes it is the same one."""
    bare = action[1:-1] if len(action) > 1 and action[0] == action[-1] == '"' else action
    if '"' in bare:
        raise wrong("Tiêu đề SOAPAction không đúng dạng.")
    return bare


class Reader:
    """Reads an envelope piece by piece. `element` is known as soon as the body's first element begins."""

    def __init__(self, envelope: str) -> None:
        self.envelope, self.element, self.actions = envelope, "", list[str]()
        self.path: list[str] = []
        self.bodies = self.children = self.parts = 0
        self.text: list[str] | None = None
        # Expat follows a mark of UTF-16 even against the encoding it is given: so bytes are held to UTF-8 before it.
        # What the document itself says is looked at, for a provider may believe it.
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.parser: Any = DefusedXMLParser(target=Target(self), encoding="utf-8", forbid_dtd=True)
        self.parser.parser.XmlDeclHandler = self._declared

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises Refusal as soon as the envelope cannot be let through."""
        try:
            self.decoder.decode(piece)
        except UnicodeDecodeError:
            raise wrong(NOT_UTF_8) from None
        if b"\0" in piece:
            raise wrong(NOT_UTF_8)
        self._guarded(self.parser.feed, piece)

    def end(self) -> None:
        """There is no more: the envelope is whole and has one body with one element."""
        self._guarded(self.parser.close)
        if self.bodies != 1 or self.children != 1:
            raise wrong("Phong bì SOAP phải có một phần Body với đúng một phần tử.")

    def _guarded(self, act: Any, *given: bytes) -> None:
        try:
            act(*given)
        except DefusedXmlException:
            raise wrong("Nội dung SOAP không được khai DTD hay thực thể.") from None
        except (ParseError, ValueError, LookupError):
            raise wrong("Nội dung SOAP không phải XML đúng quy cách.") from None

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii"):
            raise wrong(NOT_UTF_8)

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        depth = len(self.path)
        self.path.append(tag)
        if depth >= DEEPEST:
            raise wrong("Nội dung SOAP lồng quá sâu.")
        if depth == 0 and tag != f"{{{self.envelope}}}Envelope":
            raise wrong("Phong bì SOAP không đúng phiên bản ghi ở Content-Type.")
        if depth == 1:
            self._part(tag)
        elif depth == 2:
            self._child(tag)
        elif self.text is not None:
            raise wrong("Tiêu đề Action của WS-Addressing không đúng dạng.")

    def _part(self, tag: str) -> None:
        self.parts += 1
        if tag == f"{{{self.envelope}}}Body":
            self.bodies += 1
        elif tag != f"{{{self.envelope}}}Header" or self.parts > 1:
            raise wrong("Phong bì SOAP chỉ có một phần Header rồi một phần Body.")
        if self.bodies > 1:
            raise wrong("Phong bì SOAP có nhiều phần Body.")

    def _child(self, tag: str) -> None:
        if self.bodies:
            self.children += 1
            if self.children > 1:
                raise wrong("Phần Body của lời gọi SOAP phải có đúng một phần tử.")
            self.element = tag
        elif tag.startswith("{" + XROAD):
            raise wrong("Nền tảng chưa nhận các tiêu đề SOAP của X-Road; hãy ghi ở tiêu đề HTTP X-Road-….")
        elif tag.rpartition("}")[2] == "Action":
            self.text = []

    def closed(self) -> None:
        self.path.pop()
        if len(self.path) == 2 and self.text is not None:
            self.actions.append("".join(self.text).strip())
            self.text = None

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)
        elif len(self.path) < 3 and not text.isspace():
            raise wrong("Phong bì SOAP có chữ nằm ngoài các phần tử.")

    def pi(self, _target: str, _data: str | None = None) -> None:
        raise wrong("Nội dung SOAP không được có chỉ thị xử lý.")


class Target:
    """What the parser calls for a Reader: its `end` is that of an element, the Reader's that of the request."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.start, self.data, self.pi = reader.start, reader.data, reader.pi

    def end(self, _tag: str) -> None:
        self.reader.closed()


def meant(service: Service, spoken: Spoken) -> Operation:
    """The one operation that the element names and no action contradicts."""
    found = next((one for _, one in service.operations if one.element and one.element == spoken.element), None)
    if found is None:
        raise denied("Operation", "Hợp đồng của dịch vụ không có thao tác này.")
    if spoken.envelope == SOAP_11 and found.action and not spoken.is_action_said:
        raise wrong("Lời gọi SOAP 1.1 phải có tiêu đề SOAPAction.")
    if any(action != found.action for action in spoken.actions):
        raise wrong("SOAPAction và phần tử trong Body chỉ hai thao tác khác nhau.")
    return found


def fault(envelope: str, refusal: Refusal, uid: str) -> tuple[int, str, bytes]:
    """A refusal as a SOAP Fault: HTTP status, content type, bytes (SOAP 1.1 4.4 and 6.2; SOAP 1.2 part 2, 7.5.2)."""
    is_caller = refusal.type.startswith("Client")
    detail = f'<f:faultDetail xmlns:f="http://x-road.eu/xsd/xroad.xsd">{escape(uid)}</f:faultDetail>'
    if envelope == SOAP_12:
        body = (
            f"<s:Code><s:Value>s:{'Sender' if is_caller else 'Receiver'}</s:Value></s:Code>"
            f'<s:Reason><s:Text xml:lang="vi">{escape(refusal.sentence)}</s:Text></s:Reason>'
            f"<s:Detail>{detail}</s:Detail>"
        )
        status, media = (400 if is_caller else 500), "application/soap+xml; charset=utf-8"
    else:
        body = (
            f"<faultcode>s:{escape(refusal.type)}</faultcode>"
            f"<faultstring>{escape(refusal.sentence)}</faultstring><detail>{detail}</detail>"
        )
        status, media = 500, "text/xml; charset=utf-8"
    text = f'<s:Envelope xmlns:s="{envelope}"><s:Body><s:Fault>{body}</s:Fault></s:Body></s:Envelope>'
    return status, media, f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
