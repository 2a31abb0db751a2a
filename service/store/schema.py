"""The schema's version: bringing a store up to date, and telling whether it is."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def configure_alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def migrate(connection: Connection) -> None:
    """Run the missing migrations inside the connection's transaction."""
    config = configure_alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@cache
def newest_revision() -> str | None:
    return ScriptDirectory.from_config(configure_alembic()).get_current_head()


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
