"""The plane on the registry's own tables: what is granted there passes, what is removed there stops at once."""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import connection

from tinhso.engines.exchange import services
from tinhso.engines.exchange.models import Service
from tinhso.engines.exchange.plane.registry import follow
from tinhso.engines.exchange.testing import World as Registry
from tinhso.engines.exchange.tests.plane_world import Holder, world
from tinhso.engines.exchange.tests.tls_pair import tls_files
from tinhso.foundation.testing.cast import Cast


def _waits_for(status: int, ask: Any) -> tuple[int, bytes]:
    until = time.monotonic() + 5
    while (found := ask())[0] != status:
        assert time.monotonic() < until, found
    return found  # type: ignore[no-any-return]


@pytest.mark.django_db(transaction=True)
def test_granted_calls_pass_by_token_and_by_certificate_and_a_removal_is_heard(cast: Cast, tmp_path: Path) -> None:
    registry = Registry(cast)
    agreement = registry.granted()
    token_key = services.issue_token_key(actor=registry.askers, subsystem=registry.client, name="thử")
    certified = services.issue_certificate(actor=registry.askers, subsystem=registry.client, name="thử TLS")
    tls_files(tmp_path, certified)
    tls = {
        "tls_certificate": str(tmp_path / "server.pem"),
        "tls_key": str(tmp_path / "server.key"),
        "client_authority": str(tmp_path / "ca.pem"),
    }
    with world(tmp_path / "plane", **tls) as w:
        w.provider.person = {"code": "7", "name": "Quán An", "income": 5}
        Service.objects.update(base_url=w.base.services["TS/GOV/03/dancu/persons"].base_url)
        at = connection.settings_dict
        url = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        following = asyncio.run_coroutine_threadsafe(
            follow(url, "TINHSO", lambda base: (base, {}), w.plane.learn), w.loop
        )
        private = load_pem_private_key(token_key.private_pem.encode(), None)
        assert isinstance(private, Ed25519PrivateKey)
        holder = Holder(registry.client.identifier, private, token_key.key.thumbprint)

        def call(*, certificate: bool = False) -> tuple[int, bytes]:
            context = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
            headers = {"X-Road-Client": holder.identifier}
            if certificate:
                context.load_cert_chain(tmp_path / "client.pem")
            else:
                headers["Authorization"] = f"Bearer {holder.token(aud='TINHSO', jti=uuid4().hex)}"
            line = http.client.HTTPSConnection("localhost", w.port, timeout=5, context=context)
            line.request("GET", f"/r1/{registry.service.identifier}/households/7", headers=headers)
            answer = line.getresponse()
            found = answer.status, answer.read()
            line.close()
            return found

        _, body = _waits_for(200, call)
        assert json.loads(body) == {"code": "7", "name": "Quán An"}
        assert call(certificate=True)[0] == 200
        services.revoke_key(actor=registry.askers, key=certified.key, reason="Máy đã thanh lý.")
        _waits_for(401, lambda: call(certificate=True))
        began = time.monotonic()
        services.remove_access(actor=registry.owners, agreement=agreement, reason="Không còn dùng.")
        _waits_for(403, call)
        assert time.monotonic() - began < 1.0
        following.cancel()
