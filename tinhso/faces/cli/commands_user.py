"""`tinhso user`: accounts from the command line."""

from __future__ import annotations

from types import ModuleType

import click

from tinhso.faces.cli import environment
from tinhso.faces.cli.opening import opened
from tinhso.faces.cli.words import _, say


@click.group(help=_("Tài khoản: lập, đặt lại mật khẩu, khóa, giao vai trò."))
def user() -> None:
    pass


PASSWORD = click.option(
    "--password",
    prompt=_("Mật khẩu"),
    hide_input=True,
    confirmation_prompt=_("Nhập lại mật khẩu"),
    envvar="TINHSO_PASSWORD",
)


@user.command("create", help=_("Lập tài khoản; kèm --role và --unit thì giao luôn vai trò."))
@click.argument("username")
@click.option("--name", "full_name", required=True, help=_("họ và tên"))
@click.option("--kind", default="officer", type=click.Choice(["officer", "citizen", "service"]))
@click.option("--role", default="", help=_("mã vai trò, ví dụ administrator"))
@click.option("--unit", "unit_code", default="", help=_("mã đơn vị"))
@PASSWORD
def user_create(**given: str) -> None:
    with environment.django(opened()):
        say(people().create_user(**given))


@user.command("password", help=_("Đặt lại mật khẩu và mở khóa."))
@click.argument("username")
@click.option("--drop-second-factor", is_flag=True, help=_("bỏ cả xác thực hai lớp đã mất"))
@PASSWORD
def user_password(username: str, password: str, drop_second_factor: bool) -> None:
    with environment.django(opened()):
        say(people().reset_user(username=username, password=password, drop_second_factor=drop_second_factor))


@user.command("disable", help=_("Khóa tài khoản; không tài khoản nào bị xóa."))
@click.argument("username")
@click.option("--reason", required=True, help=_("lý do, ghi vào nhật ký"))
def user_disable(username: str, reason: str) -> None:
    with environment.django(opened()):
        say(people().disable_user(username=username, reason=reason))


@user.command("grant", help=_("Giao vai trò tại một đơn vị, từ hôm nay."))
@click.argument("username")
@click.argument("role")
@click.argument("unit_code")
def user_grant(username: str, role: str, unit_code: str) -> None:
    with environment.django(opened()):
        say(people().grant_user(username=username, role=role, unit_code=unit_code))


@user.command("token", help=_("Cấp thẻ máy cho chương trình dùng quyền của tài khoản; mã chỉ hiện một lần."))
@click.argument("username")
@click.option("--name", required=True, help=_("chương trình nào sẽ dùng"))
@click.option(
    "--days", default=180, show_default=True, type=click.IntRange(1, 366), help=_("hạn của thẻ, tính bằng ngày")
)
def user_token(username: str, name: str, days: int) -> None:
    with environment.django(opened()):
        say(people().issue_token(username=username, name=name, days=days))


@user.command("revoke-tokens", help=_("Thu hồi mọi thẻ máy của tài khoản."))
@click.argument("username")
def user_revoke_tokens(username: str) -> None:
    with environment.django(opened()):
        say(people().revoke_tokens(username=username))


def people() -> ModuleType:
    """The sentences-in, sentences-out functions of the people app; needs Django set up."""
    from tinhso.foundation.people.services import command_line

    return command_line
