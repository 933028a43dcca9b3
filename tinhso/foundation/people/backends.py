"""Who signs in and who a session's account is, read by hand: the question stands at the head of every page."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from tinhso.foundation.people.models import Account

_FIELDS = [field.attname for field in Account._meta.concrete_fields]
_COLUMNS = ", ".join(f'"{field.column}"' for field in Account._meta.concrete_fields)
_READ = f"SELECT {_COLUMNS} FROM {Account._meta.db_table} WHERE id = %s"  # noqa: S608 - our own names


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's; the account of a session is read without building the question anew at each request."""

    def get_user(self, user_id: Any) -> Account | None:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [user_id])
            row = cursor.fetchone()
        account = Account.from_db("default", _FIELDS, row) if row is not None else None
        return account if account is not None and self.user_can_authenticate(account) else None
