"""Who may do what, where and when: roles given by unit and date, and delegation."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def _valid_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    """Role assignments by day."""

    def as_of(self, day: date) -> Self:
        return self.filter(_valid_on(day))


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Delegations by day; revoked ones included, for whoever reads history."""

    def as_of(self, day: date) -> Self:
        return self.filter(_valid_on(day))


class RoleAssignment(models.Model):
    """An account holds a role at a unit (and, if the role says so, below it) from one date to another."""

    account = models.ForeignKey("people.Account", models.PROTECT, related_name="roles", verbose_name=_("tài khoản"))
    role = models.CharField(_("vai trò"), max_length=60)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="role_assignments", verbose_name=_("đơn vị"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"), null=True, blank=True)
    document = models.CharField(_("văn bản giao nhiệm vụ"), max_length=200, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("phân vai")
        verbose_name_plural = _("phân vai")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="access_role_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["account", "valid_from"], name="access_roles_by_account")]


class Delegation(models.Model):
    """One account lets another act with one of its roles at a unit, between two dates."""

    giver = models.ForeignKey("people.Account", models.PROTECT, related_name="given", verbose_name=_("người uỷ quyền"))
    receiver = models.ForeignKey(
        "people.Account", models.PROTECT, related_name="received", verbose_name=_("người nhận")
    )
    role = models.CharField(_("vai trò"), max_length=60)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"))
    document = models.CharField(_("văn bản uỷ quyền"), max_length=200, blank=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("uỷ quyền")
        verbose_name_plural = _("uỷ quyền")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="access_delegation_ends_after_begin"
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="access_delegation_to_another"),
        ]


class AccountConfirmation(models.Model):
    """An account and its rights were reviewed and found right (every 6 months, TCVN 14423 level 3). Never edited."""

    account = models.ForeignKey(
        "people.Account", models.PROTECT, related_name="confirmations", verbose_name=_("tài khoản")
    )
    confirmed_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người xác nhận")
    )
    confirmed_at = models.DateTimeField(_("xác nhận lúc"))
    # The rights as they were then: [{role, unit, from, to}].
    rights = models.JSONField(_("quyền đã xác nhận"), default=list)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lần rà soát tài khoản")
        verbose_name_plural = _("rà soát tài khoản")
        indexes = [models.Index(fields=["account", "-confirmed_at"], name="access_reviews_by_account")]


class MachineToken(models.Model):
    """What a program signs in with: the rights are its account's of the day. The secret itself is not kept."""

    account = models.ForeignKey("people.Account", models.PROTECT, related_name="tokens", verbose_name=_("tài khoản"))
    name = models.CharField(_("tên thẻ"), max_length=80)
    digest = models.CharField(_("băm của mã bí mật"), max_length=64, unique=True)
    ending = models.CharField(_("bốn ký tự cuối"), max_length=4)
    created_at = models.DateTimeField(_("cấp lúc"))
    expires_on = models.DateField(_("hết hạn ngày"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("dùng gần nhất lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("thẻ máy")
        verbose_name_plural = _("thẻ máy")
        indexes = [models.Index(fields=["account", "-created_at"], name="access_tokens_by_account")]

    def __str__(self) -> str:
        return f"{self.name} …{self.ending}"

    def is_live(self, day: date) -> bool:
        """True while the token opens the door."""
        return self.revoked_at is None and self.expires_on > day
