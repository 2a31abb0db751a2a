"""A store on SQLite that has tables and nothing in it."""

from pathlib import Path

import pytest

from service.store import Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of such a store."""
    address = f"sqlite:///{tmp_path}/quotes.db"
    store = Store(address)
    store.upgrade()
    store.close()
    return address
