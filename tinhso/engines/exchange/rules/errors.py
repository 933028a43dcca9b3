"""Refusals as X-Road names them: a dotted type whose first word says whose fault it is, and a sentence."""

from __future__ import annotations

BAD_REQUEST = "Client.BadRequest"
AUTHENTICATION = "Server.ClientProxy.AuthenticationFailed"
ACCESS_DENIED = "Server.ServerProxy.AccessDenied"
UNKNOWN_MEMBER = "Server.ServerProxy.UnknownMember"
UNKNOWN_SERVICE = "Server.ServerProxy.UnknownService"
SERVICE_FAILED = "Server.ServerProxy.ServiceFailed"
OUTDATED = "Server.ServerProxy.OutdatedGlobalConf"
INTERNAL = "Server.ServerProxy.InternalError"


class Refusal(Exception):
    """A call that goes no further. `type` goes into X-Road-Error, `sentence` into the answer's message."""

    def __init__(self, type: str, sentence: str, status: int, *, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.type, self.sentence, self.status, self.retry_after = type, sentence, status, retry_after


def bad_request(sentence: str, kind: str = "") -> Refusal:
    return Refusal(f"{BAD_REQUEST}.{kind}" if kind else BAD_REQUEST, sentence, 400)


def unproved(kind: str, sentence: str) -> Refusal:
    """Who calls is not proved: no key, a wrong, revoked, expired or replayed one."""
    return Refusal(f"{AUTHENTICATION}.{kind}", sentence, 401)


def denied(kind: str, sentence: str) -> Refusal:
    return Refusal(f"{ACCESS_DENIED}.{kind}" if kind else ACCESS_DENIED, sentence, 403)


def failed(kind: str, sentence: str, status: int = 502) -> Refusal:
    """The provider did not answer, or not as it promised."""
    return Refusal(f"{SERVICE_FAILED}.{kind}", sentence, status)
