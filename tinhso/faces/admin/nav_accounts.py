"""Entries of the accounts and roles pages in the navigation of administration."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.permissions import MANAGE_ROLES
from tinhso.foundation.people.permissions import MANAGE_ACCOUNTS
from tinhso.foundation.ui.nav import Entry

ENTRIES = (
    Entry("admin:accounts", _("Tài khoản"), "person", permission=MANAGE_ACCOUNTS, order=10),
    Entry("admin:roles", _("Vai trò, uỷ quyền"), "key", permission=MANAGE_ROLES, order=20),
    Entry("admin:review", _("Rà soát 6 tháng"), "check", permission=MANAGE_ACCOUNTS, order=30),
)
