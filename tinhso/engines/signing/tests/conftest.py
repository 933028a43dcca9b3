"""What the signing tests share: a store of their own, a paper to sign, certificates for the leader and the unit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tinhso.engines.signing import services
from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.text import typesetting

PIN = "271828"
PAPER = """#set document(title: "Quyết định")
#set page(paper: "a4")
#let data = json(bytes(sys.inputs.data))
#heading[Quyết định]
Cấp giấy phép cho ông Trần Văn Đức: 1.000.000 đồng.
#v(120mm)
#align(right)[#data.signer]
"""


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demo authority for all tests of a run: its RSA keys are slow to make."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, keys_folder: Path) -> Iterator[None]:
    settings.DATA_DIR = keys_folder
    yield


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    template = tmp_path_factory.mktemp("paper") / "paper.typ"
    template.write_text(PAPER)
    made = typesetting.typeset(template, {"signer": "Võ Minh Tuấn"})
    assert isinstance(made, bytes)
    return made


@pytest.fixture
def certificate(cast: Cast) -> SigningCertificate:
    return services.issue_demo_certificate(
        cast.actor("administrator"), account=cast.leader, pin=PIN, organisation="UBND Xã An Bình"
    )


@pytest.fixture
def seal(cast: Cast) -> SigningCertificate:
    return services.issue_demo_seal(cast.actor("administrator"), unit=cast.units.commune_committee)


@pytest.fixture
def signed(cast: Cast, certificate: SigningCertificate, paper: bytes) -> bytes:
    return services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)
