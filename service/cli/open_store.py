"""Opens the store of DATABASE_URL for the commands; an error of the store ends them with one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from service.cli.settings import read_config
from service.store import BackupRefused, InvalidChange, InvalidQuery, PartitionRefused, Store, StoreNotReady


@contextmanager
def open_store(*, check: bool = True, **options: int) -> Iterator[Store]:
    """Yield the store, opened with these options; `check` that its schema is current."""
    config = read_config()
    store = Store(config.database_url, keeps_gender=config.speaker_gender == "on", **options)
    try:
        if check:
            store.check()
        yield store
    except StoreNotReady as error:
        raise click.ClickException(f"the store is not ready: {error.reason}") from None
    except (InvalidQuery, InvalidChange, BackupRefused, PartitionRefused) as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
