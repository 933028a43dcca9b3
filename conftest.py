from collections.abc import Iterator

import pytest

pytest_plugins = [
    *(f"tinhso.foundation.testing.{name}" for name in ("plugin", "sparing", "report", "browser")),
    "tinhso.engines.payments.testing",
    "tinhso.systems.procedures.testing",
    "tinhso.systems.procedures.counter.testing",
    "tinhso.systems.procedures.fees.testing",
]


@pytest.fixture(autouse=True)
def words_of_this_test_only() -> Iterator[None]:
    """The search engine remembers words, the cache counts attempts: nothing of it must reach the next test."""
    from django.core.cache import cache

    from tinhso.engines.search import vocabulary

    vocabulary.forget()
    cache.clear()
    yield
    vocabulary.forget()
