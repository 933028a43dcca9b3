"""The outbox: events are rows written in the act's own transaction and handled afterwards by the worker."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class DomainEvent(models.Model):
    """Something that happened, by name; carries ids and dates only, never amounts (STYLE section 4)."""

    name = models.CharField(_("tên sự kiện"), max_length=80)
    subject_type = models.CharField(_("loại bản ghi"), max_length=80)
    subject_id = models.CharField(_("mã bản ghi"), max_length=64)
    unit_id = models.BigIntegerField(_("đơn vị"), null=True)
    occurred_on = models.DateField(_("ngày xảy ra"))
    payload = models.JSONField(_("nội dung"), default=dict)
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    # Handlers still owed this event, by dotted name; empty once all have run.
    pending = ArrayField(models.CharField(max_length=120), verbose_name=_("còn phải xử lý"), default=list)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    next_attempt_at = models.DateTimeField(_("thử lại lúc"), null=True)
    set_aside_at = models.DateTimeField(_("gác lại lúc"), null=True)
    error = models.TextField(_("lỗi"), default="", blank=True)
    handled_at = models.DateTimeField(_("xử lý xong lúc"), null=True)

    class Meta:
        verbose_name = _("sự kiện")
        verbose_name_plural = _("sự kiện")
        indexes = [
            # Reader: events.dispatch.claim_batch, which looks only at rows not handled and not set aside.
            models.Index(
                fields=["id"], name="events_unhandled", condition=models.Q(handled_at=None, set_aside_at=None)
            ),
            models.Index(fields=["subject_type", "subject_id"], name="events_by_subject"),
        ]
