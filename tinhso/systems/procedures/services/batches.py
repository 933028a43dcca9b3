"""Forty results with one PIN. Each is an act of its own; what stops one does not undo the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tinhso.engines.signing.errors import KeyGone
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier, Result
from tinhso.systems.procedures.services.acts import account_id_of
from tinhso.systems.procedures.services.issuing import sign_and_issue

if TYPE_CHECKING:
    from tinhso.engines.signing.opening import Pen

MOST_AT_ONCE = 300


class TooMany(Refused):
    """More results at once than one sitting signs."""

    code = "procedures.batch-too-big"

    def __init__(self) -> None:
        super().__init__(_("Mỗi lần ký nhiều nhất %(most)s kết quả. Hãy chọn ít hơn.") % {"most": MOST_AT_ONCE})


@dataclass
class BatchOutcome:
    """What became of each dossier: signed now, signed before, or untouched with the reason."""

    issued: list[int] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    untouched: list[tuple[int, str]] = field(default_factory=list)
    # Why the whole batch stopped before its end; "" when it did not.
    stopped_by: str = ""


def sign_batch(*, actor: Actor, dossier_ids: Iterable[int], pin: str = "", at: datetime | None = None) -> BatchOutcome:
    """Signs and issues many results with one PIN (or one fresh proof), each whole in its own transaction.

    A dossier out of order stays untouched with its reason, the rest go on. When the key goes away (a pulled device,
    a provider that does not answer), the batch stops: what is issued stays, the rest is untouched. The same call
    again resumes: what this batch already issued is passed over, so nothing gets two numbers.
    """

    from tinhso.engines.signing import services as signing

    access.require(actor, permissions.SIGN)
    wanted = list(dict.fromkeys(dossier_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise TooMany
    signer = Account.objects.get(pk=account_id_of(actor))
    outcome = BatchOutcome(already=_issued_before(actor, wanted))
    todo = [one for one in wanted if one not in set(outcome.already)]
    if todo:
        with signing.person_pen(actor, account=signer, pin=pin or None, at=at) as pen:
            _sign_each(actor, todo, pen, outcome, at)
        _tell(actor, signer, outcome)
    return outcome


def _issued_before(actor: Actor, wanted: list[int]) -> list[int]:
    done = Result.objects.filter(dossier_id__in=wanted, signed_by_id=actor.account_id).exclude(issued_at=None)
    known = set(done.values_list("dossier_id", flat=True))
    return [one for one in wanted if one in known]


def _sign_each(actor: Actor, todo: list[int], pen: Pen, outcome: BatchOutcome, at: datetime | None) -> None:
    for place, dossier_id in enumerate(todo):
        try:
            sign_and_issue(actor=actor, dossier_id=dossier_id, at=at, pen=pen)
        except KeyGone as gone:
            outcome.stopped_by = gone.sentence
            outcome.untouched += [(one, gone.sentence) for one in todo[place:]]
            return
        except Dossier.DoesNotExist:
            outcome.untouched.append((dossier_id, _("Không có hồ sơ này.")))
        except Refused as refusal:
            outcome.untouched.append((dossier_id, refusal.sentence))
        else:
            outcome.issued.append(dossier_id)


def _tell(actor: Actor, signer: Account, outcome: BatchOutcome) -> None:
    """One line on the sitting itself; every result has its own lines beside it."""
    audit.record(
        actor,
        "procedures.batch.signed",
        signer,
        issued=len(outcome.issued),
        untouched=len(outcome.untouched),
        stopped_by=outcome.stopped_by,
    )
