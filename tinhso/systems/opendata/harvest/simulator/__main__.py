"""`python -m tinhso.systems.opendata.harvest.simulator`: the three portals on TINHSO_HARVEST_PORT."""

from __future__ import annotations

import os
from http.server import ThreadingHTTPServer

from tinhso.systems.opendata.harvest.simulator.app import Portal, handler_of, made_up


def main() -> None:
    port = int(os.environ.get("TINHSO_HARVEST_PORT", "0"))
    ThreadingHTTPServer(("127.0.0.1", port), handler_of(Portal(made_up(24)))).serve_forever()


if __name__ == "__main__":
    main()
