"""Quotes that people speak together, as other programs read them."""

import json
from datetime import UTC, datetime

from service.extractor import Span
from service.formats.atom import FeedAddresses, write_feed
from service.formats.citron import write_citron
from service.formats.columns import COLUMN_NAMES, lay_out, lay_out_plain
from service.formats.plain import to_plain
from service.store import ArticleReference, PortrayedSpeaker, QuoteRecord, SpeakerReference

NOW = datetime.now(UTC)
TEXT = "“We go,” said Ana Ruiz and Sam Roe."
ANA, SAM = PortrayedSpeaker("s1", "Ana Ruiz", "person"), SpeakerReference("s2", "Sam Roe", "person")
QUOTE = QuoteRecord(
    id="q1",
    text="We go",
    kind="direct",
    segments=(Span(1, 6, "We go"),),
    speaker=ANA,
    mention=Span(14, 34, "Ana Ruiz and Sam Roe"),
    cue=Span(9, 13, "said"),
    rule="quote_cue_name",
    confidence=0.9,
    clause=None,
    co_speakers=(SAM,),
    extractor_version="1",
    corrected=False,
    quotation="w1",
    occurrences=1,
    article=ArticleReference("a", None, None, None, None),
    added_at=NOW,
    changed_at=NOW,
    snippet=None,
)


def test_a_row_has_the_names_of_the_others() -> None:
    place = COLUMN_NAMES.index("co_speakers")

    assert lay_out(QUOTE)[place] == lay_out_plain(to_plain(QUOTE))[place] == "Sam Roe"


def test_an_entry_of_a_feed_has_each_as_author() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    addresses = FeedAddresses("http://x/", "http://x/f", "http://x/l", None)
    feed = write_feed("T", "all", [QUOTE], {"q1": moment}, addresses)

    assert b"<author><name>Ana Ruiz</name></author><author><name>Sam Roe</name></author>" in feed
    assert "Ana Ruiz, Sam Roe: “We go”".encode() in feed


def test_each_is_a_source_to_citron() -> None:
    [document] = map(json.loads, write_citron([QUOTE], lambda _: TEXT))

    assert [source["text"] for source in document["quotes"][0]["sources"]] == ["Ana Ruiz", "Sam Roe"]
