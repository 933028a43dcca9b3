"""`python -m tinhso.engines.signing.simulator`: serves until stopped, on this machine only (TINHSO_TRUST_PORT)."""

from __future__ import annotations

import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    import django

    django.setup()
    from tinhso.engines.signing.simulator.app import serve

    server = serve(int(os.environ.get("TINHSO_TRUST_PORT") or 8010))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
