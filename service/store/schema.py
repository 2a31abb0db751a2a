"""The schema's version: bringing a store up to date, and telling whether it is."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from service.store.errors import StoreNotReady

MIGRATIONS = Path(__file__).parent / "migrations"


def configure_alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def migrate(connection: Connection) -> None:
    """Run the missing migrations inside the connection's transaction.

    Raises StoreNotReady for a store of a version that is newer than this one.
    """
    config = configure_alembic()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreNotReady(f"cannot bring the schema up to date: {error}") from error


@cache
def newest_revision() -> str | None:
    return ScriptDirectory.from_config(configure_alembic()).get_current_head()


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
