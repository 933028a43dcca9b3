"""What a citizen did on the national portal, done here by the acts of the core under the citizen's own account."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.layout import Field
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.people.services.identity import sign_in_by_identity
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.gatekeeping import require_open
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.national.errors import NotTaken
from tinhso.systems.procedures.national.shapes import Code
from tinhso.systems.procedures.services.filing import missing_parts

PLACES = (
    UnitKind.PROVINCE,
    UnitKind.PROVINCIAL_COMMITTEE,
    UnitKind.COMMUNE,
    UnitKind.COMMUNE_COMMITTEE,
    UnitKind.SERVICE_CENTRE,
)


def file(item: dict[str, Any], actor: Actor) -> Dossier:
    """Files a dossier: the version in force, the commune named wherever the person lives, one code, our clock.

    The person's identity is the portal's word (VNeID, level 2); whatever the form and the papers lack is refused as it
    is for a dossier filed here.
    """
    version = _version(item)
    commune = _commune(str(item["MaDonViNhan"]), version)
    citizen = Actor.of(_account(item))
    draft = core.start_draft(actor=citizen, version=version, is_fresh=True)
    core.choose_commune(actor=citizen, token=draft.token, commune=commune)
    _fill(citizen, draft, version, item)
    draft.refresh_from_db()
    _must_be_whole(draft)
    return core.submit_dossier(actor=citizen, token=draft.token)


def answer(item: dict[str, Any], actor: Actor) -> Dossier:
    """The citizen answers what was asked for: words, changed answers, scans."""
    citizen, dossier = _own(item)
    given = item["DanhSachHoSoBoSung"][0]
    request = dossier.supplement_requests.filter(answered_at=None).first()
    if request is None or str(request.pk) != given["HoSoBoSungId"]:
        raise NotTaken(Code.STATE, _("Hồ sơ không chờ yêu cầu bổ sung này."))
    changes = given.get("ToKhai") or {}
    if changes:
        _must_be_known(dossier.version, changes)
        core.keep_supplement_page(actor=citizen, dossier_id=dossier.pk, values=changes)
    uploads = [(one["TenTepDinhKem"], _content(one)) for one in given.get("DanhSachGiayToBoSung", [])]
    return core.answer_supplement(actor=citizen, dossier_id=dossier.pk, answer=given["NoiDungTraLoi"], uploads=uploads)


def withdraw(item: dict[str, Any], actor: Actor) -> Dossier:
    """The citizen takes the dossier back; the core refuses once there is a decision."""
    citizen, dossier = _own(item)
    return core.withdraw_dossier(actor=citizen, dossier_id=dossier.pk, reason=item["NoiDungXuLy"])


def _version(item: dict[str, Any]) -> ProcedureVersion:
    """The version in force today of the code; a sentence for a code unknown, ended, changed, or a ministry's."""
    code, today = str(item["MaTTHC"]), timezone.localdate()
    found = ProcedureVersion.objects.as_of(today).select_related("form").filter(code=code).first()
    if found is None:
        if ProcedureVersion.objects.filter(code=code, valid_to__lte=today).exists():
            raise NotTaken(Code.VERSION_ENDED, _("Thủ tục %(code)s đã hết hiệu lực.") % {"code": code})
        _refuse_unserved(code, today)
    assert found is not None
    require_open(found, today)
    if item.get("PhienBan") not in (None, found.version):
        raise NotTaken(
            Code.VERSION_ENDED,
            _("Thủ tục %(code)s nay là phiên bản %(now)s; hãy lấy lại biểu mẫu.")
            % {"code": code, "now": found.version},
        )
    return found


def _refuse_unserved(code: str, today: date) -> None:
    entry = CatalogueEntry.objects.as_of(today).filter(code=code).first()
    if entry is not None and entry.is_vertical:
        raise NotTaken(
            Code.ELSEWHERE, _("Thủ tục %(code)s xử lý trên hệ thống của bộ, không nhận ở tỉnh.") % {"code": code}
        )
    raise NotTaken(Code.NO_PROCEDURE, _("Tỉnh chưa nhận trực tuyến thủ tục %(code)s.") % {"code": code})


def _commune(given: str, version: ProcedureVersion) -> Unit | None:
    """The commune named by its code, or by the code or identifier of its committee or centre.

    None is the province's own desk, which takes the province's procedures; those of a commune name their commune.
    """
    today = timezone.localdate()
    units = Unit.objects.as_of(today).filter(kind__in=PLACES).select_related("area")
    found = units.filter(code=given).first() or units.exclude(identifier="").filter(identifier=given).first()
    place = found if found is None or found.kind in (UnitKind.COMMUNE, UnitKind.PROVINCE) else found.area
    if place is not None and place.kind == UnitKind.COMMUNE:
        return place
    if place is not None and version.is_provincial:
        return None
    raise NotTaken(Code.UNIT, _("Không có đơn vị tiếp nhận mang mã %(code)s.") % {"code": given[:40]})


