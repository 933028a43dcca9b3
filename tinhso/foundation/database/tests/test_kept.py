"""Statements built once: the same rows, objects and refusals as the object layer gives."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from tinhso.foundation.audit import log as audit
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.database import kept
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_kept_question_gives_the_objects_of_the_object_layer(cast: Cast, django_assert_num_queries: Any) -> None:
    units = list(Unit.objects.select_related("parent").order_by("pk")[:3])
    question = kept.Question(lambda pk: Unit.objects.select_related("parent").filter(pk=pk))
    for one in [*units, *units]:
        with django_assert_num_queries(1):
            found = question.get(one.pk)
            assert found == one and found.parent == one.parent
        assert {f.attname: getattr(found, f.attname) for f in Unit._meta.concrete_fields} == {
            f.attname: getattr(one, f.attname) for f in Unit._meta.concrete_fields
        }
    with pytest.raises(Unit.DoesNotExist):
        question.get(0)
    several = kept.by_keys(lambda: Unit.objects.only("code"))
    assert kept.in_bulk(several, [one.pk for one in units]) == {one.pk: one for one in units}
    assert kept.in_bulk(several, []) == {}


def test_each_way_of_a_question_keeps_its_own_words(cast: Cast) -> None:
    question = kept.Question(lambda pk: Unit.objects.filter(pk=pk))
    pk = cast.units.commune_office.pk
    for code in ("", "x", ""):
        build = lambda one, code=code: Unit.objects.filter(pk=one).exclude(code=code)  # noqa: E731
        assert [one.pk for one in question.ask(pk, key=code, build=build)] == [pk]
    nothing = lambda one: Unit.objects.filter(pk=one, code="")  # noqa: E731
    assert question.ask(pk, key="none", build=nothing) == []
    with pytest.raises(RuntimeError):
        kept.Question(lambda _pk: Unit.objects.all()).ask(pk)


@pytest.mark.django_db(transaction=True)
def test_a_row_is_locked_within_a_transaction_only() -> None:
    locked = kept.Question(lambda pk: Unit.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        assert locked.ask(0) == []
    with pytest.raises(TransactionManagementError):
        locked.ask(0)


def test_rows_are_written_as_the_object_layer_writes_them(cast: Cast) -> None:
    row = audit.record(cast.actor("leader"), "test.act", cast.units.commune_office, words="ký tự “lạ”", number=1)
    assert AuditRow.objects.get(pk=row.pk).details == {"words": "ký tự “lạ”", "number": 1}
    event = kept.insert(
        DomainEvent(name="e", subject_type="t", subject_id="1", occurred_on=date(2026, 1, 1), pending=["a", "b"])
    )
    read = DomainEvent.objects.get(pk=event.pk)
    assert (read.pending, read.payload, read.created_at) == (["a", "b"], event.payload, event.created_at)
    read.pending, read.attempts, read.error = ["b"], 1, "lỗi"
    kept.update(read, "pending", "attempts")
    event.refresh_from_db()
    assert (event.pending, event.attempts, event.error) == (["b"], 1, "")
    kept.update(read)
    event.refresh_from_db()
    assert event.error == "lỗi"
    with pytest.raises(ValueError, match="columns"):
        kept.update(read, "nothing")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_domainevent WHERE id = %s", [read.pk])
    with pytest.raises(DatabaseError):
        kept.update(read, "attempts")
