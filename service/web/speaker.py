"""One speaker: names, quotes over time and by source, the latest quotes, and frequent words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from flask import redirect, url_for
from werkzeug import Response

from service.api.problems import not_found
from service.api.stores import current_store
from service.extractor.language import load_language
from service.store import FacetValue, PageRequest, QuoteFilter, Timeline
from service.store.words import find_words
from service.web.blueprint import answer_page, blueprint
from service.web.chart import draw_timeline
from service.web.conditions import build_facet_address, build_search_address

LATEST_QUOTES = 10
# Words are counted in so many of the latest quotes, and so many of them shown.
READ_QUOTES = 200
SHOWN_WORDS = 24
LISTED_SOURCES = 10
LEAST_QUOTES_OF_A_WORD = 2
SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A word or a source, the number of quotes with it, and the address of the search for them."""

    name: str
    quotes: int
    address: str | None


@blueprint.get("/speakers/<id:speaker_id>")
def show_speaker(speaker_id: str) -> Response:
    """Show a speaker; of one who was merged, the speaker who has the quotes."""
    store = current_store()
    speaker, timeline = store.get_speaker(speaker_id), store.read_timeline(speaker_id)
    if speaker is None or timeline is None:
        raise not_found("speaker_id", speaker_id)
    if timeline.speaker.id != speaker_id:
        return redirect(url_for("pages.show_speaker", speaker_id=timeline.speaker.id))
    quotes = store.list_quotes(QuoteFilter(speaker_id=speaker_id), PageRequest(READ_QUOTES)).items
    return answer_page(
        "speaker.html",
        speaker=speaker,
        timeline=timeline,
        chart=draw_timeline(timeline.months),
        sources=list_sources(timeline),
        quotes=quotes[:LATEST_QUOTES],
        words=list_words(speaker_id, [quote.text for quote in quotes]),
        all_quotes=build_search_address({"speaker_id": speaker_id}),
    )


@blueprint.get("/speakers/<id:speaker_id>/candidates")
def show_candidates(speaker_id: str) -> Response:
    """Give those who may be the same alone, to be put into the page: finding them takes long."""
    candidates = current_store().list_candidates(speaker_id)
    if candidates is None:
        raise not_found("speaker_id", speaker_id)
    return answer_page("candidates.html", candidates=candidates)


def list_sources(timeline: Timeline) -> list[Link]:
    """List the sources that quote a speaker most."""
    asked = {"speaker_id": timeline.speaker.id}
    return [
        Link(source.name or "unknown", source.quotes, build_facet_address(asked, "source", source))
        for source in timeline.sources[:LISTED_SOURCES]
    ]


def list_words(speaker_id: str, texts: list[str]) -> list[Link]:
    """List what comes up again and again in a speaker's quotes."""
    return [
        Link(word.name or "", word.quotes, build_search_address({"speaker_id": speaker_id}, q=word.name))
        for word in count_words(texts)
    ]


def count_words(texts: Iterable[str]) -> list[FacetValue]:
    """Count in how many texts each word stands, the most frequent first, those that join others left out."""
    counts: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    for text in texts:
        words = {word.folded: text[word.start : word.end].lower() for word in find_words(text)}
        counts.update(words.keys())
        spellings = words | spellings
    common = list_joining_words()
    frequent = (
        FacetValue(word, spellings[word], number)
        for word, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if number >= LEAST_QUOTES_OF_A_WORD and len(word) >= SHORTEST_WORD and word not in common
    )
    return [value for value, _ in zip(frequent, range(SHOWN_WORDS), strict=False)]


@cache
def list_joining_words() -> frozenset[str]:
    """List the words that hold sentences together, as a search cuts them: "don't" is two."""
    language = load_language("en")
    return frozenset(part.folded for word in language.function_words for part in find_words(word))
