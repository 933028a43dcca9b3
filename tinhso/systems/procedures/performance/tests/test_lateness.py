"""The model of lateness: finds what is there, says nothing of too little, and is judged on later dossiers only."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from math import exp

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.performance import forecasting
from tinhso.systems.procedures.performance.models import Forecast, LatenessModel
from tinhso.systems.procedures.performance.rules import lateness
from tinhso.systems.procedures.performance.rules.lateness import Facts, vector
from tinhso.systems.procedures.testing import Office

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def facts(**changed: object) -> Facts:
    usual: dict[str, object] = {"step": "resolving", "left": 0.5, "open_now": 20, "open_usual": 20, "late_before": 0.1}
    return Facts(**{**usual, **changed})  # type: ignore[arg-type]


def test_the_fit_finds_the_weights_that_made_the_data() -> None:
    dice, true = random.Random(4), [-1.0, 0.5, -0.7, -2.0, -3.0, 1.0, 0.8, 0.5, 1.2]
    samples = []
    for _n in range(4000):
        one = facts(
            step=dice.choice(lateness.STEPS), left=dice.random(), open_now=dice.uniform(1, 90),
            late_before=dice.uniform(0.01, 0.4), was_asked=dice.random() < 0.3,
        )  # fmt: skip
        values = vector(one)
        samples.append((values, dice.random() < 1 / (1 + exp(-sum(a * b for a, b in zip(true, values, strict=True))))))
    weights = lateness.fit(samples)
    said = [lateness.chance(weights, values) for values, _late in samples]
    meant = [lateness.chance(true, values) for values, _late in samples]
    assert sum(abs(a - b) for a, b in zip(said, meant, strict=True)) / len(said) < 0.02
    assert abs(sum(said) / len(said) - sum(late for _v, late in samples) / len(samples)) < 0.005


@pytest.mark.parametrize("is_late", [True, False])
def test_a_past_of_one_kind_gives_no_infinite_weights(is_late: bool) -> None:
    weights = lateness.fit([(vector(facts(left=n / 50)), is_late) for n in range(50)])
    assert all(abs(weight) < 60 for weight in weights)
    assert 0 < lateness.chance(weights, vector(facts())) < 1


@given(PAIRS)
def test_the_score_lies_between_perfect_and_worst(pairs: list[tuple[float, bool]]) -> None:
    assert 0 <= lateness.brier(pairs) <= 1
    bins = lateness.reliability(pairs)
    assert sum(one.count for one in bins) == len(pairs)
    assert all(one.low - 1e-9 <= one.said <= one.high + 1e-9 for one in bins)
    assert abs(sum(one.count * one.happened for one in bins) - sum(late for _s, late in pairs)) < 1e-6


@given(st.floats(-5, 5), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1))
def test_hostile_facts_stay_within_bounds(left: float, now: float, usual: float, late: float) -> None:
    values = vector(facts(left=left, open_now=now, open_usual=usual, late_before=late))
    assert len(values) == len(lateness.CAUSE_OF) and all(abs(value) < 10 for value in values)


def test_the_cause_is_what_pushes_most() -> None:
    weights = [0.0, 0.0, 0.0, -3.0, -3.0, -3.0, 1.0, 1.0, 1.0]
    usual = vector(facts())
    assert lateness.cause(weights, usual, vector(facts(left=0.05))) == lateness.TIME
    assert lateness.cause(weights, usual, vector(facts(open_now=90))) == lateness.LOAD
    assert lateness.cause(weights, usual, vector(facts(late_before=0.6))) == lateness.HISTORY
    assert lateness.cause(weights, usual, vector(facts(was_asked=True))) == lateness.ASKED
    assert lateness.cause(weights, usual, usual) == lateness.NOTHING


# --- from dossiers ---

NOW = datetime(2026, 9, 30, 12, tzinfo=timezone.get_default_timezone())


def many(office: Office, count: int, *, signal: bool = True) -> None:
    """Finished dossiers: those handed over late end late, three times in four, when there is a signal."""
    template = office.resolving(at=NOW - timedelta(days=200))
    dice, made = random.Random(11), []
    for n in range(count):
        received = NOW - timedelta(days=190 - 180 * n / count)
        due = received + timedelta(days=7)
        slow = dice.random() < 0.3
        late = dice.random() < (0.75 if slow else 0.03) if signal else dice.random() < 0.2
        row = Dossier.objects.get(pk=template.pk)
        row.pk, row.case, row.draft, row.code = None, None, None, f"Z99.1-260101-{n:04d}"
        row.received_at, row.due_at, row.promised_at = received, due, due
        row.handed_over_at = received + timedelta(days=5 if slow else 0.1)
        row.finished_at = due + timedelta(days=1) if late else due - timedelta(hours=3)
        row.state = "issued"
        made.append(row)
    # Rows of the past that only learning reads; each act has its own tests.
    Dossier.objects.bulk_create(made)


@pytest.mark.django_db
def test_too_little_says_so_and_foretells_nothing(office: Office) -> None:
    many(office, 60)
    model = forecasting.learn(NOW)
    assert model.status == "insufficient" and model.brier is None
    assert forecasting.foretell(NOW) == 0
    for address in ("performance:calibration", "performance:forecast"):
        client = Client()
        sign_in(client, office.cast.leader)
        page = client.get(reverse(address))
        assert page.status_code == 200 and "đủ dữ liệu" in page.content.decode()


@pytest.mark.django_db
def test_a_signal_is_learnt_and_judged_on_later_dossiers(office: Office, django_assert_max_num_queries) -> None:
    many(office, 700)
    model = forecasting.learn(NOW)
    assert model.status == "in_use" and model.brier < model.brier_base
    assert model.learnt + model.judged <= 700 and model.judged >= lateness.LEAST_JUDGED
    # Nobody who was still running at the split was learnt from.
    assert not Dossier.objects.filter(finished_at__lt=model.split_at, received_at__gte=model.split_at).exists()
    big = [one for one in model.reliability if one["count"] >= 60]
    assert big and all(abs(one["said"] - one["happened"]) < 0.2 for one in big)
    again = forecasting.learn(NOW)
    assert again.version == model.version + 1 and again.weights == model.weights
    now = timezone.now()
    template = Dossier.objects.get(code__startswith="Z99.99001")
    Dossier.objects.filter(pk=template.pk).update(due_at=now + timedelta(days=3), received_at=now - timedelta(days=4))
    assert forecasting.foretell(now) == 1
    forecast = Forecast.objects.get()
    assert 0 < forecast.chance < 1 and forecast.dossier_id == template.pk
    client = Client()
    sign_in(client, office.cast.leader)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("performance:forecast"))
    assert template.code in page.content.decode() and "Nguyễn Thị Hoa" not in page.content.decode()
    elsewhere = Client()
    sign_in(elsewhere, office.cast.leader_elsewhere)
    assert template.code not in elsewhere.get(reverse("performance:forecast")).content.decode()
    public = Client().get(reverse("performance:calibration"))
    assert public.status_code == 200 and "Bảng độ tin cậy" in public.content.decode()


@pytest.mark.django_db
def test_without_a_signal_the_model_is_not_used(office: Office) -> None:
    many(office, 600, signal=False)
    model = forecasting.learn(NOW)
    assert model.status in ("no_better", "in_use")
    if model.status == "in_use":
        assert model.skill < 3


@pytest.mark.django_db
def test_the_database_refuses_to_use_a_worse_model() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LatenessModel.objects.create(
            version=1, trained_at=NOW, status="in_use", learnt=1, learnt_late=1, judged=1, judged_late=1, brier=0.3,
            brier_base=0.2,
        )  # fmt: skip
