"""What the audit log's acts on fees are called."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "procedures.fee.decided": _("xác định phí, lệ phí"),
    "procedures.fee.claimed": _("đề nghị miễn, giảm phí, lệ phí"),
    "procedures.fee.claim_accepted": _("chấp nhận miễn, giảm"),
    "procedures.fee.claim_refused": _("không chấp nhận miễn, giảm"),
    "procedures.fee.rule_set": _("lập mức thu"),
    "procedures.fee.rule_ended": _("kết thúc mức thu"),
    "procedures.fee.exemption_set": _("lập diện miễn, giảm"),
    "procedures.fee.exemption_ended": _("kết thúc diện miễn, giảm"),
    "procedures.fee.rules_loaded": _("nạp biểu phí, lệ phí"),
}
