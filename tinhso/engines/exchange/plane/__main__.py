"""`python -m tinhso.engines.exchange.plane`: one process; `tinhso exchange` starts several."""

from __future__ import annotations

import logging

import uvloop

from tinhso.engines.exchange.connectors.registry import resolve
from tinhso.engines.exchange.plane.config import from_environment
from tinhso.engines.exchange.plane.running import serve


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    uvloop.run(serve(from_environment(), resolve))


if __name__ == "__main__":
    main()
