"""Writes the OpenAPI description into the repository: `python -m tinhso.faces.api.write`."""

from __future__ import annotations

import json
import os
from pathlib import Path

KEPT = Path(__file__).with_name("openapi.json")


def described() -> str:
    """The description as text, the same for the same code."""
    from tinhso.faces.api.v1 import api

    schema = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    import django

    django.setup()
    KEPT.write_text(described(), encoding="utf-8")


if __name__ == "__main__":
    main()
