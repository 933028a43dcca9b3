"""`tinhso bench opendata`: filled in by its own module."""

from tinhso.foundation.jobs.registry import BenchRow


def bench() -> list[BenchRow]:
    return []
