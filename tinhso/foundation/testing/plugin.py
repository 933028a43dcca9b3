"""Fixtures that every test may ask for."""

from collections.abc import Iterator

import pytest
import pytest_django
from hypothesis import HealthCheck, settings

from tinhso.foundation.jobs import tables
from tinhso.foundation.testing.cast import Cast, make_cast
from tinhso.foundation.testing.kept import Kept

# How fast the machine is today is no finding: a busy one must not fail a test.
# Twenty examples a run find over the runs what a hundred find; `--hypothesis-profile=thorough` looks harder.
settings.register_profile("unhurried", deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("unhurried"), max_examples=1000)
settings.load_profile("unhurried")


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="only tests that ask the database something: another server's turn"
    )


def asks_the_database(item: pytest.Item) -> bool:
    """Whether a test has the database, by its mark or by a fixture of a fixture."""
    asked = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & asked)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files begin first: a worker that meets one last would keep everybody waiting."""
    if config.getoption("--only-database"):
        items[:] = [item for item in items if asks_the_database(item)]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """pytest-django's place for what shall hold while it makes the test database."""
    with tables.drawn_alone():
        yield


@pytest.fixture(scope="session")
def kept_cast(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Kept:
    """The cast's rows, made once."""
    with django_db_blocker.unblock():
        return Kept(lambda _nothing: make_cast())


@pytest.fixture
def cast(kept_cast: Kept, db: None) -> Cast:
    """The shared cast in an invented province."""
    given: Cast = kept_cast.give()
    return given
