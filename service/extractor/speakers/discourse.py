"""Follows whom an article speaks of, sentence by sentence, and finds whom a pronoun means.

Salience as in Lappin and Leass (1994): how lately somebody was mentioned, and as what.

Known limitation: a pronoun looks back over three paragraphs and forty mentions at most.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, repeat
from math import log
from operator import attrgetter
from weakref import WeakMethod

from service.extractor import tags as tag
from service.extractor.article import ParsedArticle
from service.extractor.clauses.subjects import Subject, main_subjects, trailing_subject
from service.extractor.model import SpeakerKind
from service.extractor.names.index import NameIndex, NameOccurrence, Person
from service.extractor.names.reader import Name
from service.extractor.record import record
from service.extractor.shapes.shape import Shape
from service.extractor.speakers.entities import Cast
from service.extractor.speakers.salience import Candidate, Features

PARAGRAPHS_BACK = 3
MENTIONS_BACK = 40
QUOTATIONS_BACK = 8
# A paragraph that is a quotation throughout may have one more mark at either end.
_MARK = 1
_GOVERNS = tag.Tags(tag.PREPOSITIONS, tag.TO, tag.AS)
_GOVERNING_VERBS = tag.Tags(
    tag.CALL, tag.SAY_BASE, tag.PARTICIPLES, tag.SAYING, tag.THINK, tag.MANNERS, tag.READ
)
_BEFORE_NAME = tag.Tags(tag.DETERMINER, tag.ROLE, tag.NOUN, tag.ADJECTIVE, tag.NAME)
_NO_VERB = tag.Tags(tag.POSSESSIVE, tag.CONJUNCTION, tag.COMMA, tag.COLON, tag.FULL_STOPS)
_NOT_OF_SUBJECT = tag.Tags(tag.BE, tag.RELATIVE, tag.IT)
# What sets off words about the name that opens a sentence: "Jane Doe, | speaking to us on the quay, ..."
_ABOUT = tag.Tags(tag.PARTICIPLES, tag.SAYING, tag.RELATIVE, tag.DETERMINER)
_SPOKEN_OF = tag.Tags(tag.PRONOUN, tag.ROLE)
_DESCRIBING = tag.Tags(tag.PERSONS, tag.NOUN, tag.NUMBER)
_START = attrgetter("start")
_SCORE = attrgetter("score")


@record
class Referent:
    """Whom a mention means: `person` if he is named, else the description that stands for him."""

    name: str
    kind: SpeakerKind
    gender: str
    person: Person | None


@dataclass(slots=True)
class Mention:
    """A place outside quotation marks where somebody is spoken of, and as what in its sentence."""

    start: int
    end: int
    paragraph: int
    sentence: int
    function: str
    form: str
    gender: str
    referent: Referent | None


Describe = Callable[[Shape, Subject], Referent | None]


_QUESTION = re.compile(r"\bask(?:s|ed)? (?:[\w.'-]+ ){0,4}?(?:if|whether|about|why|how|what|when) ")
_TOGETHER = re.compile(r" (?:and|&) (?:(?:his|her|their) [a-z]+,? )?")


def _by_first(person: Person) -> int:
    return person.first


class Discourse:
    """The mentions of an article in the order of the text, read as far as somebody has asked."""

    def __init__(
        self,
        article: ParsedArticle,
        index: NameIndex,
        cast: Cast,
        describe: Describe,
        weights: dict[str, float],
    ) -> None:
        self.article = article
        self.text = article.text
        self.language = article.language
        self.index = index
        self.cast = cast
        self.mentions: list[Mention] = []
        # Weak, as the resolver holds this: a cycle keeps each article until garbage is collected.
        self._describe = WeakMethod(describe)
        self._weights = weights
        self._read_to = -1
        self._sentences: list[int] = []
        self._starts: list[int] = []
        self._referents: dict[str, Referent] = {}
        self._bare: dict[str, str] = {}
        self._bylines: set[int] = set()
        self._spoken: list[tuple[int, int, int]] = []
        self._spoken_by: dict[int, list[tuple[int, int]]] = {}
        self._list_spoken()
        self._narrated = self._count_narrated()
        self._subjects: dict[tuple[int, int, int], list[Subject]] = {}

    def _list_spoken(self) -> None:
        """Note where each quotation begins, with its mention and its paragraph, and what a mention speaks."""
        for passage, found in zip(self.article.passages, self.article.found, strict=True):
            if found and found.mention:
                mention = found.mention[0]
                if found.rule == "byline":
                    self._bylines.add(mention)
                    continue
                self._spoken.append((passage.outer_start, mention, passage.paragraph))
                self._spoken_by.setdefault(mention, []).append((passage.start, passage.end))

    def _count_narrated(self) -> list[int]:
        """How many paragraphs up to each tell something: those that are a quotation throughout do not."""
        paragraphs = self.article.paragraphs
        quoted = {
            passage.paragraph
            for passage in self.article.passages
            if passage.outer_start - paragraphs[passage.paragraph][0] <= _MARK
            and paragraphs[passage.paragraph][1] - passage.outer_end <= _MARK
        }
        return list(accumulate(number not in quoted for number in range(len(paragraphs))))

    def distance(self, earlier: int, later: int) -> int:
        """How many paragraphs lie between two, those that are a quotation throughout left out."""
        return self._narrated[later] - self._narrated[earlier]

    # Reading

    def read_to(self, paragraph: int) -> None:
        """Read the mentions of all paragraphs up to one: what a pronoun means leans on those before it."""
        for number in range(self._read_to + 1, paragraph + 1):
            self._read_to = number
            self._read(number)

    def _read(self, paragraph: int) -> None:
        shape = self.article.shape_of(paragraph)
        tells = shape.tags.rstrip(tag.STOP + tag.POSSIBLE_STOP) != tag.PASSAGE
        end = 0
        while end < len(shape.tags):
            start, end = end, self._sentence_end(shape, end)
            if tells:
                self._sentences.append(shape.starts[start])
            self._read_sentence(shape, start, end)
            end += 1

    def _sentence_end(self, shape: Shape, start: int) -> int:
        return shape.sentence(start)[1] if shape.tags[start] not in tag.FULL_STOPS else start

    def _read_sentence(self, shape: Shape, start: int, end: int) -> None:
        if end <= start:
            return
        named = self.index.people_between(shape.starts[start], shape.ends[end - 1])
        if not named and _SPOKEN_OF.isdisjoint(shape.tags[start:end]):
            return
        subjects = {subject.head_end: subject for subject in self.subjects_of(shape, start, end)}
        found = [*self._named(shape, start, end, named, subjects), *self._pronouns(shape, start, end)]
        taken = {shape.token_at(mention.end) for mention in found}
        for head_end, subject in subjects.items():
            if shape.tags[head_end - 1] in _DESCRIBING and head_end not in taken:
                found += self._described(shape, subject, end, found)
        found.sort(key=_START)
        for mention in found:
            if mention.form == "pronoun":
                self._resolve(mention)
            elif mention.form == "name":
                self._choose(mention)
            self.mentions.append(mention)
            self._starts.append(mention.start)

    def _named(
        self, shape: Shape, start: int, end: int, named: list[NameOccurrence], subjects: dict[int, Subject]
    ) -> Iterator[Mention]:
        asked = None
        for occurrence in named:
            if occurrence.start in self._bylines:
                continue
            token = shape.token_at(occurrence.start)
            after = shape.token_at(occurrence.end)
            if after in subjects:
                function = self._as_subject(shape, subjects[after], end)
            elif (not subjects and self._opens(shape, start, token, after)) or (
                token == start
                and shape.tags[after : after + 1] == tag.COMMA
                and shape.tags[after + 1 : after + 2] in _ABOUT
            ):
                function = "subject"
            else:
                function = self._function(shape, token, after)
            if asked is None:
                asked = self._question(shape, start, end)
            if occurrence.start >= asked:
                function = "topic"
            referent = self.refer(occurrence.person)
            yield self._mention(shape, occurrence.start, occurrence.end, function, "name", "", referent)

    def _pronouns(self, shape: Shape, start: int, end: int) -> Iterator[Mention]:
        """The subjects he and she: what is theirs, or done to them, says little of who is in focus."""
        token = shape.tags.find(tag.PRONOUN, start, end)
        while token >= 0:
            begin, finish = shape.starts[token], shape.ends[token]
            gender = self.language.pronoun_gender.get(self.text[begin:finish].lower(), "")
            if gender in ("m", "f"):
                function = self._as_subject(shape, Subject(token, token + 1, token + 1), end)
                yield self._mention(shape, begin, finish, function, "pronoun", gender, None)
            token = shape.tags.find(tag.PRONOUN, token + 1, end)

    def _described(self, shape: Shape, subject: Subject, end: int, found: list[Mention]) -> Iterator[Mention]:
        """The mention that a description is, unless it stands beside the name of whom it describes."""
        start = shape.starts[subject.start]
        if shape.tags[subject.start - 1 : subject.start] == tag.COMMA and any(
            0 < start - mention.end <= 6 for mention in found
        ):
            return
        describe = self._describe()
        referent = describe(shape, subject) if describe else None
        if referent:
            function = self._as_subject(shape, subject, end)
            finish = shape.ends[subject.end - 1]
            yield self._mention(shape, start, finish, function, "description", referent.gender, referent)

    def _opens(self, shape: Shape, start: int, token: int, after: int) -> bool:
        """Whether a name opens a sentence, whose verb no list has: "His grandson Mark rolls his eyes"."""
        leads = all(each in _BEFORE_NAME for each in shape.tags[start:token])
        return leads and shape.tags[after : after + 1] not in _NO_VERB

    def _function(self, shape: Shape, start: int, end: int) -> str:
        """The function of a name in its sentence, by the words beside it."""
        tags = shape.tags
        after = tags[end : end + 1]
        if after == tag.POSSESSIVE:
            return "possessor"
        if after in tag.HEADS:
            return "modifier"
        before = tags[start - 1] if start else ""
        if before == tag.DETERMINER and tags[start - 2 : start - 1] == after == tag.COMMA:
            before = tag.COMMA  # ", the Rev. Jane Doe,"
        # The name in apposition to a subject: "The owner of the yard, Jane Doe, said".
        if before == after == tag.COMMA and tags[end + 1 : end + 2] in tag.FINITE:
            if tags[end + 1] != tag.SAY:
                return "clause"
            return "asker" if self._asks(shape, end + 1) else "reporter"
        if before == tag.COMMA and after == tag.SAY and tags[end + 1 : end + 2] == tag.COMMA:
            return "asker" if self._asks(shape, end) else "reporter"  # "Taxes, Doe said, will rise"
        while start > 1 and before in _BEFORE_NAME:
            start -= 1
            before = tags[start - 1]
        if before in _GOVERNS:
            return "oblique"
        if after in tag.FINITE:
            return "clause"
        if before == tag.SAY:
            return self._addressed(shape, start - 1)
        return "object" if before in _GOVERNING_VERBS else "other"

    def _as_subject(self, shape: Shape, subject: Subject, end: int) -> str:
        """Whether the subject of a sentence says or asks something in it."""
        verb = self._verb_of(shape, subject, end)
        inverted = subject.start > 0 and shape.tags[subject.start - 1] == tag.SAY
        if verb < 0 and not inverted:
            return "subject"
        verb = subject.start - 1 if inverted else verb
        between_commas = shape.tags[verb - 2] == shape.tags[verb + 1 : verb + 2] == tag.COMMA
        if between_commas and not inverted:
            return "subject"  # "Doe, Roe said, will resign"
        if not self._asks(shape, verb):
            return "reporter"
        if shape.tags[verb - 1] == tag.BE:
            return "asked"
        # ", asked Doe" at the end is Doe's question; ", asked Doe why" is somebody else's.
        return "asked" if inverted and subject.end < end else "asker"

    def _verb_of(self, shape: Shape, subject: Subject, end: int) -> int:
        """The verb of saying of a subject, not of another's in its sentence; -1 if there is none."""
        tags = shape.tags
        verb = tags.find(tag.SAY, subject.end, end)
        while verb > subject.end and tags[verb - 1] in _NOT_OF_SUBJECT:
            verb = tags.find(tag.SAY, verb + 1, end)  # "Doe sold it to the firm, which was told"
        if verb > subject.end and tags[verb - 1] in tag.NAMED:
            others = not tag.FRONTING.isdisjoint(tags[subject.end : verb])
            return -1 if others else verb  # "Doe hesitated when Roe asked"
        return verb

    def _asks(self, shape: Shape, verb: int) -> bool:
        return self.text.startswith(("ask", "Ask"), shape.starts[verb])

    def _question(self, shape: Shape, start: int, end: int) -> int:
        """Where a reported question begins in a sentence: "I asked Doe whether | Roe would resign"."""
        first, last = shape.span(start, end)
        match = _QUESTION.search(self.text, first, last)
        return match.end() if match else last

    def _addressed(self, shape: Shape, verb: int) -> str:
        word = self.text[shape.starts[verb] : shape.ends[verb]].lower()
        if word not in self.language.settings["addressing"]:
            return "clause"
        return "asked" if word.startswith("ask") else "told"

    def _mention(
        self,
        shape: Shape,
        start: int,
        end: int,
        function: str,
        form: str,
        gender: str,
        referent: Referent | None,
    ) -> Mention:
        return Mention(start, end, shape.paragraph, len(self._sentences), function, form, gender, referent)

    def refer(self, person: Person) -> Referent:
        """The one referent of a person or body."""
        kind: SpeakerKind = "organisation" if person.kind == "organisation" else "person"
        if person.key not in self._referents:
            unsure = person.gender == "-" and person.kind != "organisation"
            gender = self.cast.gender(person) if unsure else person.gender
            self._referents[person.key] = Referent(person.name, kind, gender, person)
        return self._referents[person.key]

    def subjects_of(self, shape: Shape, start: int, end: int) -> list[Subject]:
        """Who reports a sentence from its end, else its main subjects: found once, as many look back."""
        key = (shape.paragraph, start, end)
        if key not in self._subjects:
            trailing = trailing_subject(shape, start, end)
            pronoun = trailing is not None and shape.tags[trailing.start] == tag.PRONOUN
            main = [] if trailing and not pronoun else main_subjects(shape, start, end)
            self._subjects[key] = [*([trailing] if trailing else []), *main]
        return self._subjects[key]

    # Pronouns

    def resolve(self, start: int, paragraph: int, gender: str) -> Referent | None:
        """The person that a pronoun anywhere in the article means."""
        self.read_to(paragraph)
        if (known := self.at(start)) and known.form == "pronoun":
            return known.referent
        ranked = self.rank(self.place(start, paragraph, gender))
        return ranked[0].referent if ranked else None

    def place(self, start: int, paragraph: int, gender: str = "") -> Mention:
        """A mention of nobody yet, at an offset."""
        sentence = bisect_right(self._sentences, start)
        return Mention(start, start + 1, paragraph, sentence, "other", "pronoun", gender, None)

    def _resolve(self, pronoun: Mention) -> None:
        ranked = self.rank(pronoun)
        if ranked:
            pronoun.referent = ranked[0].referent

    # Names that several people have

    def _choose(self, mention: Mention) -> None:
        """Let a mention by a name that several people have mean the one of them who is in focus."""
        person = mention.referent.person if mention.referent else None
        if person is None or not self.index.is_shared(person):
            return
        run = self.text[mention.start : mention.end]
        if person.given and run == person.name:
            return
        name = self.index.read(run, mention.start)
        if name is None or name.given or name.kind == "organisation":
            return
        if holders := self._holders(name):
            holder = holders[0] if len(holders) < 2 else self._choose_holder(name, holders, mention)
            mention.referent = self.refer(holder) if holder else None

    def _holders(self, name: Name) -> list[Person]:
        """Those who have a name; of the gender that a title tells, if it does."""
        holders = [holder for holder in self.index.holders(name) if holder.kind != "organisation"]
        if name.titles and name.gender in ("m", "f"):
            fitting = [h for h in holders if self.refer(h).gender in ("-", name.gender)]
            return [h for h in fitting if self.refer(h).gender == name.gender] or fitting
        return holders

    def _choose_holder(self, name: Name, holders: list[Person], mention: Mention) -> Person | None:
        """Who of several holders of a name is meant: by focus, and how often each is named.

        None where nothing tells.
        """
        ranked = {each.referent.name: each.score for each in self.rank(mention)}
        gender = self._gender_behind(mention)
        shared = name.full.casefold()

        def weigh(holder: Person) -> float:
            score = ranked.get(holder.name, self._weights["out of sight"])
            score += self._weights["named often"] * log(holder.count + 1)
            if self._bare.get(shared) == holder.key:
                score += self._weights["meant before"]
            if gender and self.refer(holder).gender != gender:
                unknown = self.refer(holder).gender == "-"
                score += self._weights["unknown gender behind" if unknown else "other gender behind"]
            return score

        if not gender and shared not in self._bare and self._came_together(holders):
            return None
        chosen = max(holders, key=weigh)
        self._bare[shared] = chosen.key
        return chosen

    def _came_together(self, holders: list[Person]) -> bool:
        """Whether two people are named once, in one breath: "Jane Doe and her brother Richard Doe"."""
        if len(holders) != 2 or any(holder.count > 1 for holder in holders):
            return False
        one, other = sorted(holders, key=_by_first)
        return _TOGETHER.fullmatch(self.text, one.first + len(one.name), other.first) is not None

    def _gender_behind(self, mention: Mention) -> str:
        """The gender of the first he or she behind a mention in its sentence."""
        shape = self.article.shape_of(mention.paragraph)
        token = shape.token_at(mention.end)
        end = shape.sentence(token)[1] if token < len(shape.tags) else token
        behind = shape.tags.find(tag.PRONOUN, token, end)
        if behind < 0:
            return ""
        word = self.text[shape.starts[behind] : shape.ends[behind]].lower()
        gender = self.language.pronoun_gender.get(word, "")
        return gender if gender in ("m", "f") else ""

    # Salience

    def rank(self, pronoun: Mention) -> list[Candidate]:
        """Whom a pronoun can mean, the likeliest first."""
        candidates = self.candidates(pronoun)
        for candidate in candidates:
            candidate.score = sum(map(self._weights.get, candidate.features, repeat(0.0)))
        return sorted(candidates, key=_SCORE, reverse=True)

    def candidates(self, pronoun: Mention) -> list[Candidate]:
        """Whom a pronoun can mean, with what speaks for each."""
        features = Features(pronoun, self)
        for mention in self.before(pronoun.start):
            if self.distance(mention.paragraph, pronoun.paragraph) > PARAGRAPHS_BACK:
                break
            features.add(mention)
        return features.finish()

    def is_weighed(self, mention: Mention) -> bool:
        """Whether a mention could mean several people: a pronoun, or a name that they share."""
        person = mention.referent.person if mention.referent else None
        bare = " " not in self.text[mention.start : mention.end]
        shared = mention.form == "name" and bare and person is not None and self.index.is_shared(person)
        return mention.form == "pronoun" or shared

    def before(self, at: int) -> Iterator[Mention]:
        """The mentions before an offset, the nearest first."""
        place = bisect_left(self._starts, at)
        return reversed(self.mentions[max(0, place - MENTIONS_BACK) : place])

    def speakers_before(self, at: int) -> Iterator[tuple[int, int]]:
        """Mention and paragraph of the last quotations before an offset, the nearest first."""
        place = bisect_left(self._spoken, (at, -1, -1))
        for _, mention, paragraph in reversed(self._spoken[max(0, place - QUOTATIONS_BACK) : place]):
            yield mention, paragraph

    def told_by(self, pronoun: Mention) -> str:
        """Whom a pronoun's own verb says is spoken to: "he told Jane Doe"."""
        shape = self.article.shape_of(pronoun.paragraph)
        token = shape.token_at(pronoun.end)
        if shape.tags[token : token + 2] != tag.SAY + tag.NAME:
            return ""
        start = shape.starts[token + 1]
        return next((o.person.key for o in self.index.people_between(start, start + 1)), "")

    def named_in_quotes(self, mention: int) -> set[str]:
        """Whom the quotations name that the mention at an offset speaks."""
        passages = self._spoken_by.get(mention, ())
        return {
            person.key
            for start, end in passages[:QUOTATIONS_BACK]
            for person in self.index.named_in_quotation(start, end)
        }

    def at(self, start: int) -> Mention | None:
        """The mention that begins at an offset, if there is one."""
        place = bisect_left(self._starts, start)
        if place < len(self._starts) and self._starts[place] == start:
            return self.mentions[place]
        return None
