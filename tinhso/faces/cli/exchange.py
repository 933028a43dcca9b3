"""`tinhso exchange`: the data plane's processes, and who stamps their evidence."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from asn1crypto import tsp

from tinhso.engines.exchange.nginx import parent as behind_nginx
from tinhso.engines.exchange.nginx import rendering
from tinhso.engines.exchange.nginx.policy import policy
from tinhso.engines.exchange.nginx.running import addresses_of
from tinhso.engines.exchange.plane import parent, registry
from tinhso.engines.exchange.plane.config import from_environment
from tinhso.engines.exchange.rules.policy import Snapshot
from tinhso.faces.cli import environment
from tinhso.faces.cli.words import Trouble, _, say


def run(plane: str = "embedded") -> None:
    """Serves until stopped. A demo without a time-stamping authority asks its own demonstration authority."""
    config = from_environment()
    if config.tls_certificate and not config.client_authority:
        os.environ["TINHSO_EXCHANGE_CLIENT_AUTHORITY"] = own_authority(config.folder)
    stamp = demo_stamp if os.environ.get("TINHSO_DEMO") else None
    if plane == "embedded":
        parent.run(from_environment(), stamp)
        return
    with told():
        behind_nginx.run(from_environment(), stamp)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What nginx lacks or does not take, as a sentence for whoever runs it."""
    try:
        yield
    except rendering.Missing as error:
        raise Trouble(
            _(
                "Máy này không có nginx hoặc mô-đun njs của nó ({error})."
                " Hãy cài hai gói nginx và libnginx-mod-http-js."
            ).format(error=error)
        ) from error
    except rendering.Refused as error:
        raise Trouble(_("nginx không nhận cấu hình lập từ danh bạ: {error}").format(error=error)) from error


def written(out: Path) -> None:
    """The configuration as it would be served now, into a folder, checked by nginx."""
    from tinhso.engines.exchange.connectors.registry import resolve

    config = replace(from_environment(), folder=out.resolve())

    async def heard() -> Snapshot:
        async with await psycopg.AsyncConnection.connect(config.database_url, autocommit=True) as connection:
            return await registry.read(connection, config.instance, resolve)

    snapshot = asyncio.run(heard())
    made = policy(snapshot, addresses_of, trusts_tls=bool(rendering.authorities()))
    with told():
        path = rendering.write(config, made)
    ours = len(made.rows["services"])
    say(
        _(
            "Đã ghi {path}; nginx nhận cấu hình này. {ours} dịch vụ do nginx tự chuyển, {rest} dịch vụ do tiến trình"
            " phía sau."
        ).format(path=path, ours=ours, rest=len(snapshot.services) - ours)
    )


def own_authority(folder: Path) -> str:
    """Where TLS is spoken, callers' certificates are those that this exchange issued, unless another is named."""
    environment.setup()
    from tinhso.engines.exchange.authority import certificate_pem

    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "authority.pem"
    place.write_text(certificate_pem(), encoding="ascii")
    return str(place)


def demo_stamp(asked: tsp.TimeStampReq) -> bytes:
    from tinhso.engines.signing.timestamping import stamper

    answer: bytes = stamper(datetime.now(UTC)).request_tsa_response(asked).dump()
    return answer
