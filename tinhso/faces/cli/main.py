"""`tinhso`: everything an IT department does with an installation, from one command."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from tinhso.faces.cli import environment
from tinhso.faces.cli.commands_exchange import exchange
from tinhso.faces.cli.commands_peer import peer
from tinhso.faces.cli.commands_user import user
from tinhso.faces.cli.opening import opened, ready
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.words import Trouble, _, say

PAIR = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=PAIR, help=_("Tỉnh Số: vận hành một bản cài đặt từ dòng lệnh."))
@click.option("--data", type=click.Path(), help=_("thư mục dữ liệu (mặc định: TINHSO_DATA, hoặc var/ cạnh mã nguồn)"))
@click.option("--port", type=int, help=_("cổng của trang web (mặc định: PORT, hoặc 8000)"))
def tinhso(data: str | None, port: int | None) -> None:
    if data:
        os.environ["TINHSO_DATA"] = data
    if port:
        os.environ["PORT"] = str(port)


@tinhso.command(help=_("Chạy thử cả một tỉnh trên máy này; Ctrl-C dừng tất cả."))
@click.option("--play/--no-play", default=True, help=_("diễn vài tuần công việc mô phỏng nếu chưa có"))
@click.option("--seed", default=2026, show_default=True, help=_("số gieo: cùng số thì cùng dữ liệu"))
def demo(play: bool, seed: int) -> None:
    from tinhso.faces.cli import demo as launcher

    launcher.run(Place.from_environment(), launcher.Plan(play, seed))


@tinhso.command(hidden=True)
@click.option("--tell", type=int, required=True)
@click.option("--play/--no-play", default=True)
@click.option("--seed", default=2026)
@click.option("--began", type=float, required=True)
def prepare(tell: int, play: bool, seed: int, began: float) -> None:
    environment.setup()
    from tinhso.faces.cli import prepare as steps

    with os.fdopen(tell, "w") as launcher:
        steps.prepare()
        launcher.write("tables\n")
        launcher.flush()
        place = Place.from_environment()
        if not sys.stdin.readline():  # the first page answers now
            return
        steps.first_page(place.address, began)
        if play:
            steps.play(seed)
        launcher.write("played\n")
    steps.welcome(place.address)


@tinhso.command(help=_("Biên dịch bản dịch và lấy thư viện giao diện (make demo tự làm)."))
def build() -> None:
    from tinhso.faces.cli import build as steps

    steps.translations()
    steps.front_end()


@tinhso.command(help=_("Chạy tiến trình web (sau proxy ngược, trong systemd)."))
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=4, show_default=True)
def serve(workers: int, threads: int) -> None:
    from tinhso.faces.cli.demo import granian
    from tinhso.faces.cli.place import require_port

    place = ready()
    require_port(place.port)
    command = granian("wsgi", "tinhso.config.wsgi:application", place.port, workers, threads)
    os.execv(command[0], command)  # noqa: S606 - our own program


@tinhso.command(help=_("Chạy tiến trình đẩy số liệu trực tiếp tới màn hình điều hành."))
def push() -> None:
    from tinhso.faces.cli.demo import granian

    place = ready()
    port = int(os.environ.get("TINHSO_PUSH_PORT") or place.port + 1)
    command = granian("asgi", "tinhso.config.asgi:application", port, 1)
    os.execv(command[0], command)  # noqa: S606 - our own program


@tinhso.command(help=_("Mở cửa cho bộ kiểm tra GovStack, chỉ trên bản dùng thử và chỉ trong máy này; Ctrl-C đóng."))
def conformance() -> None:
    from tinhso.faces.cli import conformance as doors

    with environment.django(opened()):
        doors.run()


@tinhso.command(help=_("Chạy tiến trình nền: chuyển sự kiện, làm việc theo hàng đợi."))
def worker() -> None:
    ready()
    environment.setup()
    from tinhso.faces.cli import worker as loop

    loop.run()


@tinhso.command(help=_("Nạp dữ liệu gốc: province, boundaries…"))
@click.argument("what")
@click.argument("name", default="")
@click.option("--dry-run", is_flag=True, help=_("chỉ nói tệp mang đến điều gì, không ghi"))
@click.option("--skip-bad", is_flag=True, help=_("bỏ các dòng hỏng, ghi các dòng đúng"))
@click.option("--whole", is_flag=True, help=_("tệp là toàn bộ danh mục: dòng không có trong tệp thôi áp dụng"))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help=_("có hiệu lực từ ngày này, thay cho ngày trong tệp"))
def load(what: str, name: str, dry_run: bool, skip_bad: bool, whole: bool, since: datetime | None) -> None:
    from tinhso.faces.cli import prepare as steps

    wishes = {"dry_run": dry_run, "skip_bad": skip_bad, "whole": whole, "since": since.date() if since else None}
    with environment.django(opened()):
        said = steps.load(what, name, {wish: value for wish, value in wishes.items() if value})
    if said:
        say(said)


@tinhso.command(help=_("Diễn công việc mô phỏng qua đúng các nghiệp vụ thật."))
@click.argument("names", nargs=-1)
@click.option("--seed", default=2026, show_default=True)
@click.option("--again", is_flag=True, help=_("diễn thêm cả phần đã diễn"))
def simulate(names: tuple[str, ...], seed: int, again: bool) -> None:
    from tinhso.faces.cli import prepare as steps

    with environment.django(opened()):
        steps.play(seed, only=names, again=again)


@tinhso.command(help=_("Xóa dữ liệu của bản dùng thử (make clean)."))
def forget() -> None:
    import shutil

    from tinhso.faces.cli import postgres
    from tinhso.faces.cli.demo import BUSY

    place = Place.from_environment()
    if not place.data.exists():
        return
    if not (place.data / "run").exists():
        raise Trouble(_("{folder} không phải thư mục dữ liệu của Tỉnh Số; không xóa gì.").format(folder=place.data))
    with place.lock("demo", BUSY):
        postgres.forget(place)
        shutil.rmtree(place.data)


@tinhso.command(help=_("Cập nhật các bảng của cơ sở dữ liệu theo phiên bản này."))
def migrate() -> None:
    from tinhso.faces.cli import prepare as steps

    with environment.django(opened()):
        say(_("Đã chạy {count} bước lập bảng.").format(count=steps.migrate()))


@tinhso.command(help=_("Nói bằng lời thường điều gì đúng, điều gì sai, cần làm gì."))
def doctor() -> None:
    from tinhso.faces.cli import doctor as checks

    if not checks.examine(opened()):
        sys.exit(1)


@tinhso.command(help=_("In các số đo tốc độ bên cạnh định mức."))
@click.argument("names", nargs=-1)
@click.option("--size", default=1_000_000, show_default=True, help=_("services: số hồ sơ nạp trước khi đo"))
@click.option("--soak", default=0.0, help=_("services: chạy bền chừng ấy phút thay vì đo tốc độ"))
@click.option(
    "--scale", default=1.0, show_default=True, help=_("indicators: phần của 34,2 triệu số liệu, theo mỗi chiều")
)
def bench(names: tuple[str, ...], size: int, soak: float, scale: float) -> None:
    if names == ("indicators",):
        from tinhso.faces.cli.indicators_bench.run import indicators

        if not indicators(scale):
            sys.exit(1)
        return
    if names == ("services",):
        from tinhso.faces.cli.services_bench.run import services

        if not services(size, soak):
            sys.exit(1)
        return
    from tinhso.faces.cli import bench as measures

    if not measures.run(names):
        sys.exit(1)


@tinhso.command(help=_("Sao lưu toàn bộ (bảng, tệp, khóa) vào một tệp. Chạy được khi đang phục vụ."))
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    from tinhso.faces.cli import backup as copies
    from tinhso.faces.cli.prepare import bar

    place = opened()
    with environment.database(place) as url, bar() as progress:
        manifest = copies.write(place, url, file, progress)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    say(
        _(
            "Đã sao lưu {rows} dòng của {tables} bảng và {files} tệp vào {file}. Tệp này chứa khóa và dữ liệu cá nhân:"
            " hãy cất như cất con dấu."
        ).format(
            rows=rows,
            tables=len(manifest["tables"]),
            files=len(manifest["members"]) - len(manifest["tables"]),
            file=file,
        )
    )
    if os.environ.get("TINHSO_SECRET_KEY"):
        say(_("TINHSO_SECRET_KEY nằm ngoài bản sao lưu: hãy cất riêng."), "yellow")


@tinhso.command(help=_("Khôi phục một bản sao lưu vào nơi còn trống."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help=_("chỉ kiểm tra tệp, không ghi gì"))
def restore(file: Path, check: bool) -> None:
    from tinhso.faces.cli import backup as copies

    if check:
        manifest = copies.check(file)
        say(_("Bản sao lưu nguyên vẹn, lập lúc {at}.").format(at=manifest["made_at"]))
        return
    from tinhso.faces.cli.restoring import into

    into(opened(), file)


@tinhso.command(help=_("Quy đổi số liệu sang cây đơn vị của một ngày và chứng minh không mất, không thêm."))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("ngày của cây đơn vị (mặc định: hôm nay)"))
@click.option("--out", type=click.Path(path_type=Path), help=_("giữ lại các tệp Parquet trong thư mục này"))
def restate(on: datetime | None, out: Path | None) -> None:
    from tinhso.faces.cli import figures

    with environment.django(opened()):
        if not figures.restate(on.date() if on else None, out):
            sys.exit(1)


@tinhso.group(help=_("Nhật ký kiểm toán: đối chiếu, xuất, ký đầu chuỗi."))
def audit() -> None:
    pass


@audit.command("verify", help=_("Tìm dòng bị sửa, bị xóa, bị chèn, bị đổi chỗ hoặc bị cắt ở cuối."))
@click.option("--heads", type=click.Path(path_type=Path), help=_("đầu chuỗi đã ký, giữ ở nơi khác"))
def audit_verify(heads: Path | None) -> None:
    from tinhso.faces.cli import audit as log

    with environment.django(opened()):
        if not log.verify(heads):
            sys.exit(1)


@audit.command("export", help=_("Xuất nhật ký ra tệp, mỗi dòng một bản ghi JSON."))
@click.argument("file", type=click.Path(path_type=Path))
def audit_export(file: Path) -> None:
    from tinhso.faces.cli import audit as log

    with environment.django(opened()):
        log.export(file)


@audit.command("heads", help=_("Ký và xuất đầu các chuỗi, để đối chiếu ở nơi khác."))
@click.argument("file", type=click.Path(path_type=Path), required=False)
def audit_heads(file: Path | None) -> None:
    from tinhso.faces.cli import audit as log

    with environment.django(opened()):
        log.heads(file)


@tinhso.command(help=_("Xuất một biên nhận kèm mọi thứ để kiểm tra bằng openssl, không cần mạng."))
@click.argument("uid")
@click.argument("file", type=click.Path(path_type=Path))
def receipt(uid: str, file: Path) -> None:
    from tinhso.faces.cli import receipts

    with environment.django(opened()):
        receipts.export(uid, file)


tinhso.add_command(exchange)
tinhso.add_command(peer)
tinhso.add_command(user)


def main() -> None:
    """Runs the command; what is expected to go wrong is told in a sentence, the rest keeps its traceback."""
    try:
        tinhso.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
    except Exception as error:
        sentence = in_plain_words(error)
        if sentence is None:
            raise
        if sentence:
            say(sentence, "red")
        sys.exit(1)


def in_plain_words(error: Exception) -> str | None:
    """The sentence for an expected fault; None for one that deserves its traceback."""
    import errno

    import psycopg

    from tinhso.faces.cli.place import folder_sentence

    if isinstance(error, Trouble):
        return str(error)
    if getattr(error, "sentence", None):
        return str(error.sentence)  # type: ignore[attr-defined]
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS):
        return folder_sentence(Path(error.filename or "."), error)
    causes = [error, error.__cause__]
    if any(isinstance(cause, psycopg.errors.DiskFull) for cause in causes):
        return _("Đĩa của cơ sở dữ liệu đã đầy. Hãy giải phóng chỗ trống rồi chạy lại; không có gì ghi dở.")
    if any(isinstance(cause, psycopg.errors.UndefinedTable) for cause in causes):
        return _("Cơ sở dữ liệu này chưa có đủ bảng của phiên bản đang dùng. Hãy chạy: tinhso migrate")
    if any(isinstance(cause, psycopg.OperationalError) for cause in causes):
        return _("Cơ sở dữ liệu không trả lời: {said}").format(said=str(error).strip().splitlines()[-1])
    return None


if __name__ == "__main__":
    main()
