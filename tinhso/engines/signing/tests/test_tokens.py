"""Keys on a device: softhsm2 stands in for a token, spoken to by PKCS#11 like any other."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11.util.ec import encode_named_curve_parameters

from tinhso.engines.signing import errors, services, tokens
from tinhso.engines.signing.models import SignatureEvidence
from tinhso.foundation.testing.cast import Cast

PIN = "246813"
LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """softhsm2 with one token that holds an EC and an RSA key. One per process: the library reads its file once."""
    path = next((one for one in LIBRARIES if Path(one).exists()), None)
    if path is None or not shutil.which("softhsm2-util"):
        pytest.skip("NOT RUN: softhsm2 is not on this machine")
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    make = ["softhsm2-util", "--init-token", "--free", "--label", "KySo", "--so-pin", "111111", "--pin", PIN]
    subprocess.run(make, check=True, capture_output=True)
    with tokens._library(path).get_token(token_label="KySo").open(user_pin=PIN, rw=True) as session:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        parameters.generate_keypair(store=True, label="ec")
        session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="rsa")
    yield path
    os.environ.pop("SOFTHSM2_CONF")


@pytest.fixture
def device(library: str, settings: Any) -> None:
    settings.PKCS11 = library


@pytest.mark.parametrize("key", ["ec", "rsa"])
def test_a_key_on_a_token_signs_and_never_leaves_it(cast: Cast, device: None, paper: bytes, key: str) -> None:
    certificate = services.issue_demo_certificate(
        cast.actor("administrator"), account=cast.leader, pin=PIN, token_label=f"KySo/{key}"
    )
    assert certificate.custody == "pkcs11" and bytes(certificate.sealed_key) == b""
    for _again in range(3):
        signed = services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)
        assert services.verify_pdf(signed).is_valid


def test_a_wrong_pin_and_a_pulled_token_are_sentences(cast: Cast, device: None, paper: bytes, settings: Any) -> None:
    certificate = services.issue_demo_certificate(
        cast.actor("administrator"), account=cast.leader, pin=PIN, token_label="KySo/ec"
    )
    actor = cast.actor("leader")
    with pytest.raises(errors.WrongTokenPin):
        services.sign_pdf(actor, pdf=paper, account=cast.leader, pin="000000")
    with pytest.raises(errors.ProofNeeded):
        services.sign_pdf(actor, pdf=paper, account=cast.leader)
    certificate.token_label = "DaRut/ec"
    certificate.save()
    with pytest.raises(errors.TokenUnreachable, match="cắm lại"):
        services.sign_pdf(actor, pdf=paper, account=cast.leader, pin=PIN)
    settings.PKCS11 = "/nowhere/lib.so"
    with pytest.raises(errors.TokenUnreachable):
        services.sign_pdf(actor, pdf=paper, account=cast.leader, pin=PIN)
    assert not SignatureEvidence.objects.exists()


def test_a_missing_key_is_a_sentence(cast: Cast, device: None) -> None:
    with pytest.raises(errors.TokenUnreachable):
        services.issue_demo_certificate(
            cast.actor("administrator"), account=cast.leader, pin=PIN, token_label="KySo/khac"
        )
