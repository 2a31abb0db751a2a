"""Extracted articles for tests of loading: rows as extraction writes them, and files of them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from service.extractor import EVERY_KIND, extract
from service.files.extracted_columns import SCHEMA, describe_extracted, name_reading
from service.schemas.article import read_article

Given = dict[str, Any]
Row = dict[str, Any]
SEEDS = Path(__file__).parents[2] / "seeds" / "articles.ndjson"
SURNAMES = ("Abbot", "Byrne", "Castle", "Dunmore", "Ellery")


def read_seeds() -> list[Given]:
    return [json.loads(line) for line in SEEDS.read_text("utf8").splitlines()]


def make_articles(number: int) -> list[Given]:
    """Short articles, with quotes of each kind, words that several share, and names in several spellings."""
    return [make_article(place) for place in range(number)]


def make_article(place: int) -> Given:
    surname = SURNAMES[place % len(SURNAMES)]
    name = surname.upper() if place % 3 == 0 else surname
    text = (
        f"“We shall not move from here in {place % 7} years,” said Ann {name}. “Nobody will.”\n\n"
        f"Ann {name} said the bridge was shut. According to Ann {name}, “article {place} stands”."
    )
    return {
        "id": f"a{place}",
        "text": text,
        "source": "Wire",
        "published_at": f"2020-01-01T00:{place % 60:02}",
    }


def extract_rows(articles: Iterable[Given], version: str = name_reading(EVERY_KIND)) -> list[Row]:
    read = [read_article(given) for given in articles]
    return [describe_extracted(one, extract(one.text, kinds=EVERY_KIND), version) for one in read]


def write_shard(path: Path, rows: Sequence[Row], group: int = 2_000) -> Path:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, SCHEMA), path, row_group_size=group)
    return path


def write_lines(path: Path, articles: Iterable[Given]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in articles))
    return path
