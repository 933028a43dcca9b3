"""What the audit log's acts on fees are called."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "procedures.fee.decided": _("xác định phí, lệ phí"),
    "procedures.fee.claimed": _("đề nghị miễn, giảm phí, lệ phí"),
    "procedures.fee.claim_accepted": _("chấp nhận miễn, giảm"),
    "procedures.fee.claim_refused": _("không chấp nhận miễn, giảm"),
    "procedures.fee.rules_loaded": _("nạp biểu phí, lệ phí"),
}
