"""Opens the store that DATABASE_URL names, for the commands; what it cannot do ends them with one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from service.cli.settings import read_config
from service.store import BackupRefused, InvalidQuery, PartitionRefused, Store, StoreNotReady


@contextmanager
def open_store(*, check: bool = True, **options: int) -> Iterator[Store]:
    """Yield the store, opened with these options; `check` that its schema is current."""
    store = Store(read_config().database_url, **options)
    try:
        if check:
            store.check()
        yield store
    except StoreNotReady as error:
        raise click.ClickException(f"the store is not ready: {error.reason}") from None
    except (InvalidQuery, BackupRefused, PartitionRefused) as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
