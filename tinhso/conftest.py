from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def words_of_this_test_only() -> Iterator[None]:
    """The search engine remembers words for a minute; a test's words must not reach the next test."""
    from tinhso.engines.search import vocabulary

    vocabulary.forget()
    yield
    vocabulary.forget()
