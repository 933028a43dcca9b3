"""`tinhso conformance`: the doors open until they are closed."""

from __future__ import annotations

import threading

from tinhso.faces.govstack.conformance.serving import HOST, App, Door, listen
from tinhso.faces.govstack.conformance.world import make_world

REGISTRIES, MEDIATOR = 3333, 3366


def serve(app: App, say: object, stop: threading.Event, ports: tuple[int, int] = (REGISTRIES, MEDIATOR)) -> None:
    """Makes the world and serves until `stop`. `say` is told when both ports answer."""
    world = make_world()
    doors = [Door(app, world.aliases, world.token, is_mediator=at == 1) for at in (0, 1)]
    servers = [listen(door, port) for door, port in zip(doors, ports, strict=True)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    if callable(say):
        say([f"http://{HOST}:{port}/" for port in ports])
    stop.wait()
    for server in servers:
        server.shutdown()
        server.server_close()
