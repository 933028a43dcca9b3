"""The unmodified client `sdmx1` reads flows, structures, series and updates from a running server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from tinhso.engines.indicators import keeping
from tinhso.engines.indicators.models import Fact, FactVersion
from tinhso.foundation.testing.cast import PASSWORD, Cast

HERE, THERE = "99001-UB@20250701", "99002-UB@20250701"


def library() -> Any:
    """The client library: large, so read when its tests run."""
    # Its reader of the newer standard cannot be loaded any more once a message of the older one was read.
    pytest.importorskip("sdmx.reader.xml.v30", reason="NOT RUN: sdmx1 with its reader of SDMX-ML 3.0 is not installed")
    return pytest.importorskip("sdmx", reason="NOT RUN: sdmx1 is not installed (requirements/dev.txt)")


def client(url: str, standard: str, **source: Any) -> Any:
    """A client of our server, given the way the library gives its own sources."""
    sdmx = library()
    about = {"id": "TINHSO", "url": f"{url}/sdmx/{standard}", "name": "Tỉnh Số", **source}
    sdmx.add_source(about, override=True)
    made = sdmx.Client("TINHSO")
    made.session.auth = ("provincial_leader", PASSWORD)
    return made


def values(message: Any) -> dict[tuple[str, str, str], float]:
    """Measure, unit and month of every observation."""
    found = {}
    for data in message.data:
        for seen in data.obs:
            key = {name: value.value for name, value in seen.key.values.items()}
            found[(key["MEASURE"], key["REF_AREA"], key["TIME_PERIOD"])] = float(seen.value)
    return found


def test_sdmx1_reads_everything(figures: Cast, live_server: Any) -> None:
    old = client(live_server.url, "2.1")
    flows = old.dataflow()
    assert set(flows.dataflow) == {"MEASURES", "INDICATORS"}

    described = old.dataflow("MEASURES")
    structure = described.structure["FIGURES"]
    assert [one.id for one in structure.dimensions] == ["FREQ", "MEASURE", "REF_AREA", "TIME_PERIOD"]
    assert [one.id for one in structure.attributes] == ["UNIT_MEASURE", "LAST_UPDATE"]
    assert "t-asked" in described.codelist["CL_MEASURE"] and HERE in described.codelist["CL_AREA"]
    assert described.codelist["CL_AREA"][HERE].parent.id == "99001@20250701"
    assert str(described.codelist["CL_FREQ"]["M"].name) == "tháng"
    assert "OBS_VALUE" in described.concept_scheme["CONCEPTS"]

    everything = values(old.data("MEASURES"))
    assert len(everything) == 18 and everything[("t-asked", THERE, "2026-10")] == 30

    # A key as a dict is checked by the client against the structure that it fetches itself.
    asked = old.data(
        "MEASURES", key={"MEASURE": "t-asked", "REF_AREA": HERE}, params={"startPeriod": "2026-09"}, dsd=structure
    )
    assert values(asked) == {("t-asked", HERE, "2026-09"): 10, ("t-asked", HERE, "2026-10"): 10}
    assert library().to_pandas(asked).sum() == 20

    # Structure-specific messages are asked for by whoever holds the structure.
    specific = old.get(
        "data",
        "INDICATORS",
        key="M.t-rate.99@20250701",
        params={"startPeriod": "2026-08", "endPeriod": "2026-Q3"},
        dsd=structure,
    )
    assert values(specific) == {("t-rate", "99@20250701", f"2026-0{month}"): 72.5 for month in (8, 9)}

    keys = old.data("MEASURES", params={"detail": "serieskeysonly"})
    assert len(keys.data[0].series) == 6 and not keys.data[0].obs
    _reads_updates(old)
    _reads_json_and_the_newer_standard(live_server.url)


def _reads_updates(old: Any) -> None:
    since: datetime = timezone.now()
    with pytest.raises(Exception, match="404"):
        old.data("MEASURES", params={"updatedAfter": since.isoformat()})
    Fact.objects.filter(measure="t.done", unit__code="99001.UB", period_on="2026-09-01").update(
        value=6, known_from=timezone.now()
    )
    changed = old.data("MEASURES", params={"updatedAfter": since.isoformat()})
    assert values(changed) == {("t-done", HERE, "2026-09"): 6}
    rates = old.data("INDICATORS", params={"updatedAfter": since.isoformat()})
    assert values(rates)[("t-rate", HERE, "2026-09")] == 60
    assert {time for _measure, _area, time in values(rates)} == {"2026-09"}
    _reads_history(old)


def _reads_history(old: Any) -> None:
    """What was corrected and then withdrawn: every release, and what the last one took away."""
    since = timezone.now()
    Fact.objects.update(known_from=since - timedelta(hours=1))
    fact = Fact.objects.get(measure="t.staff", unit__code="99001.UB", period_on="2026-09-01")
    FactVersion.objects.bulk_create([keeping.version_of(fact, since)])
    fact.delete()
    gone = old.data("MEASURES", key="M.t-staff.", params={"updatedAfter": (since - timedelta(seconds=1)).isoformat()})
    # The client does not read what a data set is for; its one cell has no value.
    assert [[seen.value for seen in data.obs] for data in gone.data] == [[None]]
    history = old.data("MEASURES", key="M.t-staff.", params={"includeHistory": True})
    told = [seen.value for data in history.data for seen in data.obs]
    assert len(history.data) > 1 and told.count(None) == 1 and len(told) == 7


def _reads_json_and_the_newer_standard(url: str) -> None:
    in_json = client(url, "2.1", data_content_type="JSON")
    draft = {"Accept": "application/vnd.sdmx.draft-sdmx-json+json"}
    body = in_json.get("data", "MEASURES", key="M.t-staff.", headers=draft)
    assert values(body)[("t-staff", THERE, "2026-10")] == 9

    new = client(url, "3.0", versions={"3.0.0"})
    flows = new.get("dataflow", agency_id="TINHSO", force=True)
    assert set(flows.dataflow) == {"MEASURES", "INDICATORS"}
    described = new.get("datastructure", "FIGURES", agency_id="TINHSO", params={"references": "all"}, force=True)
    structure = described.structure["FIGURES"]
    assert [one.id for one in structure.measures] == ["OBS_VALUE"]
    data = new.get("data", "MEASURES", agency_id="TINHSO", key=quote("M.t-asked.*"), dsd=structure, force=True)
    assert values(data)[("t-asked", HERE, "2026-08")] == 10
