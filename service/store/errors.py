"""What a store raises; a caller needs no other exception class."""


class StoreError(Exception):
    """Any refusal or failure of a store."""


class StoreNotReady(StoreError):
    """The store cannot answer now: unreachable, busy beyond its timeout, or of another schema."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
