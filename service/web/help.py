"""Help for a search that finds nothing: which condition leaves nothing, and what is found without it."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from service.http.problems import Problem
from service.store import InvalidQuery, Store
from service.web.conditions import Asked, build_search_address, read_conditions

PLAIN_WORDS = regex.compile(r"[\p{L}\p{N}'’]+(?:\s+[\p{L}\p{N}'’]+)+")
# A search for each condition takes time.
TRIED_CONDITIONS = 6


@dataclass(frozen=True, slots=True)
class Offer:
    """Another search, and the number of quotes that it finds: if not `complete`, or more."""

    label: str
    value: str
    address: str
    quotes: int
    complete: bool


@dataclass(frozen=True, slots=True)
class SearchHelp:
    """Searches that find something, and the names of conditions that no quote meets at all."""

    without: list[Offer]
    instead: list[Offer]
    unmet: list[tuple[str, str]]


def find_help(store: Store, asked: Asked, named: Iterable[tuple[str, str, str]]) -> SearchHelp:
    """Find what helps: each condition is named by its place in the address, its label and its value."""
    conditions = list(named)[:TRIED_CONDITIONS]
    without, unmet = [], []
    for name, label, value in conditions:
        others = {key: given for key, given in asked.items() if key != name}
        if others and (offer := try_search(store, label, value, others)):
            without.append(offer)
        if not try_search(store, label, value, {name: asked[name]}):
            unmet.append((label, value))
    return SearchHelp(
        sorted(without, key=lambda offer: -offer.quotes), list_alternatives(store, asked), unmet
    )


def list_alternatives(store: Store, asked: Asked) -> list[Offer]:
    """List wider searches of the same conditions: any of the words, and indirect quotes too."""
    tried = []
    if PLAIN_WORDS.fullmatch(asked.get("q", "")):
        words = " OR ".join(asked["q"].split())
        tried.append(try_search(store, "Any of the words", words, {**asked, "q": words}))
    if "kind" not in asked:
        tried.append(try_search(store, "Indirect quotes too", "", {**asked, "kind": "any"}))
    return [offer for offer in tried if offer is not None]


def try_search(store: Store, label: str, value: str, asked: Asked) -> Offer | None:
    """Search; None if nothing is found."""
    try:
        wanted, _ = read_conditions(asked)
        counted = store.count_facets(wanted, ())
    except (InvalidQuery, Problem):
        # Only words to leave out, or an order of words: no search without the others.
        return None
    if not counted.quotes:
        return None
    return Offer(label, value, build_search_address(asked), counted.quotes, counted.complete)
