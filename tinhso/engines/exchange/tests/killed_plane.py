"""A plane of its own process for the test that kills it: policy by value, the port on the first line."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.running import plane
from tinhso.engines.exchange.tests.plane_world import Holder, snapshot


async def main(folder: Path, base: str) -> None:
    client = Holder("TS/GOV/01/hotich")
    async with plane(Config(folder=folder, instance="TS")) as (made, port):
        made.learn(snapshot(base, client))
        sys.stdout.write(f"{port} {' '.join(client.token() for _ in range(6))}\n")
        sys.stdout.flush()
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
