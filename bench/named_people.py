"""Counts the people of annotated articles who come out under two names, and the names of two people.

    python -m bench.named_people GOLD.jsonl [--show]

GOLD holds an article a line, as `bench.calibrate` reads them; a quotation whose source was resolved has
"speaker", the full name, or "A; B" of people who speak together, of whom the first counts.  A quote counts
if it is given to a person by a mention that has a word of that name: pronouns and descriptions are left out,
so that the reading of names is what is counted.  --show prints each of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bench.calibrate import AnnotatedQuote, cut_content, find_annotation
from bench.gold import WORD, bare, build_parser, read_articles
from service.extractor import extract

Answers = dict[str, set[str]]


def main() -> None:
    parser = build_parser(__doc__)
    parser.add_argument("--show", action="store_true", help="print each of them")
    options = parser.parse_args()
    people = divided = shared = 0
    for article in read_articles(options.gold):
        names_of = read_answers(article)
        people_of = invert(names_of)
        people += len(names_of)
        divided += count_several(article["id"], names_of, show=options.show)
        shared += count_several(article["id"], people_of, show=options.show)
    print(f"{people} people quoted by name in their articles")
    print(f"{divided} came out under two names or more")
    print(f"{shared} names stood for two people or more")


def read_answers(article: dict[str, Any]) -> Answers:
    """The names that each annotated person comes out under in an article."""
    text = article["text"]
    resolved = [each for each in article["quotations"] if each.get("speaker") and each["kind"] != "indirect"]
    annotations = [
        AnnotatedQuote(each["content"], list(cut_content(text, each["content"])), [], None)
        for each in resolved
    ]
    speakers = dict(
        zip(map(id, annotations), (each["speaker"].split("; ")[0] for each in resolved), strict=True)
    )
    names_of: Answers = defaultdict(set)
    for quote in extract(text).quotes:
        if quote.speaker is None or quote.speaker.kind != "person" or quote.mention is None:
            continue
        mention = set(words_of(quote.mention.text))
        for segment in quote.segments:
            annotation = find_annotation(segment, annotations)
            if annotation and mention.intersection(words_of(speakers[id(annotation)])):
                names_of[speakers[id(annotation)]].add(quote.speaker.name)
    return names_of


def words_of(name: str) -> Iterator[str]:
    """The words of a name without regard to case, possessives and marks."""
    return (bare(word.group()) for word in WORD.finditer(name))


def invert(names_of: Answers) -> Answers:
    """The people who come out under each name."""
    people_of: Answers = defaultdict(set)
    for person, name in ((person, name) for person, names in names_of.items() for name in names):
        people_of[name].add(person)
    return people_of


def count_several(article: str, answers: Answers, *, show: bool) -> int:
    several = dict(find_several(answers))
    for one, others in several.items() if show else ():
        print(f"{article}: {one}: {', '.join(sorted(others))}")
    return len(several)


def find_several(answers: Answers) -> Iterator[tuple[str, set[str]]]:
    return ((one, others) for one, others in answers.items() if len(others) > 1)


if __name__ == "__main__":
    main()
