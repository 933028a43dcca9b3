"""The steps of a start that need Django: migrate, load, play, welcome. Each runs in a process of its own."""

from __future__ import annotations

import contextlib
import inspect
import io
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tinhso.faces.cli import build
from tinhso.faces.cli.words import Trouble, _, console, say
from tinhso.foundation.jobs import tables
from tinhso.foundation.jobs.registry import DEMO_ACCOUNTS, DemoAccount

if TYPE_CHECKING:
    from tinhso.foundation.access.guard import Actor


def migrate() -> int:
    """Brings the tables up to this version; returns how many migrations ran."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    strange = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations))
    if strange:
        raise Trouble(
            _(
                "Kho dữ liệu này do một bản khác của Tỉnh Số lập ra ({name}). Hãy dùng đúng bản đó, hoặc chọn thư mục "
                "dữ liệu khác (DATA=…); nếu chỉ là dữ liệu thử thì “make clean” rồi chạy lại."
            ).format(name=".".join(strange[0]))
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        with tables.quickly():
            call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
    return len(plan)


def load(name: str, argument: str = "", wishes: Mapping[str, Any] | None = None) -> str:
    """Runs one registered loader, with a bar; answers what it says. A wish it does not know is refused."""
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.jobs.registry import LOADERS

    if name not in LOADERS:
        known = ", ".join(sorted(LOADERS)) or _("chưa có gì")
        raise Trouble(_("Không biết nạp “{name}”. Có thể nạp: {known}.").format(name=name, known=known))
    loader = LOADERS[name]
    takes = inspect.signature(loader).parameters
    unknown = sorted(set(wishes or {}) - set(takes))
    if unknown:
        option = "--" + unknown[0].replace("_", "-")
        raise Trouble(_("Nạp “{name}” không có tùy chọn {option}.").format(name=name, option=option))
    with bar() as progress:
        shown = {"progress": progress} if "progress" in takes else {}
        said = loader(Actor.system("tinhso load"), *([argument] if argument else []), **shown, **(wishes or {}))
    return said if isinstance(said, str) else ""


# Loaded at every start, units first; both change nothing when nothing is new. Other loaders want a file named.
AT_START = ("province", "targets")


def prepare() -> None:
    """Tables, static files, the province: what must be there before the first page."""
    began = time.monotonic()
    build.translations()
    count = migrate()
    build.static_files()
    from tinhso.foundation.jobs.registry import LOADERS

    for name in AT_START:
        if name in LOADERS:
            load(name)
    if count:
        say(
            _("  {count} bước lập bảng, nạp tỉnh: {seconds:.1f} giây").format(
                count=count, seconds=time.monotonic() - began
            )
        )


BEGUN, PLAYED = "cli.seed.begun", "cli.seed.played"


# Seeds below this order make accounts and catalogues; those above play weeks of work.
BASE_DATA = 100


def play(seed: int, *, only: tuple[str, ...] = (), again: bool = False, most: int = 10_000) -> None:
    """Plays demo work not yet played here, in order, through the services; `most` leaves later ones out."""
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.jobs.registry import SEEDS

    actor = Actor.system("tinhso demo", is_simulated=True)
    for order, name in sorted(SEEDS):
        if order >= most or (only and name not in only) or (not again and is_marked(PLAYED, name)):
            continue
        if order >= BASE_DATA and not again and is_marked(BEGUN, name):
            say(_("  “{name}” dừng giữa chừng lần trước; phần đã diễn được giữ nguyên.").format(name=name))
            continue
        mark(actor, BEGUN, name, seed)
        if played(actor, SEEDS[order, name], name, seed):
            mark(actor, PLAYED, name, seed)


def played(actor: Actor, seed_fn: Callable[..., None], name: str, seed: int) -> bool:
    """Plays one seed. What goes wrong in it is told and written down; the site goes on without that work."""
    from django.conf import settings

    try:
        with bar() as progress:
            seed_fn(actor, progress, seed)
    except Exception as error:
        log = Path(settings.DATA_DIR) / "logs" / "play.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as out:
            traceback.print_exc(file=out)
        sentence = getattr(error, "sentence", None) or f"{type(error).__name__}: {error}"
        said = _("! Không diễn được hết “{name}”: {sentence} Trang vẫn chạy; xem {log}.")
        say(said.format(name=name, sentence=sentence, log=log), "yellow")
        return False
    return True


def is_marked(act: str, name: str) -> bool:
    from tinhso.foundation.audit.models import AuditRow

    return AuditRow.objects.filter(act=act, details__name=name).exists()


def mark(actor: Actor, act: str, name: str, seed: int) -> None:
    """That demo work was played here is itself on record: nobody shall take it for real."""
    from django.db import transaction

    from tinhso.foundation.audit import log as audit
    from tinhso.foundation.orgs.models import Unit, UnitKind

    province = Unit.objects.filter(kind=UnitKind.PROVINCE).order_by("-valid_from").first()
    if province is not None:
        with transaction.atomic():
            audit.record(actor, act, province, unit_id=province.pk, name=name, seed=seed)


QUIET_SECONDS = 10


class Bar:
    """A progress bar as apps see it; one line at the end when the output is no terminal."""

    def __init__(self, shown: Progress) -> None:
        self.shown = shown
        self.task: Any = None
        self.title, self.steps, self.total = "", 0, 0
        self.began = self.said = time.monotonic()

    def start(self, title: str, total: int) -> None:
        self.finish()
        self.title, self.steps, self.total = str(title), 0, total
        self.began = self.said = time.monotonic()
        self.task = self.shown.add_task("  " + self.title, total=total)

    def advance(self, steps: int = 1) -> None:
        if self.task is None:
            return
        self.steps += steps
        self.shown.advance(self.task, steps)
        # Where no bar can be drawn, a line now and then says that it goes on.
        if not console.is_terminal and time.monotonic() - self.said > QUIET_SECONDS:
            say(f"  {self.title}: {self.steps}/{self.total}")
            self.said = time.monotonic()

    def finish(self) -> None:
        if self.title and not console.is_terminal:
            say(f"  {self.title}: {self.steps} ({time.monotonic() - self.began:.1f} s)")
        self.title = ""


@contextlib.contextmanager
def bar() -> Iterator[Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        one = Bar(shown)
        yield one
        one.finish()


def first_page(address: str, began: float) -> None:
    """The first page answers; demo work may still be played."""
    say(
        f"» {_('Trang đầu tiên mở được sau {seconds:.0f} giây:').format(seconds=time.time() - began)} {address}", "bold"
    )


def welcome(address: str) -> None:
    """Where the site is, who may sign in, what to look at first."""
    say()
    say(f"{_('Tỉnh Số đang chạy tại')} {address}", "bold green")
    accounts = demo_accounts_there()
    if accounts:
        say()
        say(_("Tài khoản dùng thử (dữ liệu mô phỏng)"), "bold")
        console.print(account_table(accounts))
    if not has_administrator():
        say()
        say(_("Chưa có quản trị hệ thống. Lập quản trị đầu tiên:"), "bold")
        say(f"  {first_administrator()}")
    say()
    for path, what in (
        ("/", _("cổng dịch vụ của người dân")),
        ("/can-bo/", _("bàn làm việc của cán bộ")),
        ("/dieu-hanh/", _("trung tâm điều hành: 56 mục tiêu của Nghị quyết")),
        ("/quan-tri/", _("quản trị: tài khoản, vai trò, đơn vị, nhật ký")),
        ("/ui/", _("mọi thành phần giao diện trong mọi trạng thái")),
    ):
        say(f"  {address}{path:<12} {what}")
    say()
    say(_("Ctrl-C dừng tất cả; dữ liệu được giữ cho lần sau; “make clean” xóa hết."))


def demo_accounts_there() -> list[DemoAccount]:
    """The demo accounts that this database has: without played work there may be none to sign in with."""
    from tinhso.foundation.people.models import Account

    there = set(Account.objects.filter(username__in=DEMO_ACCOUNTS, is_active=True).values_list("username", flat=True))
    found = [one for one in DEMO_ACCOUNTS.values() if one.username in there]
    return sorted(found, key=lambda account: account.order)


def has_administrator() -> bool:
    """Somebody may sign in and give roles to others."""
    from django.utils import timezone

    from tinhso.foundation.access.models import RoleAssignment

    held = RoleAssignment.objects.as_of(timezone.localdate()).filter(role="administrator", account__is_active=True)
    return held.exists()


def first_administrator() -> str:
    """The command that makes the first administrator, with the province's own code."""
    from django.utils import timezone

    from tinhso.foundation.orgs.models import Unit, UnitKind

    province = Unit.objects.as_of(timezone.localdate()).filter(kind=UnitKind.PROVINCE).first()
    code = province.code if province else "<mã tỉnh>"
    name = _("Họ và tên")
    return f'.venv/bin/tinhso user create quantri --name "{name}" --role administrator --unit {code}'


def account_table(accounts: list[DemoAccount]) -> Table:
    table = Table(box=None, pad_edge=True)
    for heading in (_("Vai trò"), _("Tên đăng nhập"), _("Mật khẩu"), _("Xem gì trước")):
        table.add_column(heading, overflow="fold", no_wrap=heading in (_("Tên đăng nhập"), _("Mật khẩu")))
    for one in accounts:
        table.add_row(str(one.role), one.username, one.password, str(one.look))
    return table
