"""Speaking to the national reporting system: one POST per package; what every kind of silence means."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings

PATH, KEY_HEADER = "/bao-cao", "X-Khoa-Giao-Dich"
PATIENCE = 20
LONGEST_ANSWER = 64 * 1024


class Unanswered(Exception):
    """No answer that can be read: it may have the package or not."""


class SystemRefused(Exception):
    """It answered, and did not take the package."""


def is_on() -> bool:
    return bool(settings.REPORTS_URL)


def send(key: str, body: dict[str, Any]) -> str:
    """Sends one package; its receipt. The same key is answered with the same receipt, however often it is sent."""
    asked = urllib.request.Request(  # noqa: S310 - the address comes from the installation's own settings
        settings.REPORTS_URL + PATH,
        json.dumps(body).encode(),
        {"content-type": "application/json", KEY_HEADER: key, "authorization": f"Bearer {settings.REPORTS_SECRET}"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
            told = json.loads(answer.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as refused:
        if refused.code >= 500 or refused.code == 429:
            raise Unanswered(f"HTTP {refused.code}") from None
        raise SystemRefused(f"HTTP {refused.code}: {refused.read(500).decode('utf-8', 'replace')}") from None
    except (OSError, ValueError) as silent:
        raise Unanswered(f"{type(silent).__name__}: {silent}"[:300]) from None
    receipt = told.get("bienNhan") if isinstance(told, dict) else None
    if not isinstance(receipt, str) or not receipt:
        raise Unanswered("no receipt in the answer")
    return receipt[:64]
