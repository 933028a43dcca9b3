"""Three hundred results signed at one sitting, the device pulled at the 150th: what stands, what is told, going on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from tinhso.engines.signing import bench as signing
from tinhso.engines.signing.models import SignatureEvidence, SigningCertificate
from tinhso.engines.signing.opening import Pen
from tinhso.engines.signing.services import issue_demo_certificate
from tinhso.faces.cli.services_bench.invariants import Asked
from tinhso.faces.cli.words import _, say
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.numbering.models import Series
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, Result
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.batches import MOST_AT_ONCE, BatchOutcome

PULLED_AT = 150


def pulled(leader: int, waiting: list[int]) -> Iterator[BenchRow]:
    """Signs `waiting` (drafted, of one agency) with a key on a PKCS#11 device whose session ends at the 150th paper."""
    what = _("Rút thiết bị ký giữa chừng (%(all)s hồ sơ, ở hồ sơ thứ %(at)s)") % {"all": len(waiting), "at": PULLED_AT}
    library = signing.device_library()
    if library is None or len(waiting) <= PULLED_AT:
        why = _("máy này không có softhsm2") if library is None else _("không đủ hồ sơ chờ ký")
        yield BenchRow(f"{what}: NOT RUN, {why}", 0, "", "–", True)
        return
    account = Account.objects.get(pk=leader)
    with signing.device(library):
        system = Actor.system("tinhso bench", is_simulated=True)
        issue_demo_certificate(system, account=account, pin=signing.PIN, token_label=signing.KEY)
        actor = Actor.of(account, stepped_up=True)
        before, began = _numbers(waiting), time.monotonic()
        try:
            first = _sitting(actor, waiting, pull_at=PULLED_AT)
            asked = list(_after_the_pull(waiting, first, before))
            second = _sitting(actor, waiting)
            asked += _after_going_on(waiting, first, second, before)
        except Refused as refusal:
            yield BenchRow(f"{what}: NOT RUN, {refusal.sentence}", 0, "", "–", False)
            return
        seconds = time.monotonic() - began
    for one in asked:
        if not one.holds:
            say(f"  ! {one.what}: {one.found} ≠ {one.expected}", "red")
    wrong = sum(not one.holds for one in asked)
    say(f"  {what}: {len(first.issued)} + {len(second.issued)}, {seconds:.0f} s; “{first.stopped_by}”")
    yield BenchRow(f"{what}: {_('số điều sai')}", wrong, f"/ {len(asked)}", "= 0", wrong == 0)


def _sitting(actor: Actor, waiting: list[int], pull_at: int = 0) -> BatchOutcome:
    """One call of the act; at paper `pull_at` the device's own session is closed, and its library finds it gone."""
    made = 0
    plain = Pen.require_in_force

    def looked_at(pen: Any, at: Any) -> None:
        nonlocal made
        if pen.certificate.kind == SigningCertificate.Kind.PERSON:
            made += 1
            if made == pull_at:
                pen.signer.pkcs11_session.close()
        plain(pen, at)

    with patch.object(Pen, "require_in_force", looked_at):
        return services.sign_batch(actor=actor, dossier_ids=waiting[:MOST_AT_ONCE], pin=signing.PIN)


def _numbers(waiting: list[int]) -> int:
    """The sum of the ends of the result series of the agency."""
    unit = Dossier.objects.values_list("unit_id", flat=True).get(pk=waiting[0])
    year = str(timezone.localdate().year)
    ends = Series.objects.filter(unit_id=unit, period=year, kind__startswith="result:")
    return sum(ends.values_list("last_number", flat=True))


def _after_the_pull(waiting: list[int], first: BatchOutcome, before: int) -> Iterator[Asked]:
    """149 done and recorded, the rest told plainly and untouched, nothing half-written."""
    done, rest = waiting[: PULLED_AT - 1], waiting[PULLED_AT - 1 :]
    yield Asked("issued before the pull", len(first.issued), len(done))
    yield Asked("in their order", int(first.issued == done), 1)
    yield Asked("told that the device is gone", sum(bool(why) for _pk, why in first.untouched), len(rest))
    yield Asked("one sentence for all", len({why for _pk, why in first.untouched} | {first.stopped_by}), 1)
    states = Dossier.objects.filter(pk__in=rest, state=State.DRAFTED).count()
    yield Asked("still waiting to be signed", states, len(rest))
    half = Result.objects.filter(dossier__in=rest).exclude(number=None, signed_at=None, issued_at=None, file=None)
    yield Asked("half-written results", half.count(), 0)
    traces = AuditRow.objects.filter(object_type="procedures.dossier", object_id__in=list(map(str, rest)))
    yield Asked("lines of signing about them", traces.filter(act__startswith="procedures.result.n").count(), 0)
    yield Asked("numbers taken", _numbers(waiting) - before, len(done))
    yield from _whole(done)


def _after_going_on(waiting: list[int], first: BatchOutcome, second: BatchOutcome, before: int) -> Iterator[Asked]:
    """The same call again signs what is left, and nothing twice."""
    yield Asked("passed over the second time", len(second.already), len(first.issued))
    yield Asked("issued the second time", len(second.issued), len(waiting) - len(first.issued))
    yield Asked("numbers taken in all", _numbers(waiting) - before, len(waiting))
    yield from _whole(waiting)


def _whole(done: list[int]) -> Iterator[Asked]:
    """Each issued result has its number, its file, a person's signature and a seal."""
    results = Result.objects.filter(dossier__in=done).exclude(number=None).exclude(issued_at=None)
    yield Asked("results with number and time of issue", results.count(), len(done))
    kinds = [(one.number_text, one.file.sha256 if one.file else "") for one in results.select_related("file")]
    yield Asked("numbers that are one's own", len({number for number, _file in kinds}), len(done))
    seals = SignatureEvidence.objects.filter(digest_after__in=[digest for _number, digest in kinds])
    yield Asked("seals", seals.filter(certificate__kind="seal").count(), len(done))
    below = SignatureEvidence.objects.filter(digest_after__in=list(seals.values_list("digest_before", flat=True)))
    yield Asked("signatures of the person below them", below.filter(certificate__kind="person").count(), len(done))
