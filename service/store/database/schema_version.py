"""The schema's version: upgrades a store, and tells whether it is current."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

from service.store.errors import StoreOutdated

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"
VERSION = table("alembic_version", column("version_num"))


def configure_alembic() -> "Config":
    # Imported where it is needed: it is a third of what a command that only reads would load.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def migrate(connection: Connection) -> None:
    """Run the missing migrations inside the connection's transaction.

    Raises StoreNotReady for a store of a version that is newer than this one.
    """
    from alembic import command
    from alembic.util import CommandError

    config = configure_alembic()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreOutdated(f"cannot bring the schema up to date: {error}") from error


@cache
def newest_revision() -> str:
    """The newest migration; the name of its file begins with the revision."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def current_revision(connection: Connection) -> str | None:
    """The store's own revision; None if it has no tables yet."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(select(VERSION.c.version_num)).scalar()
