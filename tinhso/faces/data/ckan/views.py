"""One door for all actions: reads the parameters as CKAN clients send them, answers as CKAN answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

import orjson
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import machine
from tinhso.foundation.access.tokens import account_of_token
from tinhso.foundation.text.errors import Refused
from tinhso.systems.opendata.errors import Invalid, NotFound, PersonalData, query_sentence
from tinhso.systems.opendata.rules.query import BadQuery

LONGEST_BODY = 32 * 1024 * 1024


@dataclass
class Call:
    """One call: who, with which parameters, which file, under which address."""

    actor: access.Actor
    given: dict[str, Any]
    site: str
    upload: BinaryIO | None = None
    upload_name: str = ""
    raw: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A parameter as text."""
        value = self.given.get(name, default)
        return default if value is None else str(value)

    def number(self, name: str, default: int, most: int) -> int:
        """A parameter as a whole number within bounds; Invalid when it is none."""
        try:
            value = int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise Invalid({name: [_("Phải là số nguyên.")]}) from None
        if value < 0:
            raise Invalid({name: [_("Không được âm.")]})
        return min(value, most)

    def flag(self, name: str, default: bool = False) -> bool:
        """A parameter as yes or no."""
        value = self.given.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "1", "yes")

    def items(self, name: str) -> list[Any]:
        """A parameter as a list: JSON, or text cut at commas."""
        value = self.given.get(name)
        if value in (None, ""):
            return []
        if isinstance(value, str):
            value = _loaded(value) if value.lstrip()[:1] in "[{" else [part.strip() for part in value.split(",")]
        return value if isinstance(value, list) else [value]


def _loaded(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        raise Invalid({"__json": [_("JSON không đọc được.")]}) from None


Action = Callable[[Call], Any]
ACTIONS: dict[str, Action] = {}


def action(function: Action) -> Action:
    """Declares an action under its function's name."""
    ACTIONS[function.__name__] = function
    return function


def writes(function: Action) -> Action:
    """Declares an action that writes: all of it or nothing."""
    return action(transaction.atomic(function))


@csrf_exempt
@machine
def call(request: HttpRequest, action: str) -> HttpResponse:
    """One action. Signed in by a machine token in `Authorization`; a browser's session is never enough."""
    site = request.build_absolute_uri("/").rstrip("/")
    told = {"help": f"{site}/api/3/action/help_show?name={action}"}
    try:
        asked = _call(request, site)
        if action not in ACTIONS:
            return _answer(told, 400, error=f"Bad request - Action name not known: {action}")
        result = ACTIONS[action](asked)
        return _answer(told, 200, result=result)
    except PersonalData as refused:
        return _answer(told, 409, error={"__type": "Validation Error", "upload": refused.reasons})
    except Invalid as invalid:
        return _answer(told, 409, error={"__type": "Validation Error", **invalid.faults})
    except BadQuery as bad:
        return _answer(told, 409, error={"__type": "Validation Error", "query": [query_sentence(bad)]})
    except NotFound as missing:
        return _answer(told, 404, error={"__type": "Not Found Error", "message": missing.sentence})
    except access.Denied as denied:
        return _answer(told, 403, error={"__type": "Authorization Error", "message": denied.sentence})
    except IntegrityError:
        return _answer(told, 409, error={"__type": "Validation Error", "name": [_("Tên hoặc mã này đã dùng.")]})
    except Refused as refused_otherwise:
        return _answer(told, 409, error={"__type": "Validation Error", "message": [refused_otherwise.sentence]})


def _answer(told: Mapping[str, Any], status: int, *, result: Any = None, error: Any = None) -> HttpResponse:
    body = {**told, "success": error is None, **({"result": result} if error is None else {"error": error})}
    response = HttpResponse(
        orjson.dumps(body, default=str), status=status, content_type="application/json;charset=utf-8"
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _call(request: HttpRequest, site: str) -> Call:
    made = Call(_actor(request), {key: request.GET[key] for key in request.GET}, site)
    if request.method != "POST":
        return made
    if "json" in (request.content_type or "") or not request.content_type:
        sent = request.read(LONGEST_BODY + 1)
        if len(sent) > LONGEST_BODY:
            raise Invalid({"__json": [_("Thân lớn hơn 32 MB; hãy gửi nhiều lần, hoặc tải tệp lên.")]})
        body = _loaded(sent.decode("utf-8", "replace")) if sent else {}
        if not isinstance(body, dict):
            raise Invalid({"__json": [_("Thân phải là một đối tượng JSON.")]})
        made.given |= body
    else:
        made.given |= {key: request.POST[key] for key in request.POST}
        upload = request.FILES.get("upload")
        if upload is not None:
            made.upload, made.upload_name = cast(BinaryIO, upload), upload.name or "tep"
        elif request.content_type == "application/x-www-form-urlencoded" and len(made.given) == 1:
            # Old clients send their JSON under the form type.
            only = next(iter(made.given.items()))
            if only[0].startswith("{") and not only[1]:
                made.given = _loaded(only[0])
    return made


def may_send_much(request: HttpRequest) -> bool:
    """Whether larger files are taken from the caller: only by a token that stands, before its body is read."""
    try:
        return bool(_actor(request).account_id)
    except access.Denied:
        return False


def _actor(request: HttpRequest) -> access.Actor:
    header = request.headers.get("Authorization") or request.headers.get("X-CKAN-API-Key") or ""
    secret = header.strip()[:2000].rpartition(" ")[2]
    if not secret:
        return access.Actor.anonymous()
    account = account_of_token(secret)
    if account is None:
        raise access.Denied(_("Thẻ máy không đúng, đã hết hạn hoặc đã thu hồi."))
    return access.Actor.of(account)


# The actions register themselves under their names.
from tinhso.faces.data.ckan import asking, bodies, reading, searching, tables, writing  # noqa: E402, F401
