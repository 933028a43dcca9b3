"""What `tinhso doctor` asks of signing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.signing import authority, errors
from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.jobs.registry import Finding

SOON = timedelta(days=30)


def check_authority() -> Finding:
    """The demo authority is there, opens, and stays in force for a month."""
    if not authority.is_present():
        return Finding(True, _("Chưa có nơi cấp chứng thư thử; sẽ tự lập khi cần."))
    try:
        ends = authority.load().issuing.certificate.not_valid_after_utc
    except Exception as fault:  # whatever lies in the folder, the doctor must answer
        return Finding(False, _("Không mở được khoá của nơi cấp chứng thư thử (%(fault)s).") % {"fault": fault})
    if ends < timezone.now() + SOON:
        return Finding(False, _("Chứng thư của nơi cấp thử hết hạn ngày %(day)s.") % {"day": f"{ends:%d/%m/%Y}"})
    return Finding(True, _("Nơi cấp chứng thư thử mở được, còn hạn đến %(day)s.") % {"day": f"{ends:%d/%m/%Y}"})


def check_expiring() -> Finding:
    """Certificates that end within a month and have no successor are named, so that nobody is stopped unawares."""
    now = timezone.now()
    ending = SigningCertificate.objects.usable(now).filter(valid_to__lt=now + SOON)
    lasting = SigningCertificate.objects.usable(now).filter(valid_to__gte=now + SOON)
    people = ending.exclude(account__in=lasting.exclude(account=None).values("account"))
    names = ", ".join(sorted({row.subject for row in people.exclude(kind="seal")[:5]}))
    if names:
        return Finding(False, _("Chứng thư sắp hết hạn trong 30 ngày: %(names)s.") % {"names": names})
    return Finding(True, _("Không có chứng thư nào sắp hết hạn."))


def check_device() -> Finding:
    """The device's library named in TINHSO_PKCS11 is on this machine; none named is fine."""
    from tinhso.engines.signing import tokens

    path = tokens.library_path()
    if not path:
        return Finding(True, _("Không dùng thiết bị ký số PKCS#11 (TINHSO_PKCS11 để trống)."))
    if not Path(path).exists():
        return Finding(
            False,
            _("Không có thư viện thiết bị ký số %(path)s. Cài gói của hãng (thử nghiệm: apt-get install softhsm2).")
            % {"path": path},
        )
    return Finding(True, _("Có thư viện thiết bị ký số %(path)s.") % {"path": path})


def check_remote() -> Finding:
    """The remote signing service answers; none named is fine."""
    if not settings.CSC["url"]:
        return Finding(True, _("Không dùng ký số từ xa (TINHSO_CSC_URL để trống)."))
    from tinhso.engines.signing import remote

    try:
        told = remote.Provider.configured().post("info", {})
    except errors.SigningRefused:
        return Finding(False, _("Dịch vụ ký số từ xa %(url)s không trả lời.") % {"url": settings.CSC["url"]})
    return Finding(True, _("Dịch vụ ký số từ xa trả lời: %(name)s.") % {"name": told.get("name", "")})
