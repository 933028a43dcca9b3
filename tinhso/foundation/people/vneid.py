"""The identity provider as allauth sees it: OpenID Connect, code + PKCE + nonce, RS256 only, signature always checked.

allauth skips the signature of an id_token fetched over TLS and knows no nonce; on loopback there is no TLS, and a
provider of identity deserves both checks, so this subclass makes them.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.people.adapters import refused_page

ALGORITHMS = ["RS256"]


class VneidAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks the answer of the provider; any doubt is an OAuth2Error, which ends in the refusal page."""

    expected_nonce = ""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> Any:
        """id_token first (who, for whom, when, which nonce, which level), then userinfo of the same subject."""
        claims = self._decode_id_token(app, str(kwargs["response"].get("id_token") or ""))
        userinfo = self._fetch_user_info(token.token)
        if not isinstance(userinfo, dict) or userinfo.get("sub") != claims["sub"]:
            raise OAuth2Error("userinfo speaks of another subject")
        login = self.get_provider().sociallogin_from_response(request, {"sub": claims["sub"]})
        login.claims = {**userinfo, "sub": claims["sub"], "iss": claims["iss"], "acr": claims.get("acr")}
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error("id_token is not signed with RS256")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key(str(header.get("kid"))),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=5,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )
        except jwt.PyJWTError as problem:
            raise OAuth2Error("id_token is not valid") from problem
        if not self.expected_nonce or not hmac.compare_digest(str(claims["nonce"]), self.expected_nonce):
            raise OAuth2Error("nonce is not the one sent")
        return claims

    def _key(self, kid: str) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        for key in jwt.PyJWKSet.from_dict(answer.json()).keys:
            if key.key_id == kid and key.key_type == "RSA":
                return key.key
        raise OAuth2Error("id_token is signed with an unknown key")


class VneidProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """Sends a nonce with every request, takes no parameter from the address, stores no personal data of the answer."""

    oauth2_adapter_class = VneidAdapter

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        params = {**self.get_auth_params(), "nonce": nonce}
        # Always a sign-in: never a link of somebody's identity to the account that happens to be open.
        return super().redirect(  # type: ignore[no-any-return]
            request, AuthProcess.LOGIN, next_url, data, auth_params=params, scope=self.get_scope(), nonce=nonce
        )

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}


class _CallbackView(OAuth2CallbackView):  # type: ignore[misc]
    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.expected_nonce = str((state or {}).get("nonce", ""))
        return state, response


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider; the person presses a button first (no sign-in by a mere link)."""
    return _run(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    return _run(_CallbackView, request, provider_id)


def _run(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return view.adapter_view(VneidAdapter(request, provider_id))(request)  # type: ignore[no-any-return]
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (requests.RequestException, KeyError, ValueError):
        # The provider is away, or what it says of itself is no OpenID configuration.
        sentence = _("VNeID đang không trả lời. Hãy thử lại sau ít phút, hoặc đến Trung tâm Phục vụ hành chính công.")
        return refused_page(request, sentence, status=503)


def callback_path() -> str:
    """The address that must be registered at the provider, without scheme and host."""
    return reverse("openid_connect_callback", kwargs={"provider_id": "vneid"})
