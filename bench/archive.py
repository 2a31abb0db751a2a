"""A made-up archive of any size, the same every time: words and speakers by Zipf, dates over ten years."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, islice, product
from random import Random

from service.extractor import Extraction, Quote, Span, Speaker
from service.extractor.model import QuoteKind
from service.store import Article, Store

SEED = 20150101
WORDS = 50_000
GIVEN_NAMES, SURNAMES = 317, 4_999
QUOTES_OF_AN_ARTICLE = 10
QUOTES_OF_A_SPEAKER = 10
SOURCES = 40
FIRST_DAY = datetime(2015, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=3652)
RULES = (("quote_cue_name", 0.97), ("name_cue_quote", 0.95), ("same_sentence", 0.9), ("carried_on", 0.83))
ARTICLES_AT_ONCE = 500
SYLLABLES = tuple("".join(letters) for letters in product("bdfghklmnprstvz", "aeiou"))


@cache
def name_word(number: int) -> str:
    """The word of this rank, of two syllables or more, each rank another."""
    parts = []
    number += len(SYLLABLES)
    while number:
        number, place = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[place])
    return "".join(parts)


@cache
def rank_words() -> dict[str, int]:
    return {name_word(rank): rank for rank in range(WORDS)}


def rank_word(word: str) -> int:
    """The rank of a word among the commonest, from 0."""
    return rank_words()[word]


def weigh(number: int) -> list[float]:
    """Return Zipf's weights of a number of ranks, as running sums."""
    return list(accumulate(1 / rank for rank in range(1, number + 1)))


def name_speaker(rank: int) -> str:
    """A given name and a surname, each shared by many, and no two ranks with the same pair."""
    given = name_word(rank % GIVEN_NAMES).capitalize()
    return f"{given} Mc{name_word(rank * 31 % SURNAMES)}"


@dataclass(slots=True)
class Corpus:
    """Articles with a given number of quotes in all, oldest first."""

    quotes: int
    chance: Random = field(default_factory=lambda: Random(SEED))
    words: list[str] = field(default_factory=lambda: [name_word(number) for number in range(WORDS)])

    def __iter__(self) -> Iterator[tuple[Article, Extraction]]:
        word_weights = weigh(WORDS)
        speaker_weights = weigh(self.quotes // QUOTES_OF_A_SPEAKER)
        speakers = range(len(speaker_weights))
        articles = self.quotes // QUOTES_OF_AN_ARTICLE
        choices = self.chance.choices
        for number in range(articles):
            lengths = choices(range(5, 36), k=QUOTES_OF_AN_ARTICLE)
            texts = [" ".join(choices(self.words, cum_weights=word_weights, k=length)) for length in lengths]
            ranks = choices(speakers, cum_weights=speaker_weights, k=QUOTES_OF_AN_ARTICLE)
            yield self.write_article(number, FIRST_DAY + YEARS * number / articles, texts, ranks)

    def write_article(
        self, number: int, moment: datetime, texts: list[str], ranks: list[int]
    ) -> tuple[Article, Extraction]:
        quotes = []
        start = 1
        for text, rank in zip(texts, ranks, strict=True):
            quotes.append(self.write_quote(text, start, rank))
            start += len(text) + 30
        said = zip(texts, ranks, strict=True)
        article = Article(
            id=f"a{number}",
            text="\n\n".join(f"“{text},” said {name_speaker(rank)}." for text, rank in said),
            title=f"Article {number}",
            url=f"https://news.example/{number}",
            source=f"Source {number % SOURCES}",
            published_at=moment,
        )
        return article, Extraction(tuple(quotes), ())

    def write_quote(self, text: str, start: int, rank: int) -> Quote:
        chance = self.chance.random()
        rule, confidence = RULES[int(chance * 100) % len(RULES)]
        kind: QuoteKind = "mixed" if chance < 0.3 else "direct"
        name = name_speaker(rank)
        speaker = Speaker(name, "person")
        if chance > 0.95:
            speaker = Speaker("a spokesman", "unnamed")
        end = start + len(text)
        return Quote(
            text=text,
            kind=kind,
            segments=(Span(start, end, text),),
            speaker=None if 0.85 < chance < 0.95 else speaker,
            mention=Span(end + 8, end + 8 + len(name), name),
            cue=Span(end + 3, end + 7, "said"),
            rule=rule,
            confidence=confidence,
        )


def fill(store: Store, quotes: int) -> None:
    """Fill an empty store with a number of quotes, saved like any article."""
    articles = iter(Corpus(quotes))
    while batch := list(islice(articles, ARTICLES_AT_ONCE)):
        store.save_articles(batch, extractor_version="bench")
