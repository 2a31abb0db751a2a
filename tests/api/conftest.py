"""The service that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from service.store import Store
from tests.api.running import MAX_BODY_BYTES, Service, running_service
from tests.postgres import create_store_url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service on each database; its tests keep apart by ids and names of their own."""
    url = create_store_url(request, tmp_path_factory.mktemp("api"))
    store = Store(url)
    store.upgrade()
    store.close()
    with running_service(url, MAX_BODY_BYTES=str(MAX_BODY_BYTES), WORKERS="2") as running:
        assert running.get("/readyz").status == 200
        yield running
