"""A provider's answer before it leaves: read within bounds, held against its contract, cut down to granted fields."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson
from aiohttp import ClientError

from tinhso.engines.exchange.plane.trace import Trace
from tinhso.engines.exchange.plane.upstream import Answer
from tinhso.engines.exchange.rules import fields
from tinhso.engines.exchange.rules.decisions import Granted
from tinhso.engines.exchange.rules.errors import Refusal, failed
from tinhso.engines.exchange.rules.policy import Operation


async def read(answer: Answer, most: int) -> bytes:
    """The answer's whole body, of at most so many bytes."""
    if answer.content.is_eof() and answer.content.exception() is None:  # it came together with its headers
        whole = answer.content.read_nowait()
        if len(whole) > most:
            raise too_large()
        return whole
    held: list[bytes] = []
    size = 0
    try:
        async for chunk in answer.content.iter_any():
            held.append(chunk)
            size += len(chunk)
            if size > most:
                raise too_large()
    except TimeoutError:
        raise failed("Timeout", "Bên cung cấp dừng giữa câu trả lời.", 504) from None
    except (ClientError, OSError):
        raise failed("NetworkError", "Câu trả lời của bên cung cấp bị cắt ngang.") from None
    return b"".join(held)


def too_large() -> Refusal:
    return failed("AnswerTooLarge", "Câu trả lời quá lớn để lọc trường theo thoả thuận.")


class Contracts:
    """Validators of answers, one an operation, made when first asked."""

    def __init__(self) -> None:
        # The operation beside its validator keeps its id from being given to another.
        self.made: dict[int, tuple[Operation, Any]] = {}

    def checked(self, trace: Trace, granted: Granted, media: str, body: bytes) -> bytes:
        """The answer against its contract, then only its granted fields."""
        if granted.service.kind == "soap" or not (media.endswith("/json") or media.endswith("+json")):
            if granted.service.kind == "soap":
                return body
            trace.breach = f"content type {media}"
            raise failed("ContractBreached", "Câu trả lời không đúng hợp đồng của dịch vụ (không phải JSON).")
        try:
            value = orjson.loads(body)
        except ValueError:
            trace.breach = "not JSON"
            raise failed("ContractBreached", "Câu trả lời không đúng hợp đồng của dịch vụ (JSON hỏng).") from None
        if granted.service.checks_answers and granted.operation.answer:
            validator = self._validator(granted.operation)
            if not validator.is_valid(value) and (error := next(validator.iter_errors(value), None)) is not None:
                # Where, not what: the value may be somebody's.
                trace.breach = f"/{'/'.join(map(str, error.instance_path))}: {'/'.join(map(str, error.schema_path))}"[
                    :500
                ]
                raise failed("ContractBreached", "Câu trả lời không đúng hợp đồng của dịch vụ.")
        if not granted.filters:
            return body
        return orjson.dumps(fields.only(value, granted.agreement.fields))

    def _validator(self, operation: Operation) -> Any:
        found = self.made.get(id(operation))
        if found is None:
            found = self.made[id(operation)] = (
                operation,
                jsonschema_rs.validator_for(dict(operation.answer or {})),
            )
        return found[1]


# What says why a call failed (RFC 9457) and nothing of anybody: `detail` may hold the very data asked for.
PROBLEM = ("type", "title", "status", "code")


def problem_only(granted: Granted, body: bytes) -> bytes:
    """An answer that is no success, under an agreement that grants only some fields: those, and why it failed.

    A Fault of SOAP goes through whole: who may call a SOAP operation was granted all that it answers.
    """
    if granted.service.kind == "soap":
        return body
    try:
        value = orjson.loads(body)
    except ValueError:
        return b""
    if not isinstance(value, dict):
        return b""
    why = {name: value[name] for name in PROBLEM if isinstance(value.get(name), str | int)}
    return orjson.dumps({**why, **fields.only(value, granted.agreement.fields)})
