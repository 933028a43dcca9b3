"""`tinhso exchange`: the data plane of the exchange, embedded or with nginx in front."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tinhso.faces.cli import environment
from tinhso.faces.cli.opening import opened, ready
from tinhso.faces.cli.words import _

PLANES = ("embedded", "nginx")


@click.group(
    invoke_without_command=True,
    help=_("Chạy nền tảng tích hợp, chia sẻ dữ liệu: chuyển lời gọi giữa các hệ thống, giữ biên nhận."),
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help=_("số tiến trình chung cổng"))
@click.option(
    "--plane", type=click.Choice(PLANES), help=_("mặt phẳng dữ liệu (mặc định: TINHSO_EXCHANGE_PLANE, hoặc embedded)")
)
@click.pass_context
def exchange(context: click.Context, workers: int, plane: str | None) -> None:
    if context.invoked_subcommand:
        return
    place = ready()
    os.environ.setdefault("TINHSO_EXCHANGE_PORT", str(place.port + 9))
    os.environ.setdefault("TINHSO_EXCHANGE_WORKERS", str(workers))
    from tinhso.faces.cli import exchange as running

    running.run(plane or os.environ.get("TINHSO_EXCHANGE_PLANE") or PLANES[0])


@exchange.command(
    "nginx", help=_("Ghi cấu hình nginx lập từ danh bạ vào một thư mục và nhờ nginx kiểm tra; không chạy gì.")
)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help=_("thư mục ghi vào"))
def exchange_nginx(out: Path) -> None:
    place = opened()
    os.environ.setdefault("TINHSO_EXCHANGE_PORT", str(place.port + 9))
    with environment.django(place):
        from tinhso.faces.cli import exchange as running

        running.written(out)
