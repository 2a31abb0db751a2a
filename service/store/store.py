"""The store: everything that is kept, behind one class."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from service.extractor import Extraction
from service.store import (
    backup,
    candidates,
    corrections,
    facets,
    merging,
    partitions,
    read_articles,
    read_corrections,
    read_quotations,
    read_quotes,
    read_speakers,
    reextraction,
    schema,
    tally,
    timeline,
    writes,
)
from service.store.changes import (
    AnnotatedArticle,
    CorrectionRecord,
    QuoteChange,
    QuoteDifference,
    SpeakerChange,
    StoredText,
)
from service.store.engine import BUSY_TIMEOUT_SECONDS, WRITING, is_writable, open_engine
from service.store.errors import StoreOutdated
from service.store.failures import translated_errors
from service.store.measuring import measured
from service.store.records import (
    Article,
    ArticleFilter,
    ArticleRecord,
    FacetName,
    Facets,
    Page,
    PageRequest,
    Quotation,
    QuoteFilter,
    QuoteRecord,
    SavedArticle,
    SpeakerRecord,
    Statistics,
    Timeline,
)

STREAMED_AT_ONCE = 1_000


@measured
class Store:
    """Articles, their quotes and speakers in SQLite or PostgreSQL.

    Safe to share between threads, and to use on both sides of a fork.  Every method may raise StoreNotReady.
    """

    def __init__(self, url: str, *, busy_seconds: int = BUSY_TIMEOUT_SECONDS) -> None:
        """Opens nothing yet; a write waits so long while others write.

        Raises ValueError for an address that is no file and no server.
        """
        self._engine = open_engine(url, busy_seconds)
        # A single statement needs no transaction around it.
        self._reader = self._engine
        self._file: Path | None = None
        if self._engine.dialect.name == "sqlite":
            self._file = Path(self._engine.url.database or "")
        else:
            self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated_errors(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with translated_errors(), self._engine.execution_options(**WRITING).begin() as connection:
            yield connection

    def upgrade(self) -> None:
        """Create the tables, or bring those of an older version up to date."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as connection:
            schema.migrate(connection)

    def partition_quotes(self, least: int) -> tuple[int, int]:
        """Part the table of quotes by month, or go on with that: how many partitions there are, and are new.

        Months share one until it has `least` quotes.  Others read meanwhile, and cannot write.  Raises
        PartitionRefused.
        """
        with self._writing() as connection:
            made = partitions.partition_quotes(connection, least, datetime.now(UTC))
        with self._reading() as connection:
            # Of partitions alone PostgreSQL does so by itself, not of the whole.
            connection.exec_driver_sql("ANALYZE quotes")
        return made

    def check(self) -> None:
        """Raise StoreNotReady unless the store is reachable and its schema is this version's."""
        if self._file is not None and not self._file.exists():
            # Connecting would leave an empty file behind.
            raise StoreOutdated(f"there is no {self._file} yet: run `quotes db upgrade`")
        with self._reading() as connection:
            current = schema.current_revision(connection)
        newest = schema.newest_revision()
        if current != newest:
            raise StoreOutdated(f"schema {current or 'missing'}, not {newest}: run `quotes db upgrade`")

    def is_writable(self) -> bool:
        """Say whether the rights of the file and its folder, or the server, allow to write."""
        if self._file is None:
            with self._reading() as connection:
                return is_writable(connection)
        beside = self._file.with_name(f"{self._file.name}-wal")
        return os.access(self._file, os.W_OK) and (beside.exists() or os.access(self._file.parent, os.W_OK))

    def close(self) -> None:
        """Close the connections that are open; the next call opens new ones."""
        self._engine.dispose()

    def save_article(
        self, article: Article, extraction: Extraction, *, extractor_version: str
    ) -> SavedArticle:
        """Save an article and its quotes in one transaction.  Raises InvalidArticle."""
        return self.save_articles([(article, extraction)], extractor_version=extractor_version)[0]

    def save_articles(
        self,
        extracted: Sequence[tuple[Article, Extraction]],
        *,
        extractor_version: str,
        unless_read_by: str | None = None,
    ) -> list[SavedArticle]:
        """Save several articles in one transaction, in order: all or, if this raises, none.

        What is stored just so stays as it is, and so do the quotes that the extractor `unless_read_by` found.
        Raises InvalidArticle.
        """
        prepared = [writes.prepare_article(*one, extractor_version) for one in extracted]
        if not prepared:
            return []
        with self._writing() as connection:
            return writes.save_articles(connection, prepared, extractor_version, unless_read_by)

    def find_unchanged(
        self, articles: Sequence[Article], *, extractor_version: str, unless_read_by: str | None = None
    ) -> list[SavedArticle | None]:
        """For each article of which saving would change nothing, what it would say.

        None for an id that comes twice: saving them in order decides.  Raises InvalidArticle.
        """
        for article in articles:
            writes.check_article(article)
        with self._reading() as connection:
            return writes.find_unchanged(connection, articles, (extractor_version, unless_read_by))

    def get_article(self, article_id: str) -> ArticleRecord | None:
        with self._reading() as connection:
            return read_articles.get_article(connection, article_id)

    def delete_article(self, article_id: str) -> bool:
        """Remove an article, its quotes, and speakers left without any; False if it is not there."""
        with self._writing() as connection:
            return writes.delete_article(connection, article_id)

    def list_articles(self, wanted: ArticleFilter, page: PageRequest) -> Page[ArticleRecord]:
        """Newest first.  Raises InvalidCursor."""
        with self._reading() as connection:
            return read_articles.list_articles(connection, wanted, page)

    def list_quotes(self, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
        """Newest first, within an article in its order.  Raises InvalidQuery, InvalidCursor."""
        with self._reading() as connection:
            return read_quotes.list_quotes(connection, wanted, page)

    def get_quote(self, quote_id: str) -> QuoteRecord | None:
        with self._reading() as connection:
            return read_quotes.get_quote(connection, quote_id)

    def read_quotation(self, quotation_id: str, page: PageRequest) -> Quotation | None:
        """The same words in all places where they stand, oldest first; None if there are none with this id.

        Raises InvalidCursor.
        """
        with self._reading() as connection:
            return read_quotations.read_quotation(connection, quotation_id, page)

    def count_facets(self, wanted: QuoteFilter, names: Sequence[FacetName]) -> Facets:
        """How a list's quotes are shared among speakers, sources, months, kinds.  Raises InvalidQuery."""
        with self._reading() as connection:
            return facets.count_facets(connection, wanted, names)

    def find_updates(self, quote_ids: Sequence[str]) -> dict[str, datetime]:
        """When each of the quotes came to be as it is: was stored, or corrected since."""
        with self._reading() as connection:
            return read_quotes.find_updates(connection, quote_ids)

    def list_speakers(self, q: str | None, page: PageRequest) -> Page[SpeakerRecord]:
        """By name, the unnamed last; `q` is the beginnings of words of the name.

        Raises InvalidQuery, InvalidCursor.
        """
        with self._reading() as connection:
            return read_speakers.list_speakers(connection, q, page)

    def get_speaker(self, speaker_id: str) -> SpeakerRecord | None:
        with self._reading() as connection:
            return read_speakers.get_speaker(connection, speaker_id)

    def read_timeline(
        self, speaker_id: str, from_: datetime | None = None, to: datetime | None = None
    ) -> Timeline | None:
        """A speaker's quotes by month and source; None if there is none with this id."""
        with self._reading() as connection:
            return timeline.read_timeline(connection, speaker_id, from_, to)

    def stream_quotes(self, wanted: QuoteFilter) -> Iterator[QuoteRecord]:
        """All of a list, in its order, while no more than a page of it is held.

        Raises InvalidQuery before the first quote.
        """
        page: Page[QuoteRecord] = self.list_quotes(wanted, PageRequest(STREAMED_AT_ONCE))
        return self._follow_quotes(wanted, page)

    def _follow_quotes(self, wanted: QuoteFilter, page: Page[QuoteRecord]) -> Iterator[QuoteRecord]:
        # Page by page: one long statement would keep the databases from clearing up behind writers.
        yield from page.items
        while page.next_cursor is not None:
            page = self.list_quotes(wanted, PageRequest(STREAMED_AT_ONCE, page.next_cursor))
            yield from page.items

    def stamp(self) -> str:
        """What is different after any change of what is stored.  Read it before what it is to stand for."""
        with self._reading() as connection:
            return tally.read_stamp(connection)

    def change_speaker(self, speaker_id: str, change: SpeakerChange) -> SpeakerRecord | None:
        """Change a speaker; None if there is none with this id.  Raises InvalidChange."""
        with self._writing() as connection:
            if not merging.change_speaker(connection, speaker_id, change):
                return None
            return read_speakers.get_speaker(connection, speaker_id)

    def merge_speakers(self, speaker_id: str, into: str) -> SpeakerRecord | None:
        """Give all quotes of one speaker, now and later, to another, who is returned.

        None if there is no `speaker_id`.  Raises InvalidChange if there is no `into`, or one is in the other.
        """
        with self._writing() as connection:
            target = merging.merge_speakers(connection, speaker_id, into)
            return None if target is None else read_speakers.get_speaker(connection, target)

    def undo_merge(self, speaker_id: str) -> SpeakerRecord | None:
        """Give a merged speaker back what is theirs; None if there is none with this id.

        Raises InvalidChange for one that is not merged.
        """
        with self._writing() as connection:
            if not merging.undo_merge(connection, speaker_id):
                return None
            return read_speakers.get_speaker(connection, speaker_id)

    def list_candidates(self, speaker_id: str) -> tuple[SpeakerRecord, ...] | None:
        """Speakers who may be the same, the likeliest first; None if there is none with this id."""
        with self._reading() as connection:
            rows = candidates.find_candidates(connection, speaker_id)
            return None if rows is None else read_speakers.read_speakers(connection, rows)

    def correct_quote(self, quote_id: str, change: QuoteChange) -> CorrectionRecord | None:
        """Put a quote right, for good: extraction anew keeps to it.  Fields add to an earlier correction's.

        None if there is neither quote nor correction with this id.  Raises InvalidChange.
        """
        with self._writing() as connection:
            if not corrections.correct_quote(connection, quote_id, change):
                return None
            return read_corrections.get_correction(connection, quote_id)

    def withdraw_correction(self, quote_id: str) -> bool:
        """Put back what the extractor says; False if nothing was corrected."""
        with self._writing() as connection:
            return corrections.withdraw_correction(connection, quote_id)

    def get_correction(self, quote_id: str) -> CorrectionRecord | None:
        with self._reading() as connection:
            return read_corrections.get_correction(connection, quote_id)

    def list_corrections(self, page: PageRequest) -> Page[CorrectionRecord]:
        """Newest first.  Raises InvalidCursor."""
        with self._reading() as connection:
            return read_corrections.list_corrections(connection, page)

    def stream_annotations(self) -> Iterator[AnnotatedArticle]:
        """The articles in which people corrected quotes, with what they said, for measuring extractors."""
        after = ""
        while True:
            with self._reading() as connection:
                article = read_corrections.find_annotated_article(connection, after)
            if article is None:
                return
            yield article
            after = article.id

    def list_texts(
        self, *, after: int | None, limit: int, unless_read_by: str | None = None
    ) -> list[StoredText]:
        """So many articles after a key, in their order: all, or those that another extractor read."""
        with self._reading() as connection:
            return reextraction.list_texts(connection, after, limit, unless_read_by)

    def compare_quotes(
        self, text: StoredText, extraction: Extraction, *, extractor_version: str
    ) -> tuple[QuoteDifference, ...]:
        """What putting this extraction in place would change."""
        with self._reading() as connection:
            return reextraction.compare(connection, text, extraction, extractor_version)

    def replace_quotes(
        self, read: Sequence[tuple[StoredText, Extraction]], *, extractor_version: str
    ) -> list[tuple[QuoteDifference, ...]]:
        """Put extractions anew in place, all in one transaction, and say what each changed.

        An article that was changed or deleted since its text was read is left alone.
        """
        with self._writing() as connection:
            return reextraction.put_in_place(connection, read, extractor_version)

    def back_up(self, path: Path) -> None:
        """Copy the store into a new file while it is in use.  Raises BackupRefused."""
        with self._reading() as connection:
            backup.back_up(connection, path)

    def stats(self) -> Statistics:
        with self._reading() as connection:
            return tally.read_statistics(connection)
