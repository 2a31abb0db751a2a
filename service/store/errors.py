"""What a store raises; a caller needs no other exception class."""


class StoreError(Exception):
    """Any refusal or failure of a store."""


class StoreNotReady(StoreError):
    """The store cannot answer now: unreachable, busy beyond its timeout, or of another schema.

    `reason` is for the log; `message` may be shown to anyone; by `cause` such failures are counted.
    """

    cause = "unreachable"
    message = "cannot answer now: it is unreachable, busy, or in need of `quotes db upgrade`"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreBusy(StoreNotReady):
    """Others have kept it for longer than its timeout."""

    cause = "busy"


class StoreOutdated(StoreNotReady):
    """It has not been made yet, or is of another version of the schema."""

    cause = "schema"


class StoreFull(StoreNotReady):
    """There is no room for what was to be written, and nothing of it was."""

    cause = "full"
    message = "has no room left on its disk: it can be read, and written when there is room again"


class StoreReadOnly(StoreNotReady):
    """The store's file, folder or server does not allow what was asked."""

    cause = "read-only"
    message = "cannot be written: its file, folder or server allows reading alone"


class StoreUnreadable(StoreReadOnly):
    """A file of SQLite in use, in a folder that is read-only: SQLite would have to write beside it."""

    message = "cannot be read where its folder cannot be written, unless it is a copy by `quotes backup`"


class InvalidArticle(StoreError):
    """An article that no store can hold as it is; nothing of it was written."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class InvalidQuery(StoreError):
    """A search that cannot be read; `position` is the offending code point of the field's value."""

    def __init__(self, field: str, message: str, position: int) -> None:
        super().__init__(f"{field}: {message} (at position {position})")
        self.field = field
        self.message = message
        self.position = position


class InvalidCursor(StoreError):
    """A cursor that this list, with this filter, has not given."""


class InvalidChange(StoreError):
    """A change by hand that cannot be made; `field` is the one that stands in the way."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class BackupRefused(StoreError):
    """A backup that cannot be written: another database, or a file that is there or cannot be made."""


class PartitionRefused(StoreError):
    """Partitions that cannot be made: another database, or something of others' that hangs on the table."""
