"""Number series without gaps: one row per series, year and unit; the row's lock is the queue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """The last number given in one series, e.g. results of commune X in 2026, or dossiers of desk Y on a day."""

    kind = models.CharField(_("loại sổ"), max_length=60)
    unit_id = models.BigIntegerField(_("đơn vị"))
    period = models.CharField(_("kỳ đánh số"), max_length=10, help_text=_("năm 2026 hoặc ngày 260310"))
    last_number = models.PositiveIntegerField(_("số đã cấp gần nhất"), default=0)

    class Meta:
        verbose_name = _("sổ đánh số")
        verbose_name_plural = _("sổ đánh số")
        constraints = [models.UniqueConstraint(fields=["kind", "unit_id", "period"], name="numbering_one_series")]
