"""Prints how many full names are right without each way of finding who a mention is.

    python -m bench.passes GOLD.jsonl...

GOLD is what bench.accuracy reads; articles without annotated names are passed over.  "lost" is how many units
fewer have the exact full name when a pass is switched off.  What another pass finds then counts for it, so
that the numbers do not add up.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.accuracy import score_article
from bench.gold import build_parser, divide, read_articles
from bench.machine import describe_machine
from service.extractor.names.index import NameIndex
from service.extractor.speakers.discourse import Discourse
from service.extractor.speakers.resolver import SpeakerResolver

# What is read, the method that reads it, and what it answers when it is switched off.
PASSES: tuple[tuple[str, type, str, Callable[..., Any]], ...] = (
    ("surnames, first names and titles", NameIndex, "find", lambda index, name, _at: exact(index, name)),
    (
        "who of several has a shared name",
        SpeakerResolver,
        "_holder",
        lambda _self, _name, person, _at: person,
    ),
    ("he and she", SpeakerResolver, "_resolve_pronoun", lambda _self, _at, gender: (None, gender)),
    ("focus: subjects before others", Discourse, "_as_subject", lambda *_: "other"),
    ("it", SpeakerResolver, "_body_meant", lambda *_: None),
    ("roles told elsewhere", SpeakerResolver, "_described", lambda *_: None),
    ("descriptions of who is in focus", SpeakerResolver, "_epithet", lambda *_: None),
    ("who made a document, whose a campaign is", SpeakerResolver, "_author", lambda *_: None),
    ("people who speak together", SpeakerResolver, "_joint", lambda *_: None),
    ("people introduced in the next paragraph", SpeakerResolver, "_introduced_later", lambda *_: None),
    ("abbreviations and parts of names of bodies", NameIndex, "_join_bodies", lambda *_: None),
    ("two spellings of one name", NameIndex, "_join_variants", lambda *_: None),
)


def main() -> None:
    gold = build_parser(__doc__).parse_args().gold
    articles = [each for each in read_articles(gold) if any(q.get("speaker") for q in each["quotations"])]
    exact_names, named = count(articles)
    print(f"{describe_machine()}; passes\n")
    print(f"{exact_names} of {named} units with a full name in {len(articles)} articles\n")
    print(f"{'without':<44} {'lost':>6} {'full name':>10}")
    for what, owner, method, answer in PASSES:
        with switched_off(owner, method, answer):
            left, _ = count(articles)
        print(f"{what:<44} {exact_names - left:6} {divide(left, named):10.3f}")


def count(articles: list[dict[str, Any]]) -> tuple[int, int]:
    """Count the units with the exact full name, and those that have one."""
    scores = [score_article(article) for article in articles]
    return sum(score.exact for score in scores), sum(score.named for score in scores)


@contextmanager
def switched_off(owner: type, method: str, answer: Callable[..., Any]) -> Iterator[None]:
    kept = getattr(owner, method)
    setattr(owner, method, answer)
    try:
        yield
    finally:
        setattr(owner, method, kept)


def exact(index: NameIndex, name: Any) -> Any:
    return index.by_name.get(name.full.casefold())


if __name__ == "__main__":
    main()
