"""The exceptions of the store; a caller needs no others."""


class StoreError(Exception):
    """Any refusal or failure of a store."""


class StoreNotReady(StoreError):
    """The store cannot answer now: it is unreachable, busy beyond its timeout, or of another schema.

    `reason` is for the log; `message` may be shown to anyone; by `cause` such failures are counted.
    """

    cause = "unreachable"
    message = "cannot answer now: it is unreachable, busy, or in need of `quotes db upgrade`"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreSilent(StoreNotReady):
    """The database took a connection, or had one, and does not answer."""


class StoreBusy(StoreNotReady):
    """Other writers kept the store busy for longer than its timeout."""

    cause = "busy"


class StoreOutdated(StoreNotReady):
    """The store has no tables yet, or those of another version."""

    cause = "schema"


class StoreFull(StoreNotReady):
    """There is no room for a write, and nothing of it was written."""

    cause = "full"
    message = "has no room left on its disk: it can be read, and written when there is room again"


class StoreReadOnly(StoreNotReady):
    """The store's file, folder or server does not allow the operation."""

    cause = "read-only"
    message = "cannot be written: its file, folder or server allows reading alone"


class StoreUnreadable(StoreReadOnly):
    """A SQLite file in use, in a read-only folder: SQLite would have to write beside it."""

    message = "cannot be read in a folder that cannot be written, unless it is a copy by `quotes backup`"


class InvalidArticle(StoreError):
    """An article that no store can hold; nothing of it was written."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Unstorable(InvalidArticle):
    """An article whose words the database refuses to hold or to index; nothing of it was written."""

    def __init__(self, reason: str) -> None:
        super().__init__("text", f"cannot be stored as it is: {reason}")


class InvalidQuery(StoreError):
    """A search that cannot be read; `position` is the offending code point of the field's value."""

    def __init__(self, field: str, message: str, position: int) -> None:
        super().__init__(f"{field}: {message} (at position {position})")
        self.field = field
        self.message = message
        self.position = position


class InvalidCursor(StoreError):
    """A cursor that this list, with this filter, has not given."""


class ChangesDropped(StoreError):
    """A cursor of changes that is older than what is kept of removals: the copy has to begin anew."""


class InvalidChange(StoreError):
    """A change by hand that cannot be made; `field` is the field at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class BackupRefused(StoreError):
    """A backup that cannot be written: another database, or a file that exists or cannot be created."""


class PartitionRefused(StoreError):
    """Partitions that cannot be made: another database, or a view or trigger that depends on the table."""
