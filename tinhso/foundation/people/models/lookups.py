"""The look-up log: who looked at which person's data, for what, when. The person reads it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.people.models.persons import Person


class LookUp(models.Model):
    """One look at one person's data by one account, for one purpose. The database refuses to change or delete it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="lookups", verbose_name=_("người được xem"))
    at = models.DateTimeField(_("thời điểm"))
    account_id = models.BigIntegerField(_("tài khoản xem"), null=True)
    account_label = models.CharField(_("người xem"), max_length=200)
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị của người xem")
    )
    purpose = models.CharField(_("mục đích"), max_length=300)
    subject_type = models.CharField(_("loại hồ sơ liên quan"), max_length=80, blank=True)
    subject_id = models.CharField(_("mã bản ghi liên quan"), max_length=64, blank=True)
    subject_label = models.CharField(_("hồ sơ liên quan"), max_length=200, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("lượt xem dữ liệu cá nhân")
        verbose_name_plural = _("lượt xem dữ liệu cá nhân")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(purpose=""), name="people_lookup_says_its_purpose"),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="people_lookups_by_person")]
