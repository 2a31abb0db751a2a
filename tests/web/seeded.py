"""A store that holds the seeds, for pages to show."""

from pathlib import Path

from service.cli.load import load
from service.config import Config
from service.store import PageRequest, Store

SEEDS = Path(__file__).parent.parent.parent / "seeds"


def fill_store(url: str) -> str:
    """Load the seeds; the id of the speaker whom the pages are about."""
    store = Store(url)
    store.upgrade()
    load(store, [SEEDS / "articles.ndjson"], Config())
    [speaker] = store.list_speakers("lucan osei", PageRequest(1)).items
    store.close()
    return speaker.id
