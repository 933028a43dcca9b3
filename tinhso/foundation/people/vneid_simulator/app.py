"""The provider's endpoints: discovery, keys, authorize, token, userinfo (OpenID Connect Core, code flow with PKCE)."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tinhso.foundation.people.vneid_simulator import pages
from tinhso.foundation.people.vneid_simulator.options import Options
from tinhso.foundation.people.vneid_simulator.store import Asked, Code, Store, Token
from tinhso.foundation.people.vneid_simulator.tokens import Signer, challenge_of

MOST_BYTES = 16 * 1024
NUMBER = "personal_number"


class Provider:
    """One simulated provider with one registered client."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = Store(options.data)
        self.signer = Signer(options)

    async def discovery(self, request: Request) -> Response:
        base = self.options.issuer
        return JSONResponse(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/jwks",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "profile", "identity"],
                "acr_values_supported": ["1", "2"],
                "claims_supported": ["sub", "name", "birthdate", "gender", "address", "phone_number", NUMBER],
            }
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse(self.signer.public_keys())

    async def authorize(self, request: Request) -> Response:
        """Checks who asks before anything is shown; a wrong client or address is never redirected to."""
        given, known = request.query_params, self.options
        if given.get("client_id") != known.client_id or given.get("redirect_uri") not in known.redirect_uris:
            return self._page(pages.refused("Hệ thống yêu cầu đăng nhập chưa được đăng ký."), status=400)
        redirect_uri, state = given["redirect_uri"], given.get("state", "")
        wrong = self._wrong_request(given)
        if wrong:
            return _back(redirect_uri, error="invalid_request", error_description=wrong, state=state)
        asked = Asked(redirect_uri, state, given["nonce"], given["code_challenge"])
        key = self.store.remember(self.store.asked, asked)
        return self._page(pages.choose(key, self.store.persons.values(), "Cổng dịch vụ số của tỉnh"), asked)

    def _wrong_request(self, given: Any) -> str:
        if given.get("response_type") != "code" or "openid" not in given.get("scope", "").split():
            return "response_type must be code and scope must hold openid"
        if given.get("code_challenge_method") != "S256" or not given.get("code_challenge"):
            return "PKCE with S256 is required"
        if not given.get("nonce") or not given.get("state"):
            return "nonce and state are required"
        return ""

    async def answer(self, request: Request) -> Response:
        """The person's choice: a code back to the client, or a refusal."""
        form = await _form(request)
        asked = self.store.waiting(str(form.get("request", "")))
        if asked is None:
            return self._page(pages.refused("Yêu cầu đăng nhập đã hết hạn. Hãy quay lại và thử lần nữa."), status=400)
        self.store.asked.pop(str(form["request"]), None)
        person = self.store.persons.get(str(form.get("number", "")))
        if form.get("answer") != "yes" or person is None:
            return _back(asked.redirect_uri, error="access_denied", state=asked.state)
        level = str(form.get("level") or person.get("level", "2"))
        code = self.store.remember(self.store.codes, Code(asked, person["personal_number"], level))
        return _back(asked.redirect_uri, code=code, state=asked.state, iss=self.options.issuer)

    async def token(self, request: Request) -> Response:
        form = await _form(request)
        if not self._is_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401, headers={"WWW-Authenticate": "Basic"})
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        code = self.store.spend(str(form.get("code", "")), self.options.code_seconds)
        if code is None or form.get("redirect_uri") != code.asked.redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if not hmac.compare_digest(challenge_of(str(form.get("code_verifier", ""))), code.asked.challenge):
            return JSONResponse({"error": "invalid_grant", "error_description": "PKCE"}, 400)
        code.token = self.store.remember(self.store.tokens, Token(code.number, code.level))
        id_token = self.signer.id_token(number=code.number, nonce=code.asked.nonce, level=code.level)
        body = {"access_token": code.token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    def _is_client(self, request: Request, form: Any) -> bool:
        name, secret = str(form.get("client_id", "")), str(form.get("client_secret", ""))
        kind, _space, packed = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                name, _colon, secret = base64.b64decode(packed, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return False
            name, secret = unquote(name), unquote(secret)
        known = hmac.compare_digest(name.encode(), self.options.client_id.encode())
        return known and hmac.compare_digest(secret.encode(), self.options.client_secret.encode())

    async def userinfo(self, request: Request) -> Response:
        kind, _space, key = request.headers.get("authorization", "").partition(" ")
        token = self.store.bearer(key) if kind.lower() == "bearer" else None
        if token is None:
            return JSONResponse({"error": "invalid_token"}, 401, headers={"WWW-Authenticate": "Bearer"})
        person = self.store.persons[token.number]
        body = {
            "sub": self.signer.subject(token.number),
            "personal_number": token.number,
            "name": person["name"],
            "birthdate": person.get("birthdate"),
            "gender": person.get("gender"),
            "address": {"formatted": person.get("address", "")},
            "phone_number": person.get("phone_number"),
            "is_simulated": True,
        }
        wrong = {"other_subject": {"sub": "somebody-else"}, "bad_number": {"personal_number": "12345"}}
        return JSONResponse(body | wrong.get(self.options.misbehaviour, {}), headers={"Cache-Control": "no-store"})

    async def style(self, request: Request) -> Response:
        return Response(pages.STYLE, media_type="text/css")

    async def home(self, request: Request) -> Response:
        return self._page(pages.page("Nhà cung cấp định danh mô phỏng", "<p>Dùng cho bản chạy thử và kiểm thử.</p>"))

    def _page(self, html: str, asked: Asked | None = None, status: int = 200) -> Response:
        back = "{0.scheme}://{0.netloc}".format(urlsplit(asked.redirect_uri)) if asked else ""
        policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        headers = {"Content-Security-Policy": f"{policy} {back}", "Cache-Control": "no-store"}
        return HTMLResponse(html, status, headers=headers)


async def _form(request: Request) -> dict[str, str]:
    """An ordinary form of at most 16 KiB; the first value of each name counts."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return {}
    given: dict[str, str] = {}
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=30):
        given.setdefault(name, value)
    return given


def _back(redirect_uri: str, **answer: str) -> Response:
    joiner = "&" if "?" in redirect_uri else "?"
    given = urlencode({name: value for name, value in answer.items() if value})
    return RedirectResponse(f"{redirect_uri}{joiner}{given}", 302, headers={"Cache-Control": "no-store"})


def create() -> Starlette:
    """The application that granian serves; options come from the starting process."""
    provider = Provider(Options.load(os.environ["VNEID_SIMULATOR_OPTIONS"]))
    return Starlette(
        routes=[
            Route("/", provider.home),
            Route("/style.css", provider.style),
            Route("/.well-known/openid-configuration", provider.discovery),
            Route("/jwks", provider.keys),
            Route("/authorize", provider.authorize, methods=["GET"]),
            Route("/authorize", provider.answer, methods=["POST"]),
            Route("/token", provider.token, methods=["POST"]),
            Route("/userinfo", provider.userinfo),
        ]
    )
