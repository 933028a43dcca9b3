"""Printed speed of figures; filled in below."""

from tinhso.foundation.jobs.registry import BenchRow


def figures() -> list[BenchRow]:
    return []
