"""`tinhso conformance`: the doors that GovStack's published suites knock at, on this machine only."""

from __future__ import annotations

import signal
import threading

from tinhso.faces.cli.words import Trouble, _, say


def run() -> None:
    """Serves until stopped; refuses where data is not invented."""
    from tinhso.config.wsgi import application
    from tinhso.faces.govstack.conformance.running import serve
    from tinhso.foundation.text.errors import Refused

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    try:
        serve(application, lambda addresses: say(_("Đang chờ tại {where}").format(where=", ".join(addresses))), stop)
    except Refused as refusal:
        raise Trouble(refusal.sentence) from refusal
