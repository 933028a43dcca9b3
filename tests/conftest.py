import pytest
import pytest_django

from tests.site import Site, make_site
from tinhso.foundation.testing.kept import Kept


@pytest.fixture(scope="session")
def kept_site(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Kept:
    """The rows of the whole site, made once."""
    with django_db_blocker.unblock():
        return Kept(lambda _nothing: make_site())


@pytest.fixture
def site(kept_site: Kept, db: None) -> Site:
    """The whole site, as if just made."""
    given: Site = kept_site.give()
    return given
