"""What the acts of harvesting are called in the log."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "harvest.source.added": _("thêm nguồn thu thập dữ liệu"),
    "harvest.source.switched": _("bật hoặc tắt nguồn thu thập dữ liệu"),
    "harvest.run.asked": _("yêu cầu thu thập ngay"),
    "harvest.run.ended": _("kết thúc một lần thu thập dữ liệu"),
    "harvest.run.abandoned": _("bỏ lần thu thập dở dang"),
}
