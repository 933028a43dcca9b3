"""Messages and differences: for who watches over the exchange, and nobody else."""

from __future__ import annotations

from django.test import override_settings
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.national.models import Difference, Incoming, Outgoing, Reconciliation
from tinhso.systems.procedures.national.testing import CONNECTED
from tinhso.systems.procedures.testing import MARRIAGE, Office, give_certificates

OPERATORS = ("administrator",)


def samples(cast: Cast) -> list[Sample]:
    seeds.load_catalogue(Actor.system("kiểm thử"))
    give_certificates(cast)
    with override_settings(**CONNECTED, NATIONAL_URL="http://127.0.0.1:9"):
        dossier = Office(cast).filed(code=MARRIAGE)
    message = Outgoing.objects.filter(dossier=dossier).latest("pk")
    arrived = Incoming.objects.create(service="DongBoHoSoMC", digest="0" * 64, state="refused", error_code="03")
    run = Reconciliation.objects.create(started_at=timezone.now())
    missing = Difference.objects.create(run=run, kind="missing", dossier=dossier, found_at=timezone.now())
    return [
        Sample("national:outgoing_one", {"pk": message.pk}, OPERATORS, data={"viec": "dong-bo"}),
        Sample("national:incoming_one", {"pk": arrived.pk}, OPERATORS),
        Sample("national:difference", {"pk": missing.pk}, OPERATORS, data={"cach": "đã hỏi lại Cổng"}),
    ]
