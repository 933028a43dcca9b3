"""`tinhso peer`: exchanges of other places, their descriptions and the comparing of receipts."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tinhso.faces.cli import environment
from tinhso.faces.cli.opening import opened
from tinhso.faces.cli.words import _


@click.group(help=_("Nền tảng chia sẻ dữ liệu nơi khác: trao bản mô tả, đối chiếu biên nhận."))
def peer() -> None:
    pass


DAYS = click.option("--days", default=2, show_default=True, type=click.IntRange(1, 93), help=_("số ngày gần đây"))


@peer.command("describe", help=_("Ghi bản mô tả đã ký của nền tảng này."))
@click.argument("file", type=click.Path(path_type=Path))
def peer_describe(file: Path) -> None:
    from tinhso.faces.cli import peers

    with environment.django(opened()):
        peers.describe(file)


@peer.command("admit", help=_("Kết nối nền tảng bạn theo bản mô tả và dấu vân tay của nó."))
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.argument("fingerprint")
def peer_admit(file: Path, fingerprint: str) -> None:
    from tinhso.faces.cli import peers

    with environment.django(opened()):
        peers.admit(file, fingerprint)


@peer.command("receipts", help=_("Xuất biên nhận bên ta của các lời gọi với một nền tảng bạn."))
@click.argument("instance")
@click.argument("file", type=click.Path(path_type=Path))
@DAYS
def peer_receipts(instance: str, file: Path, days: int) -> None:
    from tinhso.faces.cli import peers

    with environment.django(opened()):
        peers.receipts(instance, file, days)


@peer.command("compare", help=_("Đối chiếu biên nhận của nền tảng bạn với biên nhận bên ta."))
@click.argument("instance")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@DAYS
def peer_compare(instance: str, file: Path, days: int) -> None:
    from tinhso.faces.cli import peers

    with environment.django(opened()):
        if not peers.compare(instance, file, days):
            sys.exit(1)
