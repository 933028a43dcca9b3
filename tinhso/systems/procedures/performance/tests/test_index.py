"""The service index over real dossiers: the query of 2.1 beside the pure rule, sources, pages, the point table."""

from __future__ import annotations

import io
import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tinhso.engines.indicators import counting
from tinhso.engines.indicators.rules import Period
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.models import Apology, Dossier, Supplement
from tinhso.systems.procedures.performance import components, index, measures, scoring, services, sources
from tinhso.systems.procedures.performance.errors import WrongPoints
from tinhso.systems.procedures.performance.models import PointTable
from tinhso.systems.procedures.performance.rules.on_time import Course, Request, is_on_time
from tinhso.systems.procedures.performance.rules.spans import Span
from tinhso.systems.procedures.performance.tallies import Asked
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db
ZONE = timezone.get_default_timezone()
HOME = reverse("performance:index")


def at(day: int, month: int = 9, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def mixed(office: Office) -> Office:
    """Ninety dossiers of every course: ended or not, asked for more never, once, twice, answered or not, apologised."""
    template = office.resolving(at=at(3, 8))
    dice, rows = random.Random(3), []
    for n in range(90):
        row = Dossier.objects.get(pk=template.pk)
        row.pk, row.case, row.draft, row.code = None, None, None, f"Z99.1-260801-{n:04d}"
        row.received_at = at(1, 8) + timedelta(hours=dice.randrange(24 * 50))
        row.promised_at = row.due_at = row.received_at + timedelta(hours=dice.randrange(1, 24 * 15))
        if dice.random() < 0.6:
            row.state, row.finished_at = "issued", row.received_at + timedelta(hours=dice.randrange(1, 24 * 20))
        row.supplements = dice.choice([0, 0, 1, 1, 2])
        rows.append(row)
    Dossier.objects.bulk_create(rows)
    for row in rows:
        moment = row.received_at - timedelta(hours=dice.choice([0, 0, 0, 30]))
        for number in range(row.supplements):
            moment += timedelta(hours=dice.randrange(0, 24 * 4))
            answered = moment + timedelta(hours=dice.randrange(1, 24 * 4))
            is_open = number + 1 == row.supplements and dice.random() < 0.4
            Supplement.objects.create(
                dossier=row, asked_at=moment, items="x", reason="y", number=number + 1,
                answered_at=None if is_open else answered,
            )  # fmt: skip
            moment = answered
        if dice.random() < 0.2:
            Apology.objects.create(
                dossier=row, reason="x", old_due_at=row.due_at, new_due_at=row.due_at + timedelta(days=3),
                proposed_at=row.received_at, sent_at=row.received_at + timedelta(hours=1), number=1,
            )  # fmt: skip
    return office


def course(dossier: Dossier, moment: datetime) -> Course:
    stop = min(dossier.finished_at or moment, moment)
    apology = dossier.apologies.filter(sent_at__lt=stop).first()
    more = apology.new_due_at - apology.old_due_at if apology else timedelta()
    requests = [Request(one.asked_at, one.answered_at) for one in dossier.supplement_requests.order_by("asked_at")]
    return Course(dossier.received_at, dossier.finished_at, dossier.promised_at + more, requests)


def test_the_query_of_on_time_says_what_the_rule_says(mixed: Office) -> None:
    for text in ("2026-08", "2026-09", "2026-Q3", "2026"):
        asked = Asked(Span.parse(text), at(20))
        found = set(sources.handled_on_time(asked).values_list("pk", flat=True))
        handled = list(sources.handled(asked))
        assert handled and found < {one.pk for one in handled}
        for one in handled:
            assert (one.pk in found) == is_on_time(course(one, asked.moment), asked.moment), one.code


def test_every_numerator_lies_within_its_denominator(mixed: Office) -> None:
    asked = Asked(Span.parse("2026-09"), at(20))
    for code, source in index.SOURCES.items():
        below = set(source.denominator(asked).values_list("pk", flat=True))
        assert set(source.numerator(asked).values_list("pk", flat=True)) <= below, code
        result = index.result(code, asked)
        assert result.denominator <= len(below) and (result.share is None or 0 <= result.share <= 100)


def test_units_add_up_to_the_whole(mixed: Office) -> None:
    asked = Asked(Span.parse("2026-09"), at(20))
    units = [mixed.cast.units.commune_committee, mixed.cast.units.other_committee]
    for code in (components.HANDLED_ON_TIME, components.ORIGINAL_RESULT_AVAILABLE, components.FULL_PROCESS):
        places = scoring.by_unit(code, asked, units)
        whole = index.result(code, asked)
        assert sum(one.denominator for one in places) == whole.denominator
        assert sum(one.numerator for one in places) == whole.numerator


def test_the_measures_count_what_the_index_counts(mixed: Office) -> None:
    unit, period = mixed.cast.units.commune_committee, Period(2026, 8)
    on_time = counting.records_of(measures.FINISHED_ON_TIME, unit, period)
    ended = counting.records_of(measures.FINISHED, unit, period)
    assert 0 < on_time.count() < ended.count()
    for one in ended:
        judged = is_on_time(course(one, one.finished_at), one.finished_at)
        assert judged == on_time.filter(pk=one.pk).exists()


def test_an_empty_period_is_not_applicable_not_zero(office: Office) -> None:
    result = index.result(components.HANDLED_ON_TIME, Asked(Span.parse("2025-07"), at(20)))
    assert result.is_not_applicable and result.share is None


def test_a_component_without_a_source_says_so(office: Office) -> None:
    result = index.result(components.CERTIFIED_COPY, Asked(Span.parse("2026-09"), at(20)))
    assert not result.has_source and not result.is_not_applicable


def test_a_source_is_plugged_in_once_and_for_a_known_component() -> None:
    source = index.SOURCES[components.HANDLED_ON_TIME]
    with pytest.raises(RuntimeError):
        index.register_source(components.HANDLED_ON_TIME, source)
    with pytest.raises(RuntimeError):
        index.register_source("NO_SUCH", source)


def test_online_dossiers_wait_for_the_synchronisation_rate(mixed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(Span.parse("2026-09"), at(20))
    monkeypatch.delitem(index.SOURCES, components.DOSSIER_SYNC)
    assert index.result(components.ONLINE_DOSSIERS, asked).share is None
    half = index.Source(sources.received, sources.received, share=lambda asked, above, below: Decimal("50.00"))
    monkeypatch.setitem(index.SOURCES, components.DOSSIER_SYNC, half)
    own = index.result(components.ONLINE_DOSSIERS, asked)
    plain = 100 * own.numerator / own.denominator
    assert own.share is not None and abs(float(own.share) - plain / 2) < 0.01


def test_mean_time_is_worked_out_in_the_procedures_own_unit(mixed: Office) -> None:
    code = Dossier.objects.order_by("pk").last().version.code
    mean = scoring.mean_time(Asked(Span.parse("2026-Q3"), at(20), procedure=code))
    assert mean and mean.value is not None and mean.value > 0 and mean.dossiers > 5
    assert scoring.mean_time(Asked(Span.parse("2026-Q3"), at(20))) is None


# --- the point table ---


@pytest.fixture
def table(office: Office) -> PointTable:
    services.load_points(Actor.system("kiểm thử"))
    return PointTable.objects.get()


def test_the_table_has_every_component_and_a_hundred_points(table: PointTable) -> None:
    assert table.rows.count() == len(components.COMPONENTS) == 24
    assert sum(row.points for row in table.rows.all()) == 100
    services.load_points(Actor.system("kiểm thử"))
    assert PointTable.objects.count() == 1


def rows_of(table: PointTable) -> list[list[object]]:
    return [[row.code, row.number, row.group, row.points, row.full_at] for row in table.rows.all()]


def test_a_wrong_table_is_refused_with_its_reason(table: PointTable) -> None:
    day = at(1, 1).date().replace(year=2027)
    good = rows_of(table)
    wrong = {
        "thiếu": good[1:],
        "hai lần": [*good, good[0]],
        "không có chỉ số": [["X", "1", 1, 1, None], *good],
        "tổng điểm": [[*good[0][:3], Decimal(7), None], *good[1:]],
        "không phải số điểm": [[*good[0][:3], "NaN", None], *good[1:]],
    }
    for word, rows in wrong.items():
        with pytest.raises(WrongPoints, match=word):
            services.publish_point_table(actor=Actor.system("x"), valid_from=day, title="t", source="s", rows=rows)
    with pytest.raises(WrongPoints, match="nguồn"):
        services.publish_point_table(actor=Actor.system("x"), valid_from=day, title="t", source=" ", rows=good)
    with pytest.raises(WrongPoints, match="áp dụng từ ngày"):
        services.publish_point_table(
            actor=Actor.system("x"), valid_from=table.valid_from, title="t", source="s", rows=good
        )
    assert PointTable.objects.count() == 1


def test_who_may_publish_points(table: PointTable) -> None:
    day = at(1, 1).date().replace(year=2027)
    for name in ("leader", "provincial_leader", "citizen", "stranger", "auditor"):
        with pytest.raises(access.Denied):
            services.publish_point_table(
                actor=table_actor(name), valid_from=day, title="t", source="s", rows=rows_of(table)
            )
    made = services.publish_point_table(
        actor=table_actor("administrator"), valid_from=day, title="t", source="s", rows=rows_of(table)
    )
    assert made.version == 2
    # Last year's period keeps last year's table.
    assert scoring.table_of(at(30).date()) == table and scoring.table_of(day) == made


def table_actor(name: str) -> Actor:
    from tinhso.foundation.people.models import Account

    if name == "stranger":
        return Actor.anonymous()
    return Actor.of(Account.objects.get(username=name), stepped_up=True)


# --- pages ---


def client_of(office: Office, name: str) -> Client:
    client = Client()
    sign_in(client, getattr(office.cast, name))
    return client


def test_every_component_page_opens_its_records(
    mixed: Office, table: PointTable, django_assert_max_num_queries
) -> None:
    client = client_of(mixed, "leader")
    with django_assert_max_num_queries(25):
        page = client.get(HOME, {"ky": "2026-09"})
    assert page.status_code == 200
    for one in [one for group in page.context["groups"] for one in group["rows"]]:
        with django_assert_max_num_queries(25):
            opened = client.get(one["href"])
        assert opened.status_code == 200
        if opened.context["behind"]:
            for part in ("mau-so", "tu-so", "khong-tinh"):
                with django_assert_max_num_queries(25):
                    listed = client.get(opened.context["behind"] + f"&phan={part}")
                assert listed.status_code == 200
                if part == "mau-so" and opened.context["is_dossiers"]:
                    assert listed.context["shown"].paginator.count == one["result"].denominator
                assert "042190000017" not in listed.content.decode()


def test_the_workbook_tells_the_same_points(mixed: Office, table: PointTable) -> None:
    client = client_of(mixed, "provincial_leader")
    page = client.get(HOME, {"ky": "2026-09"})
    book = load_workbook(io.BytesIO(client.get(HOME, {"ky": "2026-09", "dang": "xlsx"}).content))
    kept = {row[1]: row[7] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    for one in [one for group in page.context["groups"] for one in group["rows"]]:
        score = one["row"].score
        assert kept[one["component"].number] == (None if score is None else float(score))


def test_without_a_table_the_page_says_what_to_do(office: Office) -> None:
    page = client_of(office, "leader").get(HOME)
    assert page.status_code == 200 and "tinhso load points" in page.content.decode()
    assert client_of(office, "leader").get(reverse("performance:component", args=["no-such"])).status_code == 404


def test_another_unit_sees_nothing_of_ours(mixed: Office, table: PointTable) -> None:
    client = client_of(mixed, "leader_elsewhere")
    own = mixed.cast.units.commune_committee.pk
    for name, args in (("index", []), ("component", ["handled-on-time"]), ("component_records", ["handled-on-time"])):
        address = reverse(f"performance:{name}", args=args)
        assert client.get(address, {"don_vi": own}).status_code == 404
        assert "Z99.1-2608" not in client.get(address, {"ky": "2026-09"}).content.decode()
    for name in ("citizen", "desk_officer"):
        assert client_of(mixed, name).get(HOME).status_code == 403
