"""`tinhso`: everything an IT department does with an installation, from one command."""

from __future__ import annotations

import os
import sys

import click

from tinhso.faces.cli import environment
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
def prepare() -> None:
    environment.setup()
    from tinhso.faces.cli import prepare as steps

    steps.prepare()


@tinhso.command(hidden=True)
@click.option("--seed", default=2026)
def play(seed: int) -> None:
    environment.setup()
    from tinhso.faces.cli import prepare as steps

    steps.play(seed)


@tinhso.command(hidden=True)
@click.option("--began", type=float, required=True)
def welcome(began: float) -> None:
    environment.setup()
    from tinhso.faces.cli import prepare as steps

    steps.welcome(Place.from_environment().address, began)


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


@tinhso.command(help=_("Chạy tiến trình nền: chuyển sự kiện, làm việc theo hàng đợi."))
def worker() -> None:
    ready()
    environment.setup()
    from tinhso.faces.cli import worker as loop

    loop.run()


@tinhso.command(help=_("Nạp dữ liệu gốc: province, boundaries…"))
@click.argument("what")
@click.argument("name", default="")
def load(what: str, name: str) -> None:
    from tinhso.faces.cli import prepare as steps

    with environment.django(opened()):
        steps.load(what, name)


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


def opened() -> Place:
    """The installation of this shell, its folders there."""
    place = Place.from_environment()
    place.make()
    return place


def ready() -> Place:
    """For a process that serves: the installation, with its database address known."""
    place = opened()
    url = os.environ.get("DATABASE_URL") or str(place.state().get("database_url", ""))
    if not url:
        raise Trouble(_("Cần DATABASE_URL, ví dụ postgresql://tinhso@127.0.0.1/tinhso."))
    environment.apply(place, url)
    return place


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
        from pathlib import Path

        return folder_sentence(Path(error.filename or "."), error)
    causes = [error, error.__cause__]
    if any(isinstance(cause, psycopg.errors.DiskFull) for cause in causes):
        return _("Đĩa của cơ sở dữ liệu đã đầy. Hãy giải phóng chỗ trống rồi chạy lại; không có gì ghi dở.")
    if any(isinstance(cause, psycopg.OperationalError) for cause in causes):
        return _("Cơ sở dữ liệu không trả lời: {said}").format(said=str(error).strip().splitlines()[-1])
    return None


if __name__ == "__main__":
    main()
