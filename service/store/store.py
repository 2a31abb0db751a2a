"""The store of articles, quotes and speakers, behind one class."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Connection

from service.extractor import Extraction
from service.store import counts as tally
from service.store.articles import read as read_articles
from service.store.articles import reextract as reextraction
from service.store.articles import write as writes
from service.store.change_log import read as read_changes
from service.store.changes import (
    AnnotatedArticle,
    CorrectionRecord,
    QuoteChange,
    QuoteDifference,
    SpeakerChange,
    StoredText,
)
from service.store.corrections import apply as corrections
from service.store.corrections import read as read_corrections
from service.store.database import backup, partitions
from service.store.database import schema_version as schema
from service.store.database.call_metrics import measured
from service.store.database.engine import (
    AT_LEISURE,
    BUSY_TIMEOUT_SECONDS,
    READING_AT_ONCE,
    WRITING,
    is_writable,
    open_engine,
)
from service.store.database.error_translation import translated_errors
from service.store.database.silence_guard import SilenceGuard
from service.store.errors import InvalidChange, StoreNotReady, StoreOutdated
from service.store.people import read as read_known_people
from service.store.people import write as known_people
from service.store.quotes import facets, nearest, outlets, portraits, relevance, sources, timeline
from service.store.quotes import read as read_quotes
from service.store.quotes import read_quotation as read_quotations
from service.store.quotes.write import leave_out_gender
from service.store.records import (
    Article,
    ArticleFilter,
    ArticleRecord,
    ChangePage,
    DescribedSpeaker,
    FacetName,
    Facets,
    FacetValue,
    KnownPerson,
    Page,
    PageRequest,
    Quotation,
    QuoteCount,
    QuoteFilter,
    QuoteRecord,
    SavedArticle,
    SourceCounts,
    SourceGroup,
    SourceSpan,
    SpeakerRecord,
    Statistics,
    TextPart,
    Timeline,
    Verification,
)
from service.store.speakers import candidates
from service.store.speakers import merge as merging
from service.store.speakers import read as read_speakers
from service.store.speakers import regroup as regrouping
from service.store.write_condition import check_write
from service.verify.normalise import GivenQuotation

STREAMED_AT_ONCE = 1_000
# Who waits for SQLite's lock asks for it as seldom as every 100 ms.
LET_OTHERS_WRITE_SECONDS = 0.12


@measured
class Store:
    """Articles, their quotes and speakers in SQLite or PostgreSQL.

    Safe to share between threads, and to use on both sides of a fork.  Every method may raise StoreNotReady.
    """

    def __init__(
        self, url: str, *, busy_seconds: int = BUSY_TIMEOUT_SECONDS, keeps_gender: bool = True
    ) -> None:
        """Open nothing yet; a write waits for `busy_seconds` while others write.

        Without `keeps_gender` quotes are stored without the gender of their speakers.
        Raises ValueError for an address that is no file and no server.
        """
        self._engine = open_engine(url, busy_seconds)
        self._guard = SilenceGuard()
        self._snapshots = self._engine.execution_options(**READING_AT_ONCE[self._engine.dialect.name])
        # A single statement needs no transaction around it.
        self._reader = self._engine
        self._file: Path | None = None
        self._keeps_gender = keeps_gender
        if self._engine.dialect.name == "sqlite":
            self._file = Path(self._engine.url.database or "")
        else:
            self._reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Open a transaction in which several statements see the same, whatever is written meanwhile."""
        with self._guard.asking(), translated_errors(), self._snapshots.connect() as connection:
            yield connection

    @contextmanager
    def _asking(self, **options: bool) -> Iterator[Connection]:
        """For a single statement."""
        engine = self._reader.execution_options(**options) if options else self._reader
        with self._guard.asking(), translated_errors(), engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, *, goes_on: bool = False, **options: bool) -> Iterator[Connection]:
        """Open a transaction that writes; one that goes on with a write is not held to its condition."""
        engine = self._engine.execution_options(**WRITING, **options)
        with self._guard.asking(), translated_errors(writing=True), engine.begin() as connection:
            if not goes_on:
                check_write()
            yield connection

    def upgrade(self) -> None:
        """Create the tables, or bring those of an older version up to date."""
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._writing(**AT_LEISURE) as connection:
            schema.migrate(connection)
        self._regroup()

    def partition_quotes(self, least: int) -> tuple[int, int]:
        """Partition the table of quotes by month; return the number of partitions and of new ones.

        Months share one until it has `least` quotes.  Others read meanwhile, and cannot write.  Raises
        PartitionRefused.
        """
        with self._writing(**AT_LEISURE) as connection:
            made = partitions.partition_quotes(connection, least, datetime.now(UTC))
        with self._asking(**AT_LEISURE) as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            # Of partitions alone PostgreSQL does so by itself, not of the whole.
            connection.exec_driver_sql("ANALYZE quotes")
            connection.exec_driver_sql("RESET statement_timeout")
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
        """Whether the rights of the file and its folder, or the server, allow writing."""
        if self._file is None:
            with self._asking() as connection:
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

        Articles that are stored already stay as they are, and so do quotes of the extractor `unless_read_by`.
        Raises InvalidArticle.
        """
        prepared = [
            writes.prepare_article(article, self._fit(extraction), extractor_version)
            for article, extraction in extracted
        ]
        if not prepared:
            return []
        with self._writing() as connection:
            return writes.save_articles(
                connection,
                prepared,
                extractor_version,
                unless_read_by,
                keeps_gender=self._keeps_gender,
            )

    def _fit(self, extraction: Extraction) -> Extraction:
        """The part of an extraction that this store keeps."""
        return extraction if self._keeps_gender else leave_out_gender(extraction)

    def find_unchanged(
        self, articles: Sequence[Article], *, extractor_version: str, unless_read_by: str | None = None
    ) -> list[SavedArticle | None]:
        """Return the result of saving each article, if saving it would change nothing.

        None for an id that comes twice: saving them in order decides.  Raises InvalidArticle.
        """
        for article in articles:
            writes.check_article(article)
        with self._asking() as connection:
            return writes.find_unchanged(connection, articles, (extractor_version, unless_read_by))

    def get_article(self, article_id: str) -> ArticleRecord | None:
        with self._asking() as connection:
            return read_articles.get_article(connection, article_id)

    def read_text_parts(self, parts: Sequence[TextPart]) -> list[str | None]:
        """Read parts of articles' texts, in order; None for an article that is not there."""
        if not parts:
            return []
        with self._asking() as connection:
            return read_articles.read_text_parts(connection, parts)

    def delete_article(self, article_id: str) -> bool:
        """Remove an article, its quotes, and speakers left without any; False if it is not there."""
        with self._writing() as connection:
            return writes.delete_article(connection, article_id)

    def list_articles(self, wanted: ArticleFilter, page: PageRequest) -> Page[ArticleRecord]:
        """List articles in the order wanted.  Raises InvalidCursor."""
        with self._asking() as connection:
            return read_articles.list_articles(connection, wanted, page)

    def list_quotes(self, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
        """List quotes in the order wanted, by date newest first, within an article in its order.

        Raises InvalidQuery, InvalidCursor.
        """
        with self._reading() as connection:
            if wanted.order == "relevance" and wanted.q is not None:
                return relevance.list_relevant(connection, wanted, page)
            return read_quotes.list_quotes(connection, wanted, page)

    def get_quote(self, quote_id: str) -> QuoteRecord | None:
        with self._asking() as connection:
            return read_quotes.get_quote(connection, quote_id)

    def read_quotation(self, quotation_id: str, page: PageRequest) -> Quotation | None:
        """Return a group of equal quotes, oldest first; None if there is none with this id.

        Raises InvalidCursor.
        """
        with self._reading() as connection:
            return read_quotations.read_quotation(connection, quotation_id, page)

    def verify_quotation(self, quotation: GivenQuotation, wanted: QuoteFilter, most: int) -> Verification:
        """Check a quotation against stored quotes, of which the `most` nearest are returned."""
        with self._reading() as connection:
            return nearest.verify_quotation(connection, quotation, wanted, most)

    def count_facets(self, wanted: QuoteFilter, names: Sequence[FacetName]) -> Facets:
        """Count a list's quotes by speaker, source, month and kind.  Raises InvalidQuery."""
        with self._reading() as connection:
            return facets.count_facets(connection, wanted, names)

    def count_sources(self, wanted: QuoteFilter, by: SourceGroup, per: SourceSpan | None) -> SourceCounts:
        """Count all quotes of a list by their speakers' gender, role or kind.  Raises InvalidQuery."""
        with self._reading() as connection:
            return sources.count_sources(connection, wanted, by, per)

    def count_quotes(self, wanted: QuoteFilter) -> QuoteCount:
        """Count a list's quotes.  Raises InvalidQuery."""
        with self._reading() as connection:
            return facets.count_quotes(connection, wanted)

    def list_outlets(self, page: PageRequest) -> Page[FacetValue]:
        """List the sources of quotes by name, with the number of direct and mixed ones.

        Raises InvalidCursor.
        """
        with self._reading() as connection:
            return outlets.list_outlets(connection, page)

    def find_updates(self, quote_ids: Sequence[str]) -> dict[str, datetime]:
        """Find when each of the quotes was stored, or corrected since."""
        with self._asking() as connection:
            return read_quotes.find_updates(connection, quote_ids)

    def list_speakers(self, q: str | None, page: PageRequest) -> Page[SpeakerRecord]:
        """List speakers by name, the unnamed last; `q` is the beginnings of words of the name.

        Raises InvalidQuery, InvalidCursor.
        """
        with self._reading() as connection:
            return read_speakers.list_speakers(connection, q, page)

    def get_speaker(self, speaker_id: str) -> SpeakerRecord | None:
        with self._reading() as connection:
            return read_speakers.get_speaker(connection, speaker_id)

    def describe_speaker(self, speaker_id: str) -> DescribedSpeaker | None:
        """A speaker, with the roles and genders that articles give; None if there is none with this id."""
        with self._reading() as connection:
            speaker = read_speakers.get_speaker(connection, speaker_id)
            return None if speaker is None else portraits.describe_speaker(connection, speaker)

    def read_timeline(
        self, speaker_id: str, from_: datetime | None = None, to: datetime | None = None
    ) -> Timeline | None:
        """A speaker's quotes by month and source; None if there is none with this id."""
        with self._reading() as connection:
            return timeline.read_timeline(connection, speaker_id, from_, to)

    def stream_quotes(self, wanted: QuoteFilter) -> Iterator[QuoteRecord]:
        """Yield all of a list, in its order, holding no more than a page of it.

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

    def list_changes(self, page: PageRequest) -> ChangePage:
        """List what changed, oldest first; from the beginning all that is stored.

        Raises InvalidCursor, ChangesDropped.
        """
        with self._reading() as connection:
            return read_changes.list_changes(connection, page)

    def stamp(self) -> str:
        """Return a stamp that differs after any change of the store.  Read it before the data it marks."""
        with self._asking() as connection:
            return tally.read_stamp(connection)

    def change_speaker(self, speaker_id: str, change: SpeakerChange) -> SpeakerRecord | None:
        """Change a speaker; None if there is none with this id.  Raises InvalidChange."""
        if change.gender and not self._keeps_gender:
            raise InvalidChange("gender", "is not kept here: SPEAKER_GENDER is off")
        with self._writing() as connection:
            if not merging.change_speaker(connection, speaker_id, change):
                return None
            return read_speakers.get_speaker(connection, speaker_id)

    def merge_speakers(self, speaker_id: str, into: str) -> SpeakerRecord | None:
        """Give all quotes of one speaker, now and later, to another, who is returned.

        Others read it as done at once; quotations of short quotes follow until this returns.
        None if there is no `speaker_id`.  Raises InvalidChange if there is no `into`, or one is in the other.
        """
        with self._writing() as connection:
            target = merging.merge_speakers(connection, speaker_id, into)
            regrouping.regroup_some(connection)
            speaker = None if target is None else read_speakers.get_speaker(connection, target)
        self._regroup()
        return speaker

    def undo_merge(self, speaker_id: str) -> SpeakerRecord | None:
        """Give a merged speaker back what is theirs; None if there is none with this id.

        One whose quotes are all gone is not kept.  Raises InvalidChange for one that is not merged.
        """
        with self._writing() as connection:
            if not merging.undo_merge(connection, speaker_id):
                return None
            regrouping.regroup_some(connection)
            speaker = read_speakers.get_speaker(connection, speaker_id)
            # Whoever has no quote any more, since articles went meanwhile, is shown this once.
            tally.write_tally(connection, tally.Tally(left={speaker_id}))
        self._regroup()
        return speaker

    def _regroup(self) -> None:
        """Group the quotes of speakers who were merged, or parted, some at a time."""
        progress = None
        with suppress(StoreNotReady):
            # What the merge did is stored, and the next one goes on here.
            while self._is_regrouping():
                started = monotonic()
                with self._writing(goes_on=True) as connection:
                    progress = regrouping.regroup_some(connection, progress)
                sleep(max(LET_OTHERS_WRITE_SECONDS, monotonic() - started))

    def _is_regrouping(self) -> bool:
        with self._asking() as connection:
            return regrouping.is_pending(connection)

    def list_candidates(self, speaker_id: str) -> tuple[SpeakerRecord, ...] | None:
        """Speakers who may be the same, the likeliest first; None if there is none with this id."""
        with self._reading() as connection:
            rows = candidates.find_candidates(connection, speaker_id)
            return None if rows is None else read_speakers.read_speakers(connection, rows)

    def save_people(self, people: Sequence[KnownPerson]) -> list[KnownPerson]:
        """Put people on the list, in place of those who have the same ids; return them with their ids.

        An empty id is derived.  Raises InvalidChange.
        """
        named = [replace(one, id=one.id or known_people.derive_person_id(one)) for one in people]
        for one in named:
            known_people.check_person(one)
        with self._writing() as connection:
            known_people.save_people(connection, named)
        return named

    def get_person(self, person_id: str) -> KnownPerson | None:
        with self._asking() as connection:
            return read_known_people.get_person(connection, person_id)

    def list_people(
        self, page: PageRequest, name: str | None = None, external_id: str | None = None
    ) -> Page[KnownPerson]:
        """List known people by id, by a whole name, an external id or both.  Raises InvalidCursor."""
        with self._asking() as connection:
            return read_known_people.list_people(connection, name, external_id, page)

    def delete_person(self, person_id: str) -> bool:
        """Remove a person from the list; False if there is none with this id.  Stored quotes stay."""
        with self._writing() as connection:
            return known_people.delete_person(connection, person_id)

    def delete_people(self) -> int:
        """Remove all people from the list, and return their number.  Stored quotes stay."""
        with self._writing() as connection:
            return known_people.delete_people(connection)

    def correct_quote(self, quote_id: str, change: QuoteChange) -> CorrectionRecord | None:
        """Correct a quote; later extractions keep the correction.  Fields add to an earlier correction.

        Returns None if there is neither a quote nor a correction with this id.  Raises InvalidChange.
        """
        with self._writing() as connection:
            if not corrections.correct_quote(connection, quote_id, change):
                return None
            return read_corrections.get_correction(connection, quote_id)

    def withdraw_correction(self, quote_id: str) -> bool:
        """Restore the extractor's quote; False if it was not corrected."""
        with self._writing() as connection:
            return corrections.withdraw_correction(connection, quote_id)

    def get_correction(self, quote_id: str) -> CorrectionRecord | None:
        with self._asking() as connection:
            return read_corrections.get_correction(connection, quote_id)

    def list_corrections(
        self, page: PageRequest, article: str | None = None, unplaced: bool | None = None
    ) -> Page[CorrectionRecord]:
        """List corrections, newest first; of an article, or by whether their words are gone.

        Raises InvalidCursor.
        """
        with self._asking() as connection:
            return read_corrections.list_corrections(connection, page, article, unplaced)

    def stream_annotations(self) -> Iterator[AnnotatedArticle]:
        """Yield the articles in which people corrected quotes, for measuring extractors."""
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
        """List articles after a key, in order: all, or those that another extractor version read."""
        with self._asking() as connection:
            return reextraction.list_texts(connection, after, limit, unless_read_by)

    def compare_quotes(
        self, text: StoredText, extraction: Extraction, *, extractor_version: str
    ) -> tuple[QuoteDifference, ...]:
        """Compare the stored quotes of an article with this extraction."""
        with self._reading() as connection:
            return reextraction.compare(
                connection,
                text,
                self._fit(extraction),
                extractor_version,
                keeps_gender=self._keeps_gender,
            )

    def replace_quotes(
        self, read: Sequence[tuple[StoredText, Extraction]], *, extractor_version: str
    ) -> list[tuple[QuoteDifference, ...]]:
        """Replace the quotes of articles by new extractions, in one transaction, and return the differences.

        An article that was changed or deleted since its text was read is left alone.  Raises InvalidArticle.
        """
        fitting = [(text, self._fit(extraction)) for text, extraction in read]
        with self._writing() as connection:
            return reextraction.put_in_place(
                connection, fitting, extractor_version, keeps_gender=self._keeps_gender
            )

    def back_up(self, path: Path) -> None:
        """Copy the store into a new file while it is in use.  Raises BackupRefused."""
        with self._asking() as connection:
            backup.back_up(connection, path)

    def stats(self) -> Statistics:
        with self._reading() as connection:
            return tally.read_statistics(connection)
