"""A store with tables and nothing in it, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import Store
from tests.postgres import create_store_url

DATABASES = ("sqlite", "postgresql")
# What is to be the same where the table of quotes is in partitions.
ALSO_PARTITIONED = ("searches",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store_url" in metafunc.fixturenames:
        subject = metafunc.module.__name__.rpartition("test_")[2]
        databases = (*DATABASES, "partitioned") if subject in ALSO_PARTITIONED else DATABASES
        metafunc.parametrize("store_url", databases, indirect=True)


@pytest.fixture
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is empty and has no tables yet; in partitions it has them."""
    return create_store_url(request, tmp_path)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    opened.upgrade()
    yield opened
    opened.close()
