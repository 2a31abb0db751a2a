"""A store with tables and nothing in it, on each database."""

from collections.abc import Iterator

import pytest

from service.store import Store


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    opened.upgrade()
    yield opened
    opened.close()
