"""One sitting of a harvest: fetch a page, take it in, until the end, the bound of time, or a failure."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.systems.opendata.harvest import fetching, rules, services
from tinhso.systems.opendata.harvest.errors import Endless, NotAllowed, Unreadable
from tinhso.systems.opendata.harvest.models import Run
from tinhso.systems.opendata.harvest.walks import WALKS, Asked

logger = logging.getLogger(__name__)


def harvest(
    *,
    actor: access.Actor,
    source_id: int,
    bounds: rules.Bounds = rules.BOUNDS,
    fetch: Callable[..., Any] = fetching.fetch,
) -> Run:
    """Begins or goes on, and leaves the run done, ended, failed or paused; never open without a next time."""
    run = services.begin_sitting(actor=actor, source_id=source_id)
    until = time.monotonic() + bounds.seconds
    mine: dict[str, Any] = {"actor": actor, "run_id": run.pk, "sitting": run.sitting}
    try:
        while run.finished_at is None:
            if time.monotonic() >= until:
                return services.pause_run(**mine)
            page = WALKS[run.source.kind](Asked(**services.asked_of(run)), fetch, run.cursor)
            run = services.take_page(page=page, bounds=bounds, **mine)
            if run.finished_at is None:
                services.check_bounds(run, bounds)
    except Unreadable as trouble:
        return services.pause_run(sentence=trouble.sentence, **mine)
    except (Endless, NotAllowed) as trouble:
        return services.end_run(sentence=trouble.sentence, **mine)
    except services.Superseded:
        run.refresh_from_db()
    except Exception:  # whatever it is, the run may not stay open without a next time
        logger.exception("harvest of %s", run.source.code)
        return services.pause_run(sentence=_("Lỗi bên trong khi thu thập; đã ghi vào nhật ký máy chủ."), **mine)
    return run
