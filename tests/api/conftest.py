"""The service that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from service.store import Store
from tests.api.running import MAX_BODY_BYTES, Service, running_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests that need no empty store; each uses ids and names of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('api')}/quotes.db"
    store = Store(url)
    store.upgrade()
    store.close()
    with running_service(url, MAX_BODY_BYTES=str(MAX_BODY_BYTES), WORKERS="2") as running:
        assert running.get("/readyz").status == 200
        yield running
