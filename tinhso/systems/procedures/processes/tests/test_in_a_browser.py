"""The pages of the work between offices in a real browser: narrow and wide, accessible, asked and answered by hand."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tinhso.engines.workflow.models import Case, Opinion
from tinhso.foundation.testing.browser import axe, overflows
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes.tests.objects import asked, parallel
from tinhso.systems.procedures.testing import Office, office

__all__ = ["office"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.long]
SHOTS = os.environ.get("TINHSO_SHOTS", "")


def look(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    assert axe(page) == [] and overflows(page) == 0 and page.problems == []


def test_asking_answering_and_a_split_dossier(office: Office, browse: Callable[..., Any]) -> None:
    cast = office.cast
    dossier, opinions = asked(office)
    split = parallel(office)
    for width in (360, 1440):
        page = browse(cast.resolving_officer, width=width)
        for name, found in (("asked", dossier), ("split", split)):
            page.goto(reverse("processes:work", args=[found.pk]))
            look(page, f"between-{name}-{width}")
        page.goto(reverse("desk:dossier", args=[dossier.pk]))
        look(page, f"between-dossier-{width}")
        there = browse(cast.resolving_officer_elsewhere, width=width)
        for name, address in (
            ("list", reverse("processes:opinions")),
            ("opinion", reverse("processes:opinion", args=[opinions[0].pk])),
        ):
            there.goto(address)
            look(there, f"between-{name}-{width}")
    _ask_and_answer(office, dossier, browse)
    assert Case.objects.get(pk=split.case_id).tokens.open().count() == 2


def _ask_and_answer(office: Office, dossier: Dossier, browse: Callable[..., Any]) -> None:
    """Without scripts: an officer asks the agency above, the leader answers."""
    cast = office.cast
    page = browse(cast.resolving_officer, scripts=False)
    page.goto(reverse("processes:work", args=[dossier.pk]))
    page.get_by_label(str(cast.units.commune_committee)).first.check()
    page.get_by_label("Nội dung lấy ý kiến").fill("Có cần họp không?")
    page.get_by_role("button", name="Gửi lấy ý kiến").click()
    opinion = Opinion.objects.get(unit=cast.units.commune_committee)
    there = browse(cast.leader, scripts=False)
    there.goto(reverse("processes:opinions"))
    there.get_by_role("link", name="Có cần họp không?").click()
    there.get_by_label("ý kiến khác").check()
    there.get_by_label("Nội dung trả lời").fill("Không cần.")
    there.get_by_role("button", name="Gửi trả lời").click()
    opinion.refresh_from_db()
    assert opinion.answer == "Không cần."
