"""WSDL 1.1: entities and outside documents refused before zeep reads it; compiled to operations and fields."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
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

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
DEEPEST_DOCUMENT = 80


def compile_wsdl(text: str) -> Compiled:
    """The contract behind a WSDL document. ContractRefused says what must be mended."""
    _safe(text)
    operations = tuple(_operations(_document(text)))
    if not operations:
        raise ContractRefused(_("WSDL không có thao tác nào của SOAP."))
    if len(operations) > MOST_OPERATIONS:
        raise ContractRefused(_("Bản mô tả có quá nhiều thao tác; hãy chia thành nhiều dịch vụ."))
    times = Counter(one.element for one in operations)
    if alike := [one.id for one in operations if times[one.element] > 1]:
        # All calls are POSTs to one address: who was granted one of these would have the others too.
        raise ContractRefused(_("Mỗi thao tác phải nhận một phần tử riêng trong Body để phân biệt."), alike[:10])
    remark = _("Câu trả lời SOAP được chuyển nguyên vẹn: không lọc và không đối chiếu từng trường.")
    return Compiled("wsdl", "", operations, (remark,))


def _safe(text: str) -> None:
    """Well-formed, without a document type, and nothing to be fetched."""
    raw = text.encode()
    if len(raw) > LARGEST_TEXT:
        raise ContractRefused(_("Bản mô tả quá lớn (tối đa 1 MiB)."))
    try:
        root = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as wrong:
        raise ContractRefused(_("WSDL không được khai DTD hay thực thể.")) from wrong
    except (ParseError, ValueError, RecursionError) as wrong:
        raise ContractRefused(_("Không đọc được WSDL."), [str(wrong)[:200]]) from wrong
    if root.tag != f"{WSDL}definitions":
        raise ContractRefused(_("Tệp không phải WSDL 1.1 (gốc phải là “definitions”)."))
    outside = []
    level = [root]
    for _depth in range(DEEPEST_DOCUMENT):
        for node in level:
            where = node.get("location" if node.tag == f"{WSDL}import" else "schemaLocation")
            fetches = (f"{WSDL}import", f"{XSD}import", f"{XSD}include", f"{XSD}redefine")
            if node.tag in fetches and where:
                outside.append(where[:200])
        level = [child for node in level for child in node]
    if level:
        raise ContractRefused(_("Bản mô tả lồng quá sâu hoặc quá lớn."))
    if outside:
        raise ContractRefused(_("Bản mô tả phải trọn vẹn trong một tệp, không tham chiếu ra ngoài."), outside[:10])


def _document(text: str) -> Any:
    from zeep.transports import Transport
    from zeep.wsdl import Document

    class Nowhere(Transport):
        """Loads nothing, whatever a document asks for."""

        def load(self, url: str) -> bytes:
            raise ContractRefused(_("Bản mô tả phải trọn vẹn trong một tệp, không tham chiếu ra ngoài."), [url[:200]])

    try:
        return Document(io.BytesIO(text.encode()), Nowhere())  # type: ignore[arg-type,no-untyped-call]
    except ContractRefused:
        raise
    except Exception as wrong:  # whatever the library stumbles over is the document's fault
        raise ContractRefused(_("WSDL sai quy cách."), [f"{type(wrong).__name__}: {wrong}"[:200]]) from wrong


def _operations(document: Any) -> Iterator[Operation]:
    from zeep.wsdl.bindings.soap import SoapBinding

    seen: dict[str, Operation] = {}
    ports = (port for service in document.services.values() for port in service.ports.values())
    for port in ports:
        if not isinstance(port.binding, SoapBinding):  # plain GET and POST beside SOAP are no calls of ours
            continue
        for name, operation in port.binding._operations.items():
            made = _operation(name, operation)
            if seen.setdefault(name, made) != made:  # one name, two meanings by the port that is called
                raise ContractRefused(_("Các cổng của WSDL tả cùng một thao tác theo hai cách."), [name])
    yield from seen.values()


def _operation(name: str, operation: Any) -> Operation:
    body, asked = getattr(operation.output, "body", None), operation.input.body
    if asked is None or operation.input._is_body_wrapped:
        raise ContractRefused(_("Body của mỗi lời gọi phải có đúng một phần tử."), [name])
    return Operation(
        id=name,
        method="POST",
        path="/",
        fields=tuple(dict.fromkeys(islice(_fields(getattr(body, "type", None)), MOST_FIELDS))),
        action=str(operation.soapaction or ""),
        element=str(asked.qname.text),
    )


def _fields(kind: Any, before: str = "", depth: int = 0) -> Iterator[str]:
    if kind is None or depth > DEEPEST:
        return
    for name, element in getattr(kind, "elements", None) or []:
        whole = f"{before}.{name}" if before else str(name)
        whole += "[]" if getattr(element, "accepts_multiple", False) else ""
        yield whole
        yield from _fields(getattr(element, "type", None), whole, depth + 1)
