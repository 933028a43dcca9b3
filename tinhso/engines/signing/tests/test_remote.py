"""Remote signing: the key stays with the trust service, which is asked for each hash (CSC API v1 and v2)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tinhso.engines.signing import errors, remote, services
from tinhso.engines.signing.models import SignatureEvidence
from tinhso.engines.signing.simulator.app import serve
from tinhso.engines.signing.simulator.store import DEMO_PIN
from tinhso.foundation.access import guard as access
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def service(keys_folder: Path) -> Iterator[ThreadingHTTPServer]:
    """The simulator on a free port of this machine."""
    with override_settings(DATA_DIR=keys_folder):
        server = serve(0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(service: ThreadingHTTPServer, settings: Any) -> remote.Provider:
    settings.CSC = {
        "url": f"http://127.0.0.1:{service.server_address[1]}",
        "client": "tinhso-demo",
        "secret": "demo-only-client-secret",
        "version": "v2",
    }
    return remote.Provider.configured()


def enrol(cast: Cast, provider: remote.Provider, user: str = "Võ Minh Tuấn") -> str:
    (credential,) = provider.credentials(user)
    services.register_remote_certificate(cast.actor("administrator"), account=cast.leader, credential_id=credential)
    return credential


def proof(provider: remote.Provider, credential: str) -> str:
    return f"{DEMO_PIN} {provider.send_otp(credential)}"


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("user", ["Võ Minh Tuấn", "Võ Minh Tuấn (SCAL2)"])
def test_forty_papers_with_one_pin_and_one_code(
    cast: Cast, provider: remote.Provider, paper: bytes, settings: Any, version: str, user: str
) -> None:
    settings.CSC["version"] = version
    credential = enrol(cast, provider, user)
    actor = cast.actor("leader")
    with services.person_pen(actor, account=cast.leader, pin=proof(provider, credential)) as pen:
        for _paper in range(3):
            made = services.sign_pdf(actor, pdf=paper, account=cast.leader, pen=pen)
    verdict = services.verify_pdf(made)
    assert verdict.is_valid and verdict.is_demo, verdict
    assert SignatureEvidence.objects.count() == 3


def test_wrong_pin_wrong_code_and_a_code_used_twice_are_sentences(
    cast: Cast, provider: remote.Provider, paper: bytes
) -> None:
    credential = enrol(cast, provider)
    actor = cast.actor("leader")

    def sign(pin: str | None) -> bytes:
        return services.sign_pdf(actor, pdf=paper, account=cast.leader, pin=pin)

    for nothing in (None, "", DEMO_PIN):
        with pytest.raises(errors.ProofNeeded):
            sign(nothing)
    with pytest.raises(errors.WrongRemotePin):
        sign(f"000000 {provider.send_otp(credential)}")
    with pytest.raises(errors.WrongOneTimeCode):
        sign(f"{DEMO_PIN} 12")
    good = proof(provider, credential)
    assert sign(good)
    with pytest.raises(errors.WrongOneTimeCode):
        sign(good)


def test_a_silent_service_stops_and_signs_nothing(
    cast: Cast, provider: remote.Provider, paper: bytes, settings: Any
) -> None:
    credential = enrol(cast, provider)
    pin = proof(provider, credential)
    settings.CSC["url"] = "http://127.0.0.1:9"
    with pytest.raises(errors.KeyGone, match="không trả lời"):
        services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=pin)
    for foreign in ("", "http://ky-so.example.vn", "ftp://127.0.0.1", "file:///etc/passwd"):
        settings.CSC["url"] = foreign
        with pytest.raises(errors.ProviderUnreachable):
            services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=pin)
    assert not SignatureEvidence.objects.exists()


def test_an_authorisation_counts_its_signatures_and_its_hashes(provider: remote.Provider) -> None:
    (free,) = provider.credentials("Người Một")
    digest = b"\x01" * 32
    sad = provider.authorise(free, [], 1, DEMO_PIN, provider.send_otp(free))
    assert provider.sign(free, sad, digest, "sha256", remote.SIGN_OIDS["ec"])
    with pytest.raises(errors.ProviderRefused):
        provider.sign(free, sad, digest, "sha256", remote.SIGN_OIDS["ec"])
    (bound,) = provider.credentials("Người Hai (SCAL2)")
    with pytest.raises(errors.ProviderRefused):
        provider.authorise(bound, [], 1, DEMO_PIN, provider.send_otp(bound))
    sad = provider.authorise(bound, ["AAAA"], 2, DEMO_PIN, provider.send_otp(bound))
    with pytest.raises(errors.ProviderRefused):
        provider.sign(bound, sad, digest, "sha256", remote.SIGN_OIDS["ec"])
    with pytest.raises(errors.ProviderRefused):
        provider.sign(free, sad, digest, "sha256", remote.SIGN_OIDS["ec"])


def test_a_stranger_to_the_service_gets_nothing(provider: remote.Provider) -> None:
    wrong = remote.Provider(provider.address, "tinhso-demo", "khác")
    with pytest.raises(errors.ProviderRefused):
        wrong.credentials("Võ Minh Tuấn")
    forged = remote.Provider(provider.address, "tinhso-demo", "x", token="forged")
    with pytest.raises(errors.ProviderRefused):
        forged.credentials("Võ Minh Tuấn")
    assert provider.post("info", {})["name"] == "DEMO - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"


def test_only_an_administrator_registers_and_nobody_takes_anothers_certificate(
    cast: Cast, provider: remote.Provider
) -> None:
    (credential,) = provider.credentials("Người Ba")
    with pytest.raises(access.Denied):
        services.register_remote_certificate(cast.actor("leader"), account=cast.leader, credential_id=credential)
    administrator = cast.actor("administrator")
    first = services.register_remote_certificate(administrator, account=cast.leader, credential_id=credential)
    again = services.register_remote_certificate(administrator, account=cast.leader, credential_id=credential)
    assert first == again and first.custody == "remote" and bytes(first.sealed_key) == b""
    with pytest.raises(errors.NotYours):
        services.register_remote_certificate(administrator, account=cast.desk_officer, credential_id=credential)


def test_the_simulator_listens_on_this_machine_only(service: ThreadingHTTPServer) -> None:
    assert service.server_address[0] == "127.0.0.1"