def _account(item: dict[str, Any]) -> Account:
    """The citizen's account, by the identity that the portal has proved."""
    if item["LoaiDoiTuong"] != "1":
        raise NotTaken(
            Code.PERSON,
            _("Hồ sơ của doanh nghiệp, tổ chức hãy nộp trên cổng của tỉnh, bằng người đại diện đã xác nhận."),
        )
    if item.get("TaiKhoanDuocXacThucVoiVNeID") != 1:
        raise NotTaken(Code.PERSON, _("Người nộp chưa được định danh mức độ 2."))
    born = item.get("NgaySinh", "")
    return sign_in_by_identity(
        claims={
            "sub": f"dvcqg-{item['MaGiaoDich']}",
            "acr": "2",
            "personal_number": item["MaDoiTuong"],
            "name": item["ChuHoSo"],
            "birthdate": f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else "",
            "gender": item.get("GioiTinh", ""),
            "phone_number": item.get("SoDienThoai", ""),
            "address": item.get("DiaChi", ""),
            "is_simulated": settings.NATIONAL_IS_SIMULATED,
        },
        known=None,
    )


def _fill(citizen: Actor, draft: Draft, version: ProcedureVersion, item: dict[str, Any]) -> None:
    """The answers page by page and the papers, as if typed here; nothing prefilled is mixed in."""
    if version.form is None:
        return
    answers: dict[str, Any] = item["ToKhai"]
    _must_be_known(version, answers)
    for page in layout.pages(version.form):
        values = {one.name: answers[one.name] for one in page.fields if one.name in answers}
        core.save_page(actor=citizen, token=draft.token, page=page.number, values=values, is_complete=True)
    fields = layout.fields(version.form)
    for paper in item.get("TaiLieuNop", []):
        field = fields.get(paper["MaThanhPhanHoSo"])
        if field is None or not field.is_file:
            raise NotTaken(Code.FILE, _("Tờ khai không có giấy tờ “%(name)s”.") % {"name": paper["MaThanhPhanHoSo"]})
        core.attach_paper(
            actor=citizen,
            token=draft.token,
            field=field.name,
            label=field.label,
            stream=_content(paper),
            name=paper["TenTepDinhKem"],
        )


def _must_be_known(version: ProcedureVersion, answers: dict[str, Any]) -> None:
    """Every answer belongs to a question; files come as papers, never as an answer."""
    fields: dict[str, Field] = layout.fields(version.form) if version.form else {}
    strange = sorted(name for name in answers if name not in fields or fields[name].is_file or fields[name].is_note)
    if strange:
        raise NotTaken(Code.FORM, _("Tờ khai có mục không nhận: %(names)s.") % {"names": ", ".join(strange)[:300]})


def _must_be_whole(draft: Draft) -> None:
    """Says a missing paper apart from a wrong answer: the portal shows the citizen where to mend it."""
    wrong = missing_parts(draft)
    if not wrong or draft.version.form is None:
        return
    files = {one.label for one in layout.fields(draft.version.form).values() if one.is_file}
    papers = [label for label in wrong if label in files]
    if papers and len(papers) == len(wrong):
        raise NotTaken(Code.PAPER_MISSING, _("Thiếu giấy tờ: %(names)s.") % {"names": ", ".join(papers)[:800]})
    raise NotTaken(Code.FORM, _("Tờ khai chưa hợp lệ: %(names)s.") % {"names": ", ".join(wrong)[:800]})


def _content(paper: dict[str, Any]) -> BytesIO:
    try:
        return BytesIO(base64.b64decode(paper["NoiDungTep"], validate=True))
    except (binascii.Error, ValueError):
        raise NotTaken(
            Code.FILE, _("Không giải mã được tệp %(name)s.") % {"name": paper["TenTepDinhKem"][:120]}
        ) from None


def _own(item: dict[str, Any]) -> tuple[Actor, Dossier]:
    """The citizen and their dossier. One word for a code that is not there and one that is another's."""
    person = Person.objects.filter(personal_number=item["MaDoiTuong"] or "-", merged_into=None).first()
    account = Account.objects.filter(person=person, kind=Account.Kind.CITIZEN, is_active=True).order_by("pk").first()
    if person is not None and account is not None:
        citizen = Actor.of(account)
        dossier = (
            Dossier.objects.belonging_to(citizen).select_related("version__form").filter(code=item["MaHoSo"]).first()
        )
        if dossier is not None:
            return citizen, dossier
    raise NotTaken(Code.NO_DOSSIER, _("Không có hồ sơ này của người này."))


__all__ = ["answer", "file", "withdraw"]
