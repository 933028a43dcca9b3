"""Fee pages of a dossier: for whoever filed it, and for the officers who see the dossier."""

from __future__ import annotations

from django.utils import timezone

from tinhso.engines.payments import services as payments
from tinhso.engines.payments.messages import Credit
from tinhso.engines.payments.services.intake import take_credit
from tinhso.engines.payments.testing import make_till
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.testing.cast import Cast, make_account
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.fees import services
from tinhso.systems.procedures.fees.models import FeeRule
from tinhso.systems.procedures.fees.testing import BEGINNING, make_rule
from tinhso.systems.procedures.testing import MARRIAGE, Office

OWNER = ("citizen",)
# The cast has no accountant: here the provincial leader keeps the books as well.
KEEPER = ("provincial_leader",)
SEE_MONEY = ("desk_officer", "leader", "auditor", "provincial_leader")
OFFICERS = ("desk_officer", "resolving_officer", "leader")


def samples(cast: Cast) -> list[Sample]:
    seeds.load_catalogue(Actor.system("kiểm thử"))
    till = make_till(cast)
    make_rule()
    RoleAssignment.objects.create(
        account=cast.provincial_leader, role="accountant", unit=cast.units.province, valid_from=BEGINNING
    )
    office = Office(cast)
    owing, paid = office.filed(code=MARRIAGE), office.filed(code=MARRIAGE)
    desk = cast.actor("desk_officer")
    for dossier in (owing, paid):
        services.fix_fee(actor=desk, dossier_id=dossier.pk)
    services.take_at_desk(actor=desk, dossier_id=paid.pk, way="cash")
    refund = services.ask_refund(actor=desk, dossier_id=paid.pk, reason="Thu nhầm", in_cash=True)
    elsewhere = make_account("ketoan_khac", "Kế Khác", role="accountant", unit=cast.units.other_committee)
    keeper = cast.actor("provincial_leader")
    # A credit that names no bill is held, and waits as a discrepancy.
    told = till.credit(None)["data"]
    credit = Credit(told["reference"], told["account"]["bin"], told["account"]["number"], 8000, "", "", timezone.now())
    held, _word = take_credit(till.account, credit, at=timezone.now())
    found = held.discrepancies.get()
    made = payments.list_remittance(actor=keeper, account_id=till.account.pk, until=timezone.localdate())
    rule = FeeRule.objects.order_by("pk")[0]
    may = ("administrator", *KEEPER)
    return [
        Sample("fees:procedure", {"code": rule.procedure_code}, may),
        Sample("fees:row", {"kind": "muc-thu", "row_id": rule.pk}, may),
        Sample("desk:discrepancy", {"pk": found.pk}, KEEPER, outsiders=(elsewhere,)),
        Sample("desk:remittance", {"pk": made.pk}, KEEPER, outsiders=(elsewhere,)),
        Sample("desk:remittance_csv", {"pk": made.pk}, KEEPER, outsiders=(elsewhere,)),
        Sample("portal:payment", {"code": owing.code}, OWNER),
        Sample("portal:payment_code", {"code": owing.code, "form": "svg"}, OWNER),
        Sample("portal:fee_receipt", {"code": paid.code}, OWNER),
        Sample("desk:fee", {"pk": owing.pk}, OFFICERS, data={"viec": "lap"}),
        Sample("desk:fee_receipt", {"pk": paid.pk}, OFFICERS),
        Sample("desk:bill", {"reference": refund.bill.reference}, SEE_MONEY, outsiders=(elsewhere,)),
        Sample("desk:refund", {"pk": refund.pk}, SEE_MONEY, outsiders=(elsewhere,), data={"viec": "xem"}),
    ]
