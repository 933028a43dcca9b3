"""How long signing and checking take, printed by `tinhso bench`. Everything is rolled back."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tinhso.engines.signing import services, tokens
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.people.models import Account
from tinhso.foundation.text import typesetting

ROUNDS, ON_DEVICE = 10, 100
SIGN_MS, VERIFY_MS, DEVICE_SECONDS = 200, 200, 20
TEMPLATE = Path(__file__).resolve().parent / "bench.typ"
PIN, TOKEN = "314159", "TinhSoBench"
KEY = f"{TOKEN}/ky"
SOFTHSM = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


def bench() -> list[BenchRow]:
    """Means of ten: a PAdES B-T and a B-LTA signature with stamp and evidence, and a check; then a hundred B-LTA
    signatures in one sitting with a key on a PKCS#11 device (softhsm2), where the machine has one.
    """
    made = typesetting.typeset(TEMPLATE, {})
    assert isinstance(made, bytes)
    with transaction.atomic():
        account = Account.objects.create(username="bench.signing", full_name="Người Ký Thử", is_simulated=True)
        system = Actor.system("bench", is_simulated=True)
        services.issue_demo_certificate(system, account=account, pin=PIN)
        signed = services.sign_pdf(system, pdf=made, account=account, pin=PIN, level="B-LTA")
        signing = _mean_ms(lambda: services.sign_pdf(system, pdf=made, account=account, pin=PIN))
        archiving = _mean_ms(lambda: services.sign_pdf(system, pdf=made, account=account, pin=PIN, level="B-LTA"))
        checking = _mean_ms(lambda: services.verify_pdf(signed))
        device = _on_device(system, made)
        transaction.set_rollback(True)
    rows = [
        BenchRow("sign a PDF (PAdES B-T, stamp, evidence)", signing, "ms", f"≤ {SIGN_MS}", signing <= SIGN_MS),
        BenchRow("sign a PDF (PAdES B-LTA)", archiving, "ms", f"≤ {SIGN_MS}", archiving <= SIGN_MS),
        BenchRow("check a signed PDF (B-LTA)", checking, "ms", f"≤ {VERIFY_MS}", checking <= VERIFY_MS),
    ]
    what = f"{ON_DEVICE} B-LTA signatures by PKCS#11, one PIN"
    if device is None:
        return [*rows, BenchRow(f"{what}: NOT RUN, softhsm2 is not on this machine", 0.0, "s", "–", True)]
    return [*rows, BenchRow(what, device, "s", f"≤ {DEVICE_SECONDS}", device <= DEVICE_SECONDS)]


def _mean_ms(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    for _round in range(ROUNDS):
        act()
    return round((time.perf_counter() - begun) * 1000 / ROUNDS, 1)


def _on_device(system: Actor, made: bytes) -> float | None:
    """Seconds for the sitting; None where there is no device."""
    library = device_library()
    if library is None:
        return None
    with device(library):
        account = Account.objects.create(username="bench.device", full_name="Người Ký Thử", is_simulated=True)
        services.issue_demo_certificate(system, account=account, pin=PIN, token_label=KEY)
        begun = time.perf_counter()
        with services.person_pen(system, account=account, pin=PIN) as pen:
            for _paper in range(ON_DEVICE):
                services.sign_pdf(system, pdf=made, account=account, pen=pen, level="B-LTA")
        return round(time.perf_counter() - begun, 2)


def device_library() -> str | None:
    """The library of the device in software, where this machine has one whole."""
    library = next((one for one in SOFTHSM if Path(one).exists()), None)
    return library if shutil.which("softhsm2-util") else None


@contextmanager
def device(library: str) -> Iterator[None]:
    """A token of softhsm2 with a P-256 key, gone afterwards."""
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    before, conf = getattr(settings, "PKCS11", ""), os.environ.get("SOFTHSM2_CONF")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tokens").mkdir()
        (Path(folder) / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
        os.environ["SOFTHSM2_CONF"] = f"{folder}/softhsm2.conf"
        make = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "111111", "--pin", PIN]
        subprocess.run(make, check=True, capture_output=True)  # noqa: S603 - our own words only
        settings.PKCS11 = library
        try:
            with tokens.open_session(TOKEN, PIN, writes=True) as session:
                curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
                parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
                parameters.generate_keypair(store=True, label="ky")
            yield
        finally:
            settings.PKCS11 = before
            os.environ.pop("SOFTHSM2_CONF")
            if conf is not None:
                os.environ["SOFTHSM2_CONF"] = conf
