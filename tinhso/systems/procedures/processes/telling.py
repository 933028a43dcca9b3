"""Who is told what in the work between offices, in whose words."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.workflow import permissions as workflow
from tinhso.engines.workflow.models import Opinion
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.notices.models import Channel
from tinhso.foundation.notices.services import notify
from tinhso.foundation.notices.texts import Text
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures.models import Dossier

TEXTS = (
    Text(
        "procedures.opinion_asked",
        _("Lấy ý kiến về hồ sơ %(code)s"),
        _("%(asking)s lấy ý kiến của %(unit)s. Hạn trả lời: %(due)s. Mở để xem nội dung và trả lời."),
    ),
    Text(
        "procedures.opinion_answered",
        _("%(unit)s đã trả lời về hồ sơ %(code)s"),
        _("Ý kiến: %(verdict)s. Mở hồ sơ để xem nội dung trả lời."),
    ),
    Text(
        "procedures.opinion_late",
        _("Chậm trả lời ý kiến về hồ sơ %(code)s"),
        _(
            "%(unit)s chưa trả lời %(asking)s trước hạn %(due)s. Hồ sơ được xử lý tiếp; "
            "đề nghị người đứng đầu bộ phận một cửa phối hợp."
        ),
    ),
    Text(
        "procedures.opinion_soon",
        _("Sắp đến hạn trả lời về hồ sơ %(code)s"),
        _("%(asking)s đang chờ ý kiến của %(unit)s, hạn %(due)s."),
    ),
    Text(
        "procedures.step_soon",
        _("Sắp đến hạn: hồ sơ %(code)s"),
        _("Bước “%(step)s” phải xong trước %(due)s."),
    ),
    Text(
        "procedures.step_late",
        _("Quá hạn bước “%(step)s”: hồ sơ %(code)s"),
        _("%(unit)s chưa xong bước “%(step)s” (hạn %(due)s, người giữ: %(holder)s)."),
    ),
    Text(
        "procedures.legal_soon",
        _("Sắp hết hạn giải quyết: hồ sơ %(code)s"),
        _(
            "%(unit)s phải xong trước %(due)s (người giữ: %(holder)s). Nếu không kịp, thư xin lỗi phải gửi chậm nhất "
            "một ngày trước hạn."
        ),
    ),
    Text(
        "procedures.legal_due",
        _("Hết hạn giải quyết: hồ sơ %(code)s"),
        _("Đến %(due)s hồ sơ ở %(unit)s chưa có kết quả (người giữ: %(holder)s)."),
    ),
)
# Nobody needs an e-mail for work on their own desk.
ON_SITE = (Channel.WEB,)
MOST = 20


def people_with(code: str, units: Iterable[Unit]) -> list[Account]:
    """Accounts that hold a right at one of the units themselves today, a few at most."""
    roles = [name for name, role in ROLES.items() if code in role.permissions and not role.implicit]
    held = RoleAssignment.objects.as_of(timezone.localdate()).filter(role__in=roles, unit__in=list(units))
    return list(Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("pk")[:MOST])


def account_of(pk: int | None) -> list[Account]:
    """The one account, in a list; nobody when the system itself acted."""
    return list(Account.objects.filter(pk=pk)) if pk is not None else []


def tell(actor: Actor, accounts: Iterable[Account], text: str, values: dict[str, str], link: str, key: str) -> None:
    for account in accounts:
        notify(
            actor,
            account=account,
            text=text,
            values=values,
            link=link,
            key=f"{key}:{account.pk}",
            channels=ON_SITE,
        )


def facts_of(dossier: Dossier, opinion: Opinion) -> dict[str, str]:
    return {
        "code": dossier.code,
        "asking": str(opinion.asking_unit),
        "unit": str(opinion.unit),
        "due": f"{timezone.localtime(opinion.due_at):%H:%M %d/%m/%Y}",
        "verdict": str(opinion.get_verdict_display()) if opinion.verdict else "",
    }


def opinion_asked(actor: Actor, dossier: Dossier, opinion: Opinion) -> None:
    link = reverse("processes:opinion", args=[opinion.pk])
    people = people_with(workflow.ANSWER, [opinion.unit])
    tell(actor, people, "procedures.opinion_asked", facts_of(dossier, opinion), link, f"opinion-asked:{opinion.pk}")


def opinion_answered(actor: Actor, dossier: Dossier, opinion: Opinion) -> None:
    asker = account_of(opinion.asked_by_id)
    link = reverse("desk:dossier", args=[dossier.pk])
    tell(actor, asker, "procedures.opinion_answered", facts_of(dossier, opinion), link, f"opinion-told:{opinion.pk}")
