"""Prints how long others wait to write while a large change is made to a store, and how large its log grows.

A second process stores one small article after another meanwhile.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from bench.machine import describe_machine
from service.extractor import Extraction, Quote, Span, Speaker
from service.store import (
    Article,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    SpeakerChange,
    SpeakerChoice,
    Store,
)

QUOTES_OF_AN_ARTICLE = 500
ALONE_SECONDS = 2.0
WORDS = 20_000
MEGABYTE = 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=100_000, help="of the merged speaker (default 100,000)")
    parser.add_argument("--long", type=int, default=60_000, help="quotes of a long article (default 60,000)")
    parser.add_argument("--database", help="address of an empty store (default: SQLite in a new folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = options.database or f"sqlite:///{folder}/quotes.db"
        store = Store(address, busy_seconds=60)
        store.upgrade()
        print(f"{describe_machine()}; seconds, and the log of SQLite in megabytes", flush=True)
        ids = {name: say(store, name, options.quotes) for name in ("Jane Prentiss", "Prentiss")}
        save(store, "long", "Ana Ruiz", options.long, "long")
        parent, child = multiprocessing.Pipe()
        others = multiprocessing.get_context("spawn").Process(target=write_always, args=(address, child))
        others.start()
        parent.recv()
        measure(parent, folder, "nothing else", lambda: time.sleep(ALONE_SECONDS))
        for name, change in list_changes(store, ids, options.long).items():
            measure(parent, folder, name, change)
        parent.send(None)
        others.join()
        store.close()


def list_changes(store: Store, ids: dict[str, str], long: int) -> dict[str, Callable[[], object]]:
    [one] = store.list_quotes(QuoteFilter(article="long"), PageRequest(1)).items
    jane, prentiss = ids.values()
    correction = QuoteChange("heard on tape", speaker=SpeakerChoice(name="John Roe"))
    return {
        "merge": lambda: store.merge_speakers(prentiss, jane),
        "undo of the merge": lambda: store.undo_merge(prentiss),
        "another name": lambda: store.change_speaker(jane, SpeakerChange(name="Jane Doe")),
        "correction in a long article": lambda: store.correct_quote(one.id, correction),
        "its undo": lambda: store.withdraw_correction(one.id),
        "PUT of the long article": lambda: save(store, "long", "Ana Ruiz", long, "longer"),
        "DELETE of the long article": lambda: store.delete_article("long"),
    }


def measure(others: Connection, folder: str, name: str, change: Callable[[], object]) -> None:
    others.send("start")
    started = time.monotonic()
    change()
    took = time.monotonic() - started
    others.send("stop")
    longest, number = others.recv()
    log = Path(folder, "quotes.db-wal")
    size = f", log {log.stat().st_size / MEGABYTE:.0f}" if log.exists() else ""
    print(f"{name}: {took:.2f}; longest of {number} other writes {longest:.2f}{size}", flush=True)


def write_always(address: str, parent: Connection) -> None:
    """Store articles until told to stop, and send how long the longest took, and how many there were."""
    store = Store(address, busy_seconds=60)
    save(store, "other", "Sam Roe", 1, "first")
    parent.send("ready")
    number = 0
    while parent.recv() is not None:
        times: list[float] = []
        while not (parent.poll() and times):
            number += 1
            started = time.monotonic()
            save(store, "other", "Sam Roe", 1, f"write {number}")
            times.append(time.monotonic() - started)
            time.sleep(0.005)
        parent.recv()
        parent.send((max(times), len(times)))
    store.close()


def say(store: Store, name: str, number: int) -> str:
    """Store quotes of a speaker, in articles of QUOTES_OF_AN_ARTICLE; return the speaker's id."""
    for place in range(0, number, QUOTES_OF_AN_ARTICLE):
        save(store, f"{name} {place}", name, min(QUOTES_OF_AN_ARTICLE, number - place), str(place))
    [found] = [one for one in store.list_speakers(name, PageRequest(10)).items if one.name == name]
    return found.id


def save(store: Store, article_id: str, name: str, number: int, words: str) -> None:
    """Store an article in which a speaker says short things, one of three, and longer ones."""
    chance = Random(f"{article_id} {words}")
    lengths = (5 if place % 3 == 0 else 15 for place in range(number))
    sentences = [" ".join(f"word{chance.randrange(WORDS)}" for _ in range(length)) for length in lengths]
    quotes, start = [], 0
    for sentence in sentences:
        span = Span(start, start + len(sentence), sentence)
        quotes.append(
            Quote(
                text=sentence,
                kind="direct",
                segments=(span,),
                speaker=Speaker(name, "person"),
                mention=None,
                cue=None,
                rule="quote_cue_name",
                confidence=0.9,
            )
        )
        start = span.end + 1
    article = Article(" ".join(sentences), id=article_id)
    store.save_article(article, Extraction(tuple(quotes), ()), extractor_version="bench")


if __name__ == "__main__":
    main()
