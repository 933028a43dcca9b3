"""What procedures holds about a person, for the copy of their data and for requests to delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.privacy.registry import Collector, Row

if TYPE_CHECKING:
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.people.models import Person

_RECORDS = gettext_lazy("Luật Lưu trữ; thời hạn bảo quản của thủ tục: hồ sơ đã nộp là tài liệu của cơ quan nhà nước")


def _answers(form: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Answers under the questions as the person read them; as stored where there is no form."""
    from tinhso.engines.forms.selectors import summary

    return {row.plain_label: row.value for row in summary(form, data) if row.value} if form is not None else data


def _dossiers(person: Person) -> list[Row]:
    from tinhso.systems.procedures.models import Dossier
    from tinhso.systems.procedures.words import state_name

    found = Dossier.objects.filter(Q(applicant=person) | Q(filed_by__person=person)).select_related(
        "version__form", "unit"
    )
    return [
        {
            _("Mã hồ sơ"): one.code,
            _("Thủ tục"): one.version.name,
            _("Cơ quan"): one.unit.name,
            _("Nộp lúc"): one.submitted_at,
            _("Trạng thái"): str(state_name(one.state)),
            _("Bảo quản đến"): one.retain_until or _("theo thời hạn của thủ tục"),
            # Filed for somebody else: their answers are theirs, not in this person's copy.
            _("Nội dung tờ khai"): _answers(one.version.form, one.data)
            if one.applicant_id == person.pk
            else _("của người đứng tên hồ sơ"),
        }
        for one in found.order_by("submitted_at", "pk")
    ]


def _papers(person: Person) -> list[Row]:
    from tinhso.systems.procedures.models import DossierPaper

    mine = Q(dossier__applicant=person) | Q(draft__dossier__applicant=person)
    mine |= Q(draft__account__person=person, draft__dossier=None, dossier=None)
    found = DossierPaper.objects.filter(mine, removed_at=None).select_related("file", "dossier").distinct()
    return [
        {
            _("Giấy tờ"): one.label,
            _("Tệp"): one.file.name,
            "SHA-256": one.file.sha256,
            _("Mã hồ sơ"): one.dossier.code if one.dossier else "",
            _("Đính kèm lúc"): one.attached_at,
        }
        for one in found.order_by("pk")
    ]


def _drafts(person: Person) -> list[Row]:
    from tinhso.systems.procedures.models import Draft

    found = Draft.objects.filter(account__person=person, dossier=None).exclude(data={}).select_related("version__form")
    return [
        {
            _("Thủ tục"): one.version.name,
            _("Lưu lúc"): one.updated_at,
            _("Đã điền"): _answers(one.version.form, one.data),
        }
        for one in found.order_by("pk")
    ]


def _forget_drafts(actor: Actor, person: Person) -> int:
    from tinhso.systems.procedures.services.known import forget_drafts

    return forget_drafts(actor, person)


COLLECTORS = (
    Collector("procedures.drafts", gettext_lazy("Hồ sơ đang soạn, chưa nộp"), _drafts, "", _forget_drafts, order=19),
    Collector("procedures.dossiers", gettext_lazy("Hồ sơ đã nộp"), _dossiers, _RECORDS, order=20),
    Collector("procedures.papers", gettext_lazy("Giấy tờ kèm hồ sơ"), _papers, _RECORDS, order=21),
)
