"""Papers of the reporting system."""

from pathlib import Path

from tinhso.engines.printing.services import register_template

REPORT = "reporting.report"


def register() -> None:
    register_template(REPORT, Path(__file__).parent / "report.typ", needs=("title", "sections", "date", "notes"))
