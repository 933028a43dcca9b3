"""The shipped registers of the demo: filled from what the house holds and from an office's old file, all marked."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import services as exchange
from tinhso.engines.exchange import trying
from tinhso.engines.exchange.connectors.registry import SCHEME, connector
from tinhso.engines.exchange.errors import NotInForce
from tinhso.engines.exchange.models import Member, Service, Subsystem
from tinhso.engines.exchange.services.agreements import Decision, Wish
from tinhso.engines.exchange.services.publishing import Promise
from tinhso.engines.registers import services
from tinhso.engines.registers.models import Record, Register
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.seeds import folder_of
from tinhso.foundation.people.models import Enterprise, Household, Person
from tinhso.foundation.text.encodings import to_tcvn3
from tinhso.systems.databases import served, shipped

SAMPLE = "databases_sample.csv"
MOST = 300
LOOK_UP = "GET /records/{key}"


def seed(actor: Actor, progress: Progress, seed: int) -> None:
    """The shipped definitions, and the catalogue as the province's folder has it."""
    progress.start(str(_("Cơ sở dữ liệu dùng chung")), 2)
    shipped.load(actor)
    progress.advance()
    path = folder_of(settings.PROVINCE) / SAMPLE
    register = Register.objects.filter(code=shipped.CATALOGUE).first()
    if path.exists() and register is not None and not register.size:
        # Days in the sample are counted from today, so that a demo does not grow old.
        today = timezone.localdate()
        text = path.read_text("utf-8").replace("{gan-day}", f"{today - timedelta(days=3):%d/%m/%Y}")
        services.import_rows(
            actor=actor,
            register=register,
            data=text.encode(),
            file_name=SAMPLE,
            source=_("Danh mục mẫu để dùng thử"),
            valid_from=today.replace(day=1) - timedelta(days=200),
        )
    progress.advance()


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Persons, enterprises, households and organisations that the demo knows; an old file with bad rows; twins."""
    progress.start(str(_("Bản ghi mẫu")), 5)
    registers = {one.code: one for one in Register.objects.all()}
    if shipped.PERSONS not in registers or registers[shipped.PERSONS].size:
        return
    for code, rows in (
        (shipped.PERSONS, _persons()),
        (shipped.ENTERPRISES, _enterprises()),
        (shipped.HOUSEHOLDS, _households()),
        (shipped.ORGANISATIONS, _organisations()),
    ):
        _fill(actor, registers[code], list(rows), _("Nền tảng của tỉnh"))
        progress.advance()
    _old_file(actor, registers[shipped.CERTIFICATES])
    services.find_duplicates(actor=actor, register=registers[shipped.PERSONS])
    _ask(actor, registers[shipped.PERSONS])
    progress.advance()


def serve(actor: Actor, progress: Progress, seed: int) -> None:
    """The register of persons stands on the exchange; an agency that may asks a few times, and those persons see it."""
    register = Register.objects.select_related("owner").filter(code=shipped.PERSONS).first()
    name = SCHEME + served.PREFIX + shipped.PERSONS
    if not settings.DEMO or register is None or not register.size or Service.objects.filter(base_url=name).exists():
        return
    progress.start(str(_("Tra cứu cơ sở dữ liệu qua nền tảng")), 2)
    actor = Actor.system(actor.label, is_simulated=True)
    service = _publish(actor, register)
    progress.advance()
    client = Subsystem.objects.living().filter(is_simulated=True).exclude(keys=None)
    other = client.exclude(member__unit=register.owner).order_by("pk").first()
    if other is not None:
        _grant_and_call(actor, other, service)
    progress.advance()


def _publish(actor: Actor, register: Register) -> Service:
    unit = register.owner
    member = Member.objects.living().filter(unit=unit).first() or exchange.admit_member(
        actor=actor, code=unit.identifier or unit.code, name=unit.name, unit=unit
    )
    system = exchange.register_subsystem(actor=actor, member=member, code="CSDL", name=_("Cơ sở dữ liệu dùng chung"))
    plug = connector(served.PREFIX + register.code)
    assert plug is not None
    return exchange.publish_service(
        actor=actor,
        subsystem=system,
        code=register.code,
        title=str(plug.title),
        base_url=SCHEME + plug.name,
        contract=json.dumps(plug.contract(), ensure_ascii=False, indent=1),
        promise=Promise(demands_purpose=True, demands_dossier=True),
    )


def _grant_and_call(actor: Actor, client: Subsystem, service: Service) -> None:
    today = timezone.localdate()
    fields = ["key", "validFrom", "values.full_name", "values.born_on", "values.address"]
    asked = exchange.ask_access(
        actor=actor,
        client=client,
        service=service,
        wish=Wish(
            purpose=_("Điền sẵn và đối chiếu thông tin người nộp hồ sơ, không hỏi lại người dân"),
            legal_basis="Nghị định 278/2025/NĐ-CP",
            operations=[LOOK_UP],
            fields=fields,
            term_from=today,
            term_to=today + timedelta(days=365),
            rate_per_minute=600,
        ),
    )
    reason = _("Nơi cư trú tra cứu tại Cơ sở dữ liệu quốc gia về dân cư.")
    exchange.decide_access(
        actor=actor,
        agreement=asked,
        decision=Decision(is_granted=True, fields=fields[:-1], refused=((fields[-1], reason),), demands_purpose=True),
    )
    keys = Record.objects.current().filter(register__code=shipped.PERSONS).order_by("pk").values_list("key", flat=True)
    with contextlib.suppress(NotInForce):  # no plane runs: nothing was asked, and nothing is shown
        for number, key in enumerate(keys[:3]):
            purpose = _("Đối chiếu người nộp hồ sơ")
            trying.try_out(
                actor=actor, client=client, service=service, operation=LOOK_UP, values={"key": key},
                purpose=purpose, dossier=f"DEMO-{number + 1}",
            )  # fmt: skip


def _fill(actor: Actor, register: Register, rows: list[list[object]], source: str) -> None:
    if len(rows) < 2:
        return
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    services.import_rows(
        actor=actor,
        register=register,
        data=written.getvalue().encode(),
        file_name=f"{register.code}.csv",
        source=source,
    )


def _persons() -> Iterable[list[object]]:
    yield ["personal_number", "full_name", "born_on", "sex", "address", "nationality"]
    known = Person.objects.exclude(personal_number=None).filter(is_simulated=True, merged_into=None).order_by("pk")
    for one in known[:MOST]:
        sex = {"male": "Nam", "female": "Nữ"}.get(one.sex, "")
        yield [one.personal_number, one.full_name, one.born_on or "", sex, one.address, "Việt Nam"]
    first = known.filter(born_on__isnull=False).first()
    if first is not None:
        # The same human being entered twice by an office: for the page of duplicates to have something to show.
        yield ["042099999999", first.full_name, first.born_on, "", first.address, "Việt Nam"]


def _enterprises() -> Iterable[list[object]]:
    yield ["tax_code", "name", "address", "founded_on", "representative_number"]
    for one in Enterprise.objects.filter(is_simulated=True).select_related("representative").order_by("pk")[:MOST]:
        number = one.representative.personal_number if one.representative else None
        yield [one.tax_code, one.name, one.address, one.founded_on or "", number or ""]
    if (citizen := _citizen()) is not None:
        # So that whoever tries the citizen's account sees a form filled in from the register of enterprises.
        yield ["3009999001", "Công ty TNHH Mẫu Dùng Thử", citizen.address, "2019-05-02", citizen.personal_number]


def _citizen() -> Person | None:
    """The person behind the demo's account of a citizen."""
    found = Person.objects.filter(accounts__username="congdan", is_simulated=True).exclude(personal_number=None)
    return found.first()


