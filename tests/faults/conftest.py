"""A store on SQLite that has tables and nothing in it."""

from pathlib import Path

import pytest

from tests.api.running import make_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of such a store."""
    return make_store(tmp_path)
