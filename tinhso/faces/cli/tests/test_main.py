"""The command line says faults in a sentence and never shows a traceback for them."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import polib
import psycopg
import pytest
from django.db.migrations.recorder import MigrationRecorder

from tinhso.config import env
from tinhso.faces.cli import main, prepare
from tinhso.faces.cli.bench import figure
from tinhso.faces.cli.main import in_plain_words, tinhso
from tinhso.faces.cli.words import Trouble
from tinhso.foundation.text.errors import Refused


def tinhso_says(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TINHSO_LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "tinhso.faces.cli.main", *words],
        env=given | {"TINHSO_LANG": "vi"} | more,
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("words", "more", "said"),
    [
        (("audit", "verify"), {}, "Chưa có dữ liệu"),
        (("backup", "x.tinhso"), {}, "Chưa có dữ liệu"),
        (("doctor",), {}, "Chưa có dữ liệu"),
        (("audit", "verify"), {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "Không nối được"),
        (("demo",), {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "Không nối được"),
        (("serve",), {}, "Cần DATABASE_URL"),
        (("demo",), {"PORT": "abc"}, "PORT phải là số"),
        (("restore", "nowhere.tinhso"), {}, "Không có tệp"),
        (("restore", "--check", "nowhere.tinhso"), {}, "Không có tệp"),
    ],
)
def test_a_fault_is_a_sentence(words: tuple[str, ...], more: dict[str, str], said: str, tmp_path: Path) -> None:
    done = tinhso_says(*words, TINHSO_DATA=str(tmp_path / "data"), **more)
    assert done.returncode == 1, done.stderr
    assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_folder_of_something_else_is_never_forgotten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    done = tinhso_says("forget", TINHSO_DATA=str(tmp_path))
    assert done.returncode == 1 and "không xóa gì" in done.stdout
    assert (tmp_path / "thesis.txt").exists()


def test_refusals_and_database_faults_have_words_and_bugs_keep_their_trace() -> None:
    assert in_plain_words(Trouble("một câu")) == "một câu"
    assert in_plain_words(Refused("bị từ chối")) == "bị từ chối"
    assert "đầy" in (in_plain_words(psycopg.errors.DiskFull("no space")) or "")
    assert "đầy" in (in_plain_words(OSError(28, "No space left on device")) or "")
    assert "tinhso migrate" in (in_plain_words(psycopg.errors.UndefinedTable("no table")) or "")
    assert in_plain_words(ValueError("bug")) is None


def test_every_command_says_what_it_does() -> None:
    for name, command in tinhso.commands.items():
        assert command.hidden or command.help, name
    wanted = {"demo", "serve", "worker", "push", "doctor", "load", "simulate", "bench", "audit", "user", "backup"}
    assert wanted | {"restore"} <= set(tinhso.commands)


@pytest.mark.parametrize(("value", "said"), [(1234567.0, "1.234.567"), (0.347, "0,35"), (12.34, "12,3")])
def test_figures_are_written_the_vietnamese_way(value: float, said: str) -> None:
    assert figure(value) == said


def sentences() -> set[str]:
    """Every sentence of the command line, read from its source."""
    found = set()
    for path in Path(main.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                assert isinstance(node.args[0], ast.Constant), (path, node.lineno)
                found.add(str(node.args[0].value))
    return found


def test_every_sentence_has_its_english_with_the_same_places() -> None:
    catalogue = polib.pofile(str(Path(main.__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    english = {entry.msgid: entry.msgstr for entry in catalogue if not entry.obsolete}
    assert sentences() - set(english) == set()
    for vietnamese, said in english.items():
        assert said and sorted(re.findall(r"{(\w+)", vietnamese)) == sorted(re.findall(r"{(\w+)", said)), vietnamese


def test_a_loader_refuses_a_wish_it_does_not_know(db: None) -> None:
    with pytest.raises(Trouble):
        prepare.load("province", "", {"dry_run": True})


def test_tables_made_by_another_version_are_left_alone_with_a_sentence(db: None) -> None:
    MigrationRecorder.Migration.objects.create(app="procedures", name="0099_from_another_version")
    with pytest.raises(Trouble, match="0099_from_another_version"):
        prepare.migrate()
