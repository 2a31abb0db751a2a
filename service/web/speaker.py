"""One speaker: names, quotes over time and by source, the latest quotes, and frequent words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from flask import redirect, request, url_for
from werkzeug import Response

from service.extractor import load_language
from service.http.current import current_store
from service.http.parameters import check_query, read_parameters
from service.http.problems import not_found
from service.schemas.fields import RequestSchema, Text
from service.store import FacetValue, PageRequest, QuoteFilter, QuoteRecord, SpeakerRecord, Store, Timeline
from service.store.text.folding import find_words
from service.web.blueprint import answer_page, blueprint
from service.web.chart import draw_timeline
from service.web.citations import shorten
from service.web.conditions import build_facet_address, build_search_address, find_month_bounds
from service.web.quote_list import group_quotes
from service.web.search import list_formats

LATEST_QUOTES = 10
# Words are counted in so many of the latest quotes, and so many of them shown.
READ_QUOTES = 200
SHOWN_WORDS = 24
LISTED_SOURCES = 10
LISTED_ROLES = 5
LEAST_QUOTES_OF_A_WORD = 2
SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A word or a source, the number of quotes with it, and the address of the search for them."""

    name: str
    quotes: int
    address: str | None


@dataclass(frozen=True, slots=True)
class Role:
    """What an article says of a speaker, and a quote in it."""

    text: str
    quote: QuoteRecord


class SpeakerPageOptions(RequestSchema):
    """Options of a speaker's page."""

    merged = Text(maximum=200)


OPTIONS = SpeakerPageOptions()


@blueprint.get("/speakers/<id:speaker_id>")
def show_speaker(speaker_id: str) -> Response:
    """Show a speaker; of one who was merged, the speaker who has the quotes."""
    options = check_query(OPTIONS, read_parameters(request))
    store = current_store()
    speaker, timeline = store.get_speaker(speaker_id), store.read_timeline(speaker_id)
    if speaker is None or timeline is None:
        raise not_found("speaker_id", speaker_id)
    if timeline.speaker.id != speaker_id:
        return redirect(url_for("pages.show_speaker", speaker_id=timeline.speaker.id))
    # Of who is only paraphrased, the paraphrases are shown.
    kind: Literal["indirect"] | None = None if speaker.quotes or not speaker.indirect else "indirect"
    wanted = QuoteFilter(speaker_id=speaker_id, kind=kind)
    quotes = store.list_quotes(wanted, PageRequest(READ_QUOTES)).items
    asked = {"speaker_id": speaker_id}
    return answer_page(
        "speaker.html",
        speaker=speaker,
        summary=summarise(speaker, quotes),
        timeline=timeline,
        chart=draw_timeline(timeline.months),
        sources=list_sources(timeline),
        groups=group_quotes(store, quotes[:LATEST_QUOTES]),
        words=list_words(speaker_id, [quote.text for quote in quotes]),
        merged=find_merged(store, options.get("merged"), speaker_id),
        roles=list_roles(quotes),
        formats=list_formats(asked if kind is None else {**asked, "kind": kind}),
        all_quotes=build_search_address(asked),
        all_indirect=build_search_address({**asked, "kind": "indirect"}),
    )


def find_merged(store: Store, merged_id: str | None, speaker_id: str) -> SpeakerRecord | None:
    """Find the speaker who was just merged into this one, to offer the way back."""
    merged = store.get_speaker(merged_id) if merged_id else None
    return merged if merged and merged.merged_into == speaker_id else None


def list_roles(quotes: Iterable[QuoteRecord]) -> list[Role]:
    """List what articles say of a speaker, each once, with the newest quote beside which it stands."""
    roles: dict[str, Role] = {}
    for quote in quotes:
        if quote.speaker and quote.speaker.role:
            text = quote.speaker.role.text
            roles.setdefault(text.lower(), Role(text, quote))
    return list(roles.values())[:LISTED_ROLES]


@blueprint.app_template_filter("period_of")
def build_period_address(period: str, speaker_id: str) -> str:
    """Build the address of a speaker's quotes of a month, such as 2026-03, or a year."""
    first, last = find_month_bounds(period) if "-" in period else (f"{period}-01-01", f"{period}-12-31")
    return build_search_address({"speaker_id": speaker_id}, **{"from": first, "to": last})


def summarise(speaker: SpeakerRecord, quotes: Sequence[QuoteRecord]) -> str:
    """Say for previews how often a speaker is quoted, and what they said last."""
    counted = count_quotes(speaker)
    return shorten(f"{counted}. Latest: “{quotes[0].text}”") if quotes else counted


@blueprint.app_template_filter("count_quotes")
def count_quotes(speaker: SpeakerRecord) -> str:
    """Count a speaker's quotes in words; some have indirect ones alone."""
    direct = f"{speaker.quotes:,} {'quote' if speaker.quotes == 1 else 'quotes'}"
    indirect = f"{speaker.indirect:,} indirect"
    if not speaker.indirect:
        return direct
    return f"{direct}, {indirect}" if speaker.quotes else indirect


@blueprint.get("/speakers/<id:speaker_id>/candidates")
def show_candidates(speaker_id: str) -> Response:
    """Return only the candidates for a merge, for a script to insert: finding them takes long."""
    candidates = current_store().list_candidates(speaker_id)
    if candidates is None:
        raise not_found("speaker_id", speaker_id)
    return answer_page("candidates.html", candidates=candidates, speaker_id=speaker_id)


@blueprint.post("/speakers/<id:speaker_id>/merge")
def merge_speaker(speaker_id: str) -> Response:
    """Give all quotes of a speaker to another, and show that one.  Raises InvalidChange."""
    into = current_store().merge_speakers(speaker_id, request.form.get("into", ""))
    if into is None:
        raise not_found("speaker_id", speaker_id)
    return redirect(url_for("pages.show_speaker", speaker_id=into.id, merged=speaker_id), 303)


@blueprint.post("/speakers/<id:speaker_id>/separate")
def undo_merge(speaker_id: str) -> Response:
    """Give a merged speaker the quotes back, and show them.  Raises InvalidChange."""
    speaker = current_store().undo_merge(speaker_id)
    if speaker is None:
        raise not_found("speaker_id", speaker_id)
    return redirect(url_for("pages.show_speaker", speaker_id=speaker_id), 303)


def list_sources(timeline: Timeline) -> list[Link]:
    """List the sources that quote a speaker most."""
    asked = {"speaker_id": timeline.speaker.id}
    return [
        Link(source.name or "unknown", source.quotes, build_facet_address(asked, "source", source))
        for source in timeline.sources[:LISTED_SOURCES]
    ]


def list_words(speaker_id: str, texts: list[str]) -> list[Link]:
    """List the words that are frequent in a speaker's quotes."""
    return [
        Link(word.name or "", word.quotes, build_search_address({"speaker_id": speaker_id}, q=word.name))
        for word in count_words(texts)
    ]


def count_words(texts: Iterable[str]) -> list[FacetValue]:
    """Count the texts that contain each word, the most frequent first, without function words."""
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
    """List function words, cut as a search cuts them: "don't" is two."""
    language = load_language("en")
    return frozenset(part.folded for word in language.function_words for part in find_words(word))
