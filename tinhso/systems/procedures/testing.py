"""Fixtures of dossiers: the catalogue loaded, a dossier brought to any state through the services."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import pytest_django

from tinhso.engines.signing.issuing import issue_demo_certificate, issue_demo_seal
from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.kept import Kept
from tinhso.systems.procedures import playing, seeds, services
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.services.issuing import ELECTRONIC, RESULT_WAY

MARRIAGE = "1.004873"
BIRTH = "1.001193"
IN_PERSON = "2.000815"
# Enough for nearly every test; publishing all that the product serves takes three times as long.
FIVE = frozenset({MARRIAGE, BIRTH, IN_PERSON, "2.000635", "1.010833"})


@dataclass
class Office:
    """The cast at work on dossiers."""

    cast: Cast

    def version(self, code: str = MARRIAGE) -> ProcedureVersion:
        return ProcedureVersion.objects.get(code=code)

    def draft(self, code: str = MARRIAGE, who: str = "citizen") -> Draft:
        """A draft filled in whole, ready to be submitted to the first commune."""
        actor = self.cast.actor(who)
        draft = services.start_draft(actor=actor, version=self.version(code))
        services.choose_commune(actor=actor, token=draft.token, commune=self.cast.units.commune)
        dice = random.Random(7)  # noqa: S311 - tests fill the same form the same way
        playing.fill(dice, actor, draft, self.version(code))
        draft.refresh_from_db()
        if RESULT_WAY in draft.data:
            # By download, whatever the dice said: issuing the result then returns it.
            draft.data[RESULT_WAY] = ELECTRONIC
            draft.save(update_fields=["data"])
        return draft

    def filed(self, code: str = MARRIAGE, who: str = "citizen", at: datetime | None = None) -> Dossier:
        actor = self.cast.actor(who)
        return services.submit_dossier(actor=actor, token=self.draft(code, who).token, at=at)

    def received(self, **kwargs: Any) -> Dossier:
        dossier = self.filed(**kwargs)
        return services.receive_dossier(
            actor=self.cast.actor("desk_officer"), dossier_id=dossier.pk, at=kwargs.get("at")
        )

    def walk_in(self, code: str = MARRIAGE, at: datetime | None = None) -> Dossier:
        """The first citizen's dossier, brought on paper to the first commune's desk."""
        person = self.cast.citizen.person
        if person is None:
            raise LookupError(self.cast.citizen.username)
        return services.record_walk_in(
            actor=self.cast.actor("desk_officer"),
            version=self.version(code),
            desk=self.cast.units.commune_centre,
            person=person,
            data={},
            at=at,
        )

    def hand_over_walk_in(self, at: datetime | None = None) -> Dossier:
        dossier = self.walk_in(at=at)
        return services.hand_over(actor=self.cast.actor("desk_officer"), dossier_id=dossier.pk, at=at)

    def resolving(self, **kwargs: Any) -> Dossier:
        dossier = self.received(**kwargs)
        return services.hand_over(actor=self.cast.actor("desk_officer"), dossier_id=dossier.pk, at=kwargs.get("at"))

    def drafted(self, **kwargs: Any) -> Dossier:
        dossier = self.resolving(**kwargs)
        return services.draft_result(
            actor=self.cast.actor("resolving_officer"),
            dossier_id=dossier.pk,
            at=kwargs.get("at"),
            rows=[{"label": "Họ, chữ đệm, tên", "value": "Nguyễn Thị Hoa"}],
            conclusion="Chưa đăng ký kết hôn với ai.",
        )

    def issued(self, **kwargs: Any) -> Dossier:
        dossier = self.drafted(**kwargs)
        return services.sign_and_issue(actor=self.cast.actor("leader"), dossier_id=dossier.pk, at=kwargs.get("at"))


@pytest.fixture(scope="session")
def kept_catalogue(kept_cast: Kept, django_db_blocker: pytest_django.DjangoDbBlocker) -> Kept:
    """The rows of five procedures and of the certificates, made once on those of the cast."""
    with django_db_blocker.unblock():
        return Kept(ready, on=kept_cast)


@pytest.fixture
def office(kept_catalogue: Kept, cast: Cast) -> Office:
    """The catalogue loaded and the cast ready to work on it."""
    if AuditRow.objects.exists():
        return ready(cast)  # the test has begun already: the log goes on from where it stands
    kept_catalogue.give()
    return Office(cast)


def ready(cast: Cast) -> Office:
    """Publishes the five procedures and gives the leader's certificate and the seal."""
    seeds.load_catalogue(Actor.system("kiểm thử"), only=FIVE)
    give_certificates(cast)
    return Office(cast)


def give_certificates(cast: Cast) -> None:
    """The leader's certificate and the committee's seal, without which no result is issued."""
    system = Actor.system("kiểm thử")
    committee = cast.units.commune_committee
    if not SigningCertificate.objects.filter(account=cast.leader).exists():
        issue_demo_certificate(system, account=cast.leader, organisation=committee.name)
    if not SigningCertificate.objects.filter(unit=committee, kind=SigningCertificate.Kind.SEAL).exists():
        issue_demo_seal(system, unit=committee)
