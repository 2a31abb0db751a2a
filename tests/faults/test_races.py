"""Writers of every kind at once on one store: afterwards all counts, groups and indexes are right."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random

from service.ingest.articles import ingest
from service.ingest.reextract import reextract
from service.store import Article, InvalidChange, PageRequest, QuoteChange, QuoteFilter, SpeakerChoice, Store
from tests.faults.loading import build_article
from tests.faults.store_invariants import check_store, count_rows

# More of both are worth a run after work on the store: RACE_STEPS=2000 RACE_SEED=5.
STEPS = int(os.environ.get("RACE_STEPS", "40"))
SEED = int(os.environ.get("RACE_SEED", "1"))
WRITERS = 4
ARTICLES = 12
ALL = PageRequest(200)
ACTIONS = ("put", "put", "delete", "correct", "withdraw", "merge", "part", "reextract")


def act(store: Store, chance: Random) -> None:
    """Do one thing to the store; one that somebody else made impossible meanwhile is refused."""
    action = chance.choice(ACTIONS)
    number = chance.randrange(ARTICLES)
    found = store.list_quotes(QuoteFilter(kind="any"), ALL).items
    people = store.list_speakers(None, ALL).items
    if action == "put":
        article = build_article(f"race-{number}", chance.randrange(30))
        ingest(store, Article(**article, published_at=None, title=str(chance.random())))
    elif action == "delete":
        store.delete_article(f"race-{number}")
    elif action == "correct" and found:
        choice = chance.choice([None, SpeakerChoice(name="Zoe Roe"), SpeakerChoice()])
        change = QuoteChange("Why.", choice, rejected=chance.random() < 0.5)
        store.correct_quote(chance.choice(found).id, change)
    elif action == "withdraw" and (corrected := store.list_corrections(ALL).items):
        store.withdraw_correction(chance.choice(corrected).quote_id)
    elif action == "merge" and people:
        store.merge_speakers(chance.choice(people).id, chance.choice(people).id)
    elif action == "part" and people:
        known = map(store.get_speaker, sorted(MERGED))
        merged = [one for one in known if one is not None and one.merged_into]
        if merged:
            store.undo_merge(chance.choice(merged).id)
    elif action == "reextract":
        list(reextract(store, every=True))
    MERGED.update(one.id for one in people)


MERGED: set[str] = set()


def test_racing_writers_leave_all_as_it_must_be(store_url: str) -> None:
    print(f"RACE_SEED={SEED} RACE_STEPS={STEPS}")
    store = Store(store_url)
    store.upgrade()

    def write(writer: int) -> None:
        chance = Random(f"{SEED}-{writer}")
        for _ in range(STEPS):
            with suppress(InvalidChange):
                act(store, chance)

    MERGED.clear()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert count_rows(store)
    check_store(store)
    store.close()