def _households() -> Iterable[list[object]]:
    yield ["code", "address", "head_number", "head_name", "members"]
    for one in Household.objects.filter(is_simulated=True).order_by("pk")[:MOST]:
        yield [one.code, one.address, "", "", ""]
    if (citizen := _citizen()) is not None:
        yield ["HO-MAU-1", citizen.address or "–", citizen.personal_number, citizen.full_name, 4]


def _organisations() -> Iterable[list[object]]:
    yield ["code", "name", "identifier", "kind", "parent", "valid_from"]
    for one in Unit.objects.filter(valid_to=None).select_related("parent").order_by("code")[: MOST + 200]:
        parent = one.parent.name if one.parent else ""
        yield [one.code, one.name, one.identifier, one.get_kind_display(), parent, one.valid_from]


def _old_file(actor: Actor, register: Register) -> None:
    """As a program of 2005 wrote it: TCVN3, one day in no calendar, one row with a cell too many."""
    people = Person.objects.exclude(personal_number=None).filter(is_simulated=True).order_by("pk")[:12]
    lines = ["Loại giấy tờ;Số giấy tờ;Số định danh người được cấp;Người được cấp;Ngày cấp;Cơ quan cấp;Tình trạng"]
    for at, one in enumerate(people, 1):
        day = "31/02/2025" if at == 4 else f"{at:02}/03/2024"
        lines.append(
            f"Giấy khai sinh;{at:03}/2024;{one.personal_number};{one.full_name};{day};Ủy ban nhân dân xã;còn hiệu lực"
            + (";thừa" if at == 7 else "")
        )
    services.import_rows(
        actor=actor,
        register=register,
        data=to_tcvn3("\n".join(lines)),
        file_name="khai-sinh-2024.csv",
        source=_("Sổ hộ tịch cũ (mô phỏng)"),
        confidence=60,
    )


def _ask(actor: Actor, register: Register) -> None:
    """One change that waits for a second person."""
    record = Record.objects.current().filter(register=register).order_by("pk").first()
    if record is None:
        return
    services.ask_change(
        actor=actor,
        register=register,
        kind="correct",
        record=record,
        wanted={"ethnicity": "Kinh"},
        reason=_("Bổ sung dân tộc còn thiếu"),
        document=_("Giấy khai sinh (bản mẫu)"),
    )
