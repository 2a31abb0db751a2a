"""Resolves each mention to a speaker inside one article: a surname, pronoun or description to the full name.

Known limitation: "they" and "we" are left unresolved, as no single name stands for them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from service.extractor import tags as tag
from service.extractor.article import Attribution, ParsedArticle
from service.extractor.checkpoint import pass_checkpoint
from service.extractor.clauses.subjects import Subject
from service.extractor.language import Language
from service.extractor.model import Span, Speaker
from service.extractor.names.index import NameIndex, Person
from service.extractor.names.reader import Name
from service.extractor.record import record
from service.extractor.shapes.shape import Shape
from service.extractor.speakers.descriptions import (
    WORD,
    came_unnamed,
    find_alias,
    find_apposition,
    find_body,
    find_holders,
    find_named_before,
    find_named_body,
    find_office,
    find_outlet,
    find_pair,
    find_parties,
    find_places,
    find_same,
    find_titled,
)
from service.extractor.speakers.discourse import Discourse, Referent
from service.extractor.speakers.entities import Cast
from service.extractor.speakers.labels import resolve_label
from service.extractor.speakers.salience import SUBJECTS
from service.extractor.speakers.unnamed import name_unnamed

Resolution = tuple[Speaker | None, str]
"""A speaker, or None where the article does not say, and a gender: m, f, o, n, or - if unknown."""

_MARKS = "\"“”'‘"
_AND = re.compile(r"\s+(?:and|&)\s+")
_GOVERNED = re.compile(r"\b(?:of|with|to|for|by|from|like|than|,) $")
_OWNED = re.compile(
    r"(?P<owner>[Hh]is|[Hh]er|[^,;:()]{2,60}?(?='s ))(?:'s)?\s(?:[\w-]+\s){0,3}(?P<noun>[\w-]+)"
)
# What is its subject's own behind a verb: "began her speech", but not "told her".
_OWN = re.compile(
    r" (?:[\w'-]+ )??(?!told|tells|asked|urged|warned)[\w'-]+ (?:[\w'-]+ )??(?P<own>his|her|she|he)(?= [a-z])"
)
_NAMED_AFTER = re.compile(
    r"(?:[Tt]he )?(?!The )(?P<name>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}) (?P<noun>[a-z]+)"
)
_IN_DOCUMENT = re.compile(
    r"[^.,;:()\n]{2,60}? (?:wrote|writes|said|says)"
    r" in (?:an?|the|his|her|their) (?:[\w-]+ )?(?P<noun>[a-z-]+)[.,]"
)
_PAIRS = (["the", "two"], ["the", "pair"], ["the", "duo"], ["both"])
# A document with whose it is, and one that comes in new.
_MADE_BY = re.compile(
    r" (?:[\w-]+ ){0,4}?(?:by(?: the)?|from(?: the)?|of(?: the)?|in the) (?:[a-z-]+ )?(?P<who>(?=[A-Z]))"
)
_NEW = re.compile(r"\b(?:[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir) (?:[\w-]+ ){0,3}$")
_MAKERS = tag.Tags(tag.SPEAKERS, tag.NOUN)
_NEW_REACH = 50
_NAME_REACH = 80
_PLACES_AT_MOST = 6
_TEXT_BACK = 4000
# Of how many paragraphs, with its headline, the lead of an article consists.
_LEADING = 3
_IN_FOCUS = SUBJECTS | {"asked"}
_DEPTH = 6
_PARAGRAPHS_BACK = 2
_SENTENCES_BACK = 12
_SPOKEN_BACK = 40
_NAMES_BACK = 40
_LISTED_AT_MOST = 6
_LIST_REACH = 200
_LIST_JOINT = re.compile(r",? and |, (?=[A-Z])")
_NEAR_AT_MOST = 3


@record
class _Spoken:
    """A mention that has been resolved: what later pronouns can look back to."""

    at: int
    speaker: Speaker
    gender: str


class SpeakerResolver:
    """Resolves the mentions of one article, in the order of the text."""

    def __init__(self, article: ParsedArticle) -> None:
        self.article = article
        self.text = article.text
        self.language: Language = article.language
        self.reader = article.reader
        quoted = [(passage.outer_start, passage.outer_end) for passage in article.passages]
        self.index = NameIndex(article.text, self.reader, quoted, article.paragraphs)
        self.spoken: list[_Spoken] = []
        self.resolved: dict[tuple[int, int], Speaker | None] = {}
        self._spoken_at: dict[tuple[int, int], _Spoken] = {}
        self._together: dict[tuple[int, int], tuple[Speaker, ...]] = {}
        self._topics: dict[tuple[int, int], Resolution] = {}
        self._topic_depth = 0
        self._same: dict[str, Name | None] = {}
        self._epithets: dict[str, Resolution] = {}
        self.cast = Cast(article.text, self.index, self.language)
        self.discourse = Discourse(article, self.index, self.cast, self._describe, self.language.salience)

    def _describe(self, shape: Shape, subject: Subject) -> Referent | None:
        """The mention that the subject of a sentence is, if it is not a name of the index."""
        start, end = shape.starts[subject.start], shape.ends[subject.end - 1]
        head_end = shape.ends[subject.head_end - 1]
        head = shape.tags[subject.head_end - 1]
        if head not in tag.PERSONS and not find_apposition(self.text, end, self.reader):
            return None
        words = WORD.findall(self.text[start:head_end])
        if not words or words[-1].lower() in self.language.plural_roles:
            return None
        speaker, gender = self._resolve_phrase(start, end, head_end)
        if speaker is None:
            return None
        if head == tag.NAME and not self._is_person(speaker, gender) and not self._lone_name(shape, subject):
            return None
        person = self.index.by_name.get(speaker.name.casefold())
        if person and speaker.kind == "person":
            return self.discourse.refer(person)
        return Referent(speaker.name, speaker.kind, gender, None)

    def resolve(self, found: Attribution) -> Speaker | None:
        """The speaker of an attribution's mention; None if the article does not name one."""
        if found.mention is None:
            return None
        if found.mention not in self.resolved:
            pass_checkpoint()
            start, end, head_end = found.referent or (*found.mention, found.head_end)
            if found.name is None:
                called = not found.referent and self._within_marks(start, end)
                speaker, gender = (
                    self._resolve(*called, called[1]) if called else self._resolve(start, end, head_end)
                )
                speaker = speaker or (Speaker(self.text[slice(*called)], "person") if called else None)
                if found.referent and speaker and speaker.kind == "person":
                    speaker, gender = self._person_or_body(found.mention, (speaker, gender))
            else:
                speaker, gender = resolve_label(found.name, start, self.index)
            self.resolved[found.mention] = speaker
            if speaker:
                self._spoken_at[found.mention] = _Spoken(found.mention[0], speaker, gender)
                self.spoken.append(self._spoken_at[found.mention])
        return self.resolved[found.mention]

    def near(self, mention: Span | None, speaker: Speaker | None) -> tuple[str, ...]:
        """Others whom a pronoun or a shared surname might mean, the likeliest first."""
        if mention is None:
            return ()
        self.discourse.read_to(self._paragraph(mention.start))
        read = self.discourse.at(mention.start)
        if read is None or not self.discourse.is_weighed(read):
            return ()
        names = (each.referent.name for each in self.discourse.rank(read))
        others = (name for name in names if speaker is None or name != speaker.name)
        return tuple(islice(others, _NEAR_AT_MOST))

    def beside(self, found: Attribution) -> tuple[Speaker, ...]:
        """Who speaks together with the speaker of an attribution, which has been resolved."""
        if found.mention is None or not self._together:
            return ()
        return self._together.get(found.referent[:2] if found.referent else found.mention, ())

    def resolve_among(self, found: list[Attribution]) -> None:
        """Resolve what is new among attributions in the order of the text; what is known stays as it is."""
        self.spoken = []
        for each in found:
            if spoken := self._spoken_at.get(each.mention or (0, 0)):
                self.spoken.append(spoken)
            else:
                self.resolve(each)

    def _resolve(self, start: int, end: int, head_end: int) -> Resolution:
        word = self.text[start:end].lower()
        gender = self.language.pronoun_gender.get(word)
        if gender:
            return self._resolve_pronoun(start, gender)
        if word in self.language.settings["relatives"]:
            nearest = next(iter(self.index.people_before(start, 1)), None)
            return _named_as(nearest.person) if nearest else (None, "-")
        return self._resolve_phrase(start, end, head_end)

    def _person_or_body(self, mention: tuple[int, int], person: Resolution) -> Resolution:
        """Whom a relative pronoun stands for: "Doe heads the Foo Group, which" is the group."""
        if self.text[slice(*mention)].lower() not in self.language.settings["impersonal"]:
            return person
        body = next(iter(self.index.bodies_before(mention[0], 1)), None)
        near = body is not None and mention[0] - body.end < _NAME_REACH
        return _named_as(body.person) if body and near else (None, "-")

    def _recently(self) -> Iterator[_Spoken]:
        return islice(reversed(self.spoken), _SPOKEN_BACK)

    # Pronouns

    def _resolve_pronoun(self, at: int, gender: str) -> Resolution:
        """Whom the article speaks of there, else whoever of that gender spoke last."""
        here = self._paragraph(at)
        if gender == "o":
            return self._body_meant(here, at), gender
        if gender == "n":
            return self._group_meant(here, at), gender
        if gender not in "mf":
            return None, gender
        referent = self.discourse.resolve(at, here, gender)
        if referent is None:
            spoken = next((s.speaker for s in self._recently() if s.gender == gender), None)
            return spoken or self._lone_name_before(at, here), gender
        return Speaker(referent.name, referent.kind), gender

    def _within_marks(self, start: int, end: int) -> tuple[int, int] | None:
        """The words of a nickname that stands in marks: “Buzz”."""
        marked = end - start > 2 and self.text[start] in _MARKS and self.text[end - 1] in _MARKS
        return (start + 1, end - 1) if marked else None

    def _lone_name_before(self, at: int, paragraph: int) -> Speaker | None:
        """Whom the article names by one word alone, as the subject before: "Doe runs a bakery"."""
        shape = self.article.shape_of(paragraph)
        for subject in self._subjects_before(shape, at):
            opens = shape.sentence(subject.start)[0] == subject.start
            if opens and shape.tags[subject.start : subject.end] == tag.NAME:
                name = self._lone_name(shape, subject)
                return Speaker(name.full, "person") if name else None
        return None

    def _body_meant(self, paragraph: int, at: int) -> Speaker | None:
        """What "it" means: the body that spoke last, or was a subject, here or just before; or a document."""
        start = self.article.paragraphs[max(0, paragraph - 1)][0]
        spoken = next(self._recently(), None)
        if spoken is None or not start <= spoken.at < at:
            return self._document_meant(at) or self._topic(at)[0]
        meant = (
            spoken.speaker.kind == "organisation"
            or self._is_thing(spoken.speaker)
            or self._wrote_document(spoken.at, at)
        )
        return spoken.speaker if meant else self._document_meant(at) or self._topic(at)[0]

    def _document_meant(self, at: int) -> Speaker | None:
        """Whose the document is that is the nearest subject before: "The review by Doe is out.  It found"."""
        shape, subject = next(self._recent_subjects(at), (None, None))
        if shape is None or subject is None:
            return None
        maker = shape.tags[max(0, subject.start - 2) : subject.start] == tag.DOCUMENT + tag.BY
        if shape.tags[subject.head_end - 1] != tag.DOCUMENT and not maker:
            return None
        return self._resolve_subject(shape, subject)[0]

    def _is_thing(self, speaker: Speaker) -> bool:
        """Whether a speaker without a name is a document or a body, which "it" can mean."""
        last = speaker.name.rsplit(None, 1)[-1].lower()
        return speaker.kind == "unnamed" and (
            last in self.language.documents or last in self.language.settings["bodies"]
        )

    def _wrote_document(self, start: int, at: int) -> bool:
        """Whether who is named at an offset writes something that "it" can mean: "Doe wrote in a letter"."""
        match = _IN_DOCUMENT.match(self.text, start, min(at, start + _NAME_REACH))
        return match is not None and match["noun"] in self.language.settings["authored"]

    def _group_meant(self, paragraph: int, at: int) -> Speaker | None:
        """Whom "they" means where a spokesperson, or several people, spoke in the same paragraph."""
        if self.text[at : at + 4].lower() != "they":
            return None
        shape = self.article.shape_of(paragraph)
        for subject in self._subjects_before(shape, at):
            start, end = shape.starts[subject.start], shape.ends[subject.end - 1]
            head_end = shape.ends[subject.head_end - 1]
            if shape.tags[subject.head_end - 1] != tag.ROLE or not _speaks(shape, subject):
                continue
            role = WORD.findall(self.text[start:head_end])[-1].lower()
            if self.language.roles.get(role, "-") == "-":
                return self._resolve_phrase(start, end, head_end)[0]
        return None

    def _paragraph(self, at: int) -> int:
        return bisect_right(self.article.paragraphs, (at, len(self.text))) - 1

    def _is_person(self, speaker: Speaker, gender: str) -> bool:
        if gender in "mf" or any(s.speaker == speaker for s in self._recently()):
            return True
        person = self.index.by_name.get(speaker.name.casefold())
        return person is not None and (person.kind == "person" or person.gender in "mf")

    def _lone_name(self, shape: Shape, subject: Subject) -> Name | None:
        """The name that a subject is, if it is one word that can be nothing else: "Doe runs a bakery"."""
        if shape.tags[subject.start : subject.end] != tag.NAME:
            return None
        start, end = shape.span(subject.start, subject.end)
        name = self.index.read(self.text[start:end], start)
        known = name is not None and name.kind == "unknown" and not self.reader.is_ordinary(name.full)
        return name if known else None

    # Phrases

    def _resolve_phrase(self, start: int, end: int, head_end: int) -> Resolution:
        phrase, head = self.text[start:end], self.text[start:head_end]
        if known := self.reader.known(phrase):
            return Speaker(known.full, "organisation" if known.gender == "o" else "person"), known.gender
        body = self.index.by_name.get(phrase.removeprefix("the ").casefold())
        if body and body.kind == "organisation":
            return _named_as(body)
        if direct := self._joint(start, end, head_end) or self._author(start, head_end):
            return direct
        if titled := find_titled(phrase, len(head), start, self.index):
            return self._resolve_name(titled, start, "")
        if office := find_office(phrase, self.language):
            return office, "o"
        begin, finish, run = ([(0, 0, ""), *self.reader.runs(head)])[-1]
        name = self._read_name(run, start, head) if run else None
        if name and name.kind == "place":
            if begin == 0 and finish == len(head):
                return self._resolve_place(name.full, start, end)
        elif name and finish >= len(head.rstrip(" .,")):
            if self._is_nobody(name, start) and self.reader.is_body_cut_short(name, run):
                counted = head[:1].isdigit() or run.endswith("s")
                return (
                    self._resolve_description(start, end, head)
                    if counted
                    else (Speaker(run, "organisation"), "o")
                )
            return self._resolve_name(name, start, head[:begin])
        if listed := self._listed_behind(start, end, head):
            return listed
        beside = find_apposition(self.text, end, self.reader)
        if beside:
            return self._resolve_name(beside, start, "")
        if alias := find_alias(self.text, end):
            return Speaker(alias, "person"), "-"
        return self._resolve_description(start, end, head)

    def _resolve_place(self, place: str, start: int, end: int) -> Resolution:
        """The government of a place, or its club where a verb of saying stands beside it."""
        follows = WORD.match(self.text, end + 1)
        speaks = follows is not None and self.language.tags.get(follows.group(), "") == tag.SAY
        speaks = speaks and self.text[start - 2 : start] != ", "
        if place in self.language.governments or speaks:
            return Speaker(place, "organisation"), "o"
        return None, "-"

    def _read_name(self, run: str, start: int, head: str) -> Name | None:
        """A name, unless its words are an office alone: "the Minister", or "Teachers" in first place."""
        language = self.language
        name = self.index.read(run, start + head.rfind(run))
        words = [word for word in WORD.findall(run.lower()) if word not in language.function_words]
        office = all(word in language.title_words or word in language.roles for word in words)
        if name and name.kind == "organisation" and " " not in name.full and head[:2].lower() in ("a ", "an"):
            return None
        if name is None or not words or not office or name.full in language.organisation_names:
            return name
        definite = head[:4].lower() in ("the ", "this") or head[:2].lower() == "a "
        begins = self.text[max(0, start - 3) : start].rstrip(" ")[-1:] in ("", "\n", ".", "!", "?", '"', "”")
        person = self.index.find(name, start)
        known = person is not None and bool(person.given)
        return name if known or not (definite or begins) else None

    def _resolve_name(self, name: Name, at: int, lead: str) -> Resolution:
        if self.reader.is_compound(name.full) and self._is_nobody(name, at):
            return Speaker(name.full, "organisation"), "o"
        person = self.index.find(name, at)
        if person is not None:
            holder = person if name.given else self._holder(name, person, at)
            return _named_as(holder) if holder else (None, "-")
        if name.kind == "organisation" or lead.strip().lower() in ("the", "a", "an"):
            return Speaker(name.full, "organisation"), "o"
        return Speaker(name.full, "person"), name.gender

    def _is_nobody(self, name: Name, at: int) -> bool:
        """Whether the article knows nobody, and no body, of a name by more than a word."""
        person = self.index.find(name, at)
        return person is None or (person.kind != "organisation" and not person.given)

    def _holder(self, name: Name, person: Person, at: int) -> Person | None:
        """The one in focus of those who share a name, if the name at an offset can mean several people."""
        if person.kind == "organisation" or not self.index.is_shared(person):
            return person
        self.discourse.read_to(self._paragraph(at))
        mention = self.discourse.at(at)
        named = mention is not None and mention.form == "name" and mention.referent
        if mention is not None and mention.form == "name" and mention.referent is None:
            return None
        meant = named.person if named else None
        return meant if meant and meant in self.index.holders(name) else person

    def _joint(self, start: int, end: int, head_end: int) -> Resolution | None:
        """The first of people who speak together, the others being noted: "Jane Doe and Richard Roe"."""
        match = _AND.match(self.text, head_end, end)
        if not match:
            return None
        if self._is_title_of_two(start, head_end, match.end(), end):
            return self._resolve_phrase(match.end(), end, end)
        parts = [*self._listed_before(start), (start, head_end), (match.end(), end)]
        if not any(self._is_known(begin, finish) for begin, finish in parts):
            return None
        found = [self._resolve_phrase(begin, finish, finish) for begin, finish in parts]
        speakers = [speaker for speaker, _ in found if speaker and speaker.kind == "person"]
        if len(speakers) < len(parts) or len(set(speakers)) < len(parts):
            return None
        self._together[start, end] = tuple(speakers[1:])
        return speakers[0], found[0][1]

    def _is_title_of_two(self, start: int, head_end: int, after: int, end: int) -> bool:
        """Whether a place of two names opens the title of one person: "Tyne and Wear Mayor Jane Doe"."""
        words = self.text[after:end].split(" ")
        first = self.text[start:head_end]
        if " " in first or len(words) < 3 or words[0].lower() in self.language.titles:
            return False
        titled = any(" ".join(words[1:last]).lower() in self.language.titles for last in range(2, len(words)))
        return titled and not self._is_known(start, head_end) and not self.reader.is_given(first)

    def _is_known(self, start: int, end: int) -> bool:
        """Whether somebody has a name by more than this mention: no firm is called "Marks" elsewhere."""
        name = self.index.read(self.text[start:end], start)
        person = name and self.index.find(name, start)
        return bool(person and person.given and person.kind != "organisation") or bool(name and name.titles)

    def _listed_behind(self, start: int, end: int, head: str) -> Resolution | None:
        """The first of several who are named behind what they are: "Two aides, Jane Doe and Ann Poe,"."""
        if not self.text.startswith(", ", end):
            return None
        words = WORD.findall(head)
        if words and words[-1].lower() not in self.language.plural_roles:
            return None
        found: list[Speaker] = []
        at = end + 2
        for begin, finish, run in islice(self.reader.runs(self.text, at, at + _LIST_REACH), _LISTED_AT_MOST):
            if begin != at or self.text[begin - 1] != " ":
                return None
            name = self.index.read(run, begin)
            speaker, _ = self._resolve_name(name, begin, "") if name and name.given else (None, "-")
            if speaker is None or speaker.kind != "person":
                return None
            found.append(speaker)
            joint = _LIST_JOINT.match(self.text, finish)
            if not joint:
                break
            at = joint.end()
        if len(found) < 2:
            return None
        self._together[start, end] = tuple(found[1:])
        return found[0], "-"

    def _listed_before(self, start: int) -> list[tuple[int, int]]:
        """The names that lead up to the last two of a list: "Ann Poe, Jane Doe and Richard Roe"."""
        listed: list[tuple[int, int]] = []
        for occurrence in self.index.people_before(start, _LISTED_AT_MOST):
            if occurrence.end != start - 2 or self.text[start - 2 : start] != ", ":
                break
            start = occurrence.start
            listed.append((occurrence.start, occurrence.end))
        governed = _GOVERNED.search(self.text, max(0, start - 10), start)
        return [] if governed else listed[::-1]

    def _author(self, start: int, end: int) -> Resolution | None:
        """Whose a document or a campaign is that speaks: "Jane Doe's report", "her campaign"."""
        match = _OWNED.fullmatch(self.text, start, end)
        if not match:
            return self._named_after(start, end) or self._maker(start, end)
        if match["noun"] in self.language.settings["campaigns"]:
            return self._campaign(match)
        if match["noun"].lower() not in self.language.documents:
            return None
        owner, gender = self._resolve(*match.span("owner"), match.end("owner"))
        return (owner, gender) if owner and owner.kind != "unnamed" else None

    def _campaign(self, match: re.Match[str]) -> Resolution | None:
        """The body that is named after its owner: "her campaign" is the Doe campaign."""
        start, end = match.span("owner")
        owner, _ = self._resolve(start, end, end)
        if owner is None or owner.kind != "person":
            return None
        person = self.index.by_name.get(owner.name.casefold())
        name = person.surname if person else owner.name
        if self.text[start:end].endswith(owner.name):
            name = owner.name
        return Speaker(f"{name} {match['noun']}", "organisation"), "o"

    def _named_after(self, start: int, end: int) -> Resolution | None:
        """The body that a campaign is, or whose a website is: "the Doe campaign", "the Acme website"."""
        match = _NAMED_AFTER.fullmatch(self.text, start, end)
        if match and match["noun"] in self.language.settings["channels"]:
            owner, gender = self._resolve(*match.span("name"), match.end("name"))
            return (owner, gender) if owner and owner.kind != "unnamed" else None
        if not match or match["noun"] not in self.language.settings["campaigns"]:
            return None
        return Speaker(f"{match['name']} {match['noun']}", "organisation"), "o"

    def _maker(self, start: int, end: int) -> Resolution | None:
        """Who made a document that the article comes back to: "In a report, Doe ... the report said"."""
        phrase = self.text[start:end].lower()
        noun = phrase.rsplit(None, 1)[-1]
        if noun not in self.language.settings["authored"]:
            return None
        if made := self._made_by(end):
            return made
        if not phrase.startswith(("the ", "this ")):
            return None
        at, first = start, max(0, start - _TEXT_BACK)
        for _ in range(_PLACES_AT_MOST):
            at = self.text.rfind(noun, first, at)
            if at < 0:
                break
            if maker := self._maker_at(at, at + len(noun)):
                return maker
        if noun in self.language.settings["printed"] and (
            outlet := find_outlet(self.text, start, self.index)
        ):
            return outlet, "o"
        return self._announcer(start) if noun in self.language.settings["announcing"] else None

    def _made_by(self, end: int) -> Resolution | None:
        """Whom the words behind a document name as its maker: "a report | by Jane Doe"."""
        made = _MADE_BY.match(self.text, end)
        if not made:
            return None
        begin = made.start("who")
        run = next(self.reader.runs(self.text, begin, begin + _NAME_REACH), None)
        name = self.index.read(run[2], run[0]) if run and run[0] == begin else None
        known = self.index.find(name, begin) if name and name.kind != "place" else None
        return _named_as(known) if known else None

    def _maker_at(self, start: int, end: int) -> Resolution | None:
        """Who made the document that a noun names: it is from somebody, or of who is the subject there."""
        if made := self._made_by(end):
            return made
        if not _NEW.search(self.text, max(0, start - _NEW_REACH), start):
            return None
        shape = self.article.shape_of(self._paragraph(start))
        for subject in self.discourse.subjects_of(shape, *shape.sentence(shape.token_at(start))):
            begin, finish = shape.starts[subject.start], shape.ends[subject.end - 1]
            if shape.tags[subject.head_end - 1] not in _MAKERS or begin <= start < finish:
                continue
            speaker, gender = self._resolve_subject(shape, subject)
            if speaker and speaker.kind != "unnamed":
                return speaker, gender
        return None

    def _announcer(self, at: int) -> Resolution | None:
        """Who says something in the last sentences: "The council denied it.  The statement said ..."."""
        for shape, subject in self._recent_subjects(at):
            if shape.tags[subject.head_end - 1] in _MAKERS and _speaks(shape, subject):
                speaker, gender = self._resolve_subject(shape, subject)
                return (speaker, gender) if speaker and speaker.kind != "unnamed" else None
        return None

    # Descriptions

    def _resolve_description(self, start: int, end: int, head: str) -> Resolution:
        """Whom "the senator", "the company" or "the 46-year-old" stands for; else the phrase, unnamed."""
        words = [word.lower() for word in WORD.findall(head)]
        role = words[-1] if words else ""
        if found := self._described(start, end, head, role) or self._epithet(start, end, words):
            return found
        if named := find_named_body(self.text[start:end], self.language):
            return (None, "-") if self.index.layout.is_headline(start) else (named, "o")
        if later := self._introduced_later(start, role, words):
            return later
        phrase = name_unnamed(self.text, start, end, start + len(head), self.index)
        return (Speaker(phrase, "unnamed"), self.language.roles.get(role, "-")) if phrase else (None, "-")

    def _described(self, start: int, end: int, head: str, role: str) -> Resolution | None:
        """Of whom the article says what a description says."""
        holders = find_holders(head, role, start, self.index, self.cast)
        if holders:
            topic, gender = self._person_in_focus(start, role, (role,), end)
            if topic and not self._is_near(holders[0], start) and role in self.language.titles:
                return topic, gender
            return _named_as(next((h for h in holders if topic and h.name == topic.name), holders[0]))
        if relative := self._relative(start, start + len(head)):
            return _named_as(relative)
        if beside := find_named_before(self.text, start, end, role, self.index):
            return _named_as(beside)
        phrase = self.text[start:end]
        if phrase not in self._same:
            self._same[phrase] = find_same(self.text, phrase, self.index)
        name = self._same[phrase]
        return self._resolve_name(name, start, "") if name else None

    def _only_body(self, role: str, at: int) -> Speaker | None:
        """The one body that the paragraph names, for "the company": "a firm such as Acme"."""
        if role not in self.language.settings["firms"]:
            return None
        start = self.article.paragraphs[self._paragraph(at)][0]
        before = [
            each.person for each in self.index.bodies_before(at, _LISTED_AT_MOST) if each.start >= start
        ]
        only = before[0] if len({person.key for person in before}) == 1 else None
        return _as_speaker(only) if only else None

    def _is_near(self, person: Person, at: int) -> bool:
        """Whether somebody is named in the paragraph of an offset, or in the one before."""
        start = self.article.paragraphs[max(0, self._paragraph(at) - 1)][0]
        return any(each.person.key == person.key for each in self.index.people_between(start, at))

    def _relative(self, start: int, end: int) -> Person | None:
        """The only one of a family whom a relation can be: "Jane Doe's father" is the man called Doe."""
        match = _OWNED.fullmatch(self.text, start, end)
        if not match or match["noun"].lower() not in self.language.settings["of_one_name"]:
            return None
        owner, _ = self._resolve(*match.span("owner"), match.end("owner"))
        person = self.index.by_name.get(owner.name.casefold()) if owner else None
        if person is None or not person.given:
            return None
        gender = self.language.roles.get(match["noun"].lower(), "-")
        family = [
            each
            for each in self.index.family(person)
            if each.key != person.key and each.first < start and self.discourse.refer(each).gender == gender
        ]
        return family[0] if len(family) == 1 and gender != "-" else None

    def _epithet(self, start: int, end: int, words: list[str]) -> Resolution | None:
        """Who is in focus, where "the" with a noun can only stand for somebody known already."""
        role = words[-1] if words else ""
        if words[:1] == ["the"] and role in self.language.settings["bodies"]:
            body = find_body(self.text, role, start, self.index)
            speaker = _as_speaker(body) if body else None
            if speaker is None and role in self.language.settings["outlets"]:
                speaker = find_outlet(self.text, start, self.index)
            speaker = speaker or self._topic(start)[0] or self._only_body(role, start)
            if speaker:
                return speaker, "o"
        if words[:2] in _PAIRS and (pair := find_pair(self.text, start, self.index)):
            self._together[start, end] = (_as_speaker(pair[1]),)
            return _named_as(pair[0])
        if words[:1] != ["the"] or not self._is_epithet(role, start):
            return None
        topic, gender = self._person_in_focus(start, role, words, end)
        if topic is None and (role.endswith("year-old") or role in self.language.nationalities):
            topic, gender = self._likeliest_named(start)
        if topic is None:
            return self._epithets.get(role)
        self._epithets[role] = topic, gender
        return topic, gender

    def _introduced_later(self, start: int, role: str, words: list[str]) -> Resolution | None:
        """Who opens the next paragraph, where an article opens with "A baker says": "Jane Doe, 34, ..."."""
        here = self._paragraph(start)
        if words[:1] not in (["a"], ["an"]) or here >= _LEADING:
            return None
        if next(iter(self.index.people_before(self.article.paragraphs[here][1], 1)), None):
            return None
        following = self.article.paragraphs[here + 1 : here + 2]
        named = self.index.people_between(*following[0])[:1] if following else []
        if not named or named[0].start > following[0][0]:
            return None
        person, gender = named[0].person, self.language.roles.get(role, "-")
        contrary = "-" not in (gender, person.gender) and gender != person.gender
        described = bool(person.given) and self.reader.is_described(self.text, named[0].end)
        return _named_as(person) if described and not contrary else None

    def _is_epithet(self, role: str, at: int) -> bool:
        """Whether a role is one that only a person known already can have: "the 46-year-old", "the actor"."""
        language = self.language
        if role in language.plural_roles or role in language.settings["separate"]:
            return False
        known = (
            role.endswith("year-old")
            or role in language.nationalities
            or role.split("-of-")[0] in language.roles
        )
        return known and not came_unnamed(self.text, role, at)

    def _topic(self, at: int) -> Resolution:
        """The body that is the subject of the nearest sentence before."""
        if self._topic_depth > _DEPTH:
            return None, "-"
        for shape, subject in self._recent_subjects(at):
            if shape.tags[subject.head_end - 1] in tag.BODIES:
                speaker, gender = self._resolve_subject(shape, subject)
                if speaker is not None and speaker.kind == "organisation":
                    return speaker, gender
        return None, "-"

    def _person_in_focus(
        self, at: int, role: str = "", words: Sequence[str] = (), end: int | None = None
    ) -> Resolution:
        """The person who is the subject of the nearest sentence before, if a description can be his."""
        paragraph = self._paragraph(at)
        self.discourse.read_to(paragraph)
        gender = self.language.roles.get(role, "-")
        if gender == "-" and end is not None:
            gender = self._gender_behind(end)
        parties, places = find_parties(words, self.language), find_places(words, self.language)
        for mention in self.discourse.before(at):
            if mention.paragraph < paragraph - _PARAGRAPHS_BACK + 1:
                break
            referent = mention.referent
            if mention.function not in _IN_FOCUS or referent is None or referent.kind != "person":
                continue
            if mention.function == "asker" and mention.paragraph < paragraph:
                continue
            contrary = "-" not in (gender, referent.gender) and gender != referent.gender
            if contrary or self._is_another(referent, parties, places):
                continue
            return Speaker(referent.name, "person"), referent.gender
        return None, "-"

    def _gender_behind(self, end: int) -> str:
        """The gender of the subject that ends at an offset, by "her" or "she" behind it in its sentence."""
        match = _OWN.match(self.text, end)
        return self.language.pronoun_gender.get(match["own"], "-") if match else "-"

    def _likeliest_named(self, at: int) -> Resolution:
        """The most salient of the people who have been named shortly before an offset."""
        paragraph = self._paragraph(at)
        ranked = self.discourse.rank(self.discourse.place(at, paragraph))
        named = (each.referent for each in ranked if each.referent.person)
        referent = next(named, None)
        return (Speaker(referent.name, "person"), referent.gender) if referent else (None, "-")

    def _is_another(self, referent: Referent, parties: set[str], places: set[str]) -> bool:
        """Whether the roles of somebody name a party or a place, and none of these."""
        if referent.person is None or not (parties or places):
            return False
        words = self.cast.entity(referent.person).words
        own = find_parties(words, self.language) if parties else set()
        if own and not any(one[:7] == other[:7] for one in own for other in parties):
            return True
        home = find_places(words, self.language) if places else set()
        return bool(home) and home.isdisjoint(places)

    def _resolve_subject(self, shape: Shape, subject: Subject) -> Resolution:
        """Resolve a subject once: one description stands for another before it, and that for a third."""
        start, end = span = shape.span(subject.start, subject.end)
        if span not in self._topics:
            self._topic_depth += 1
            self._topics[span] = self._resolve(start, end, shape.ends[subject.head_end - 1])
            self._topic_depth -= 1
        return self._topics[span]

    def _recent_subjects(self, at: int) -> Iterator[tuple[Shape, Subject]]:
        """The main subjects before an offset in its paragraph and the one before, the nearest first."""
        here = self._paragraph(at)
        for back in range(here, max(-1, here - _PARAGRAPHS_BACK), -1):
            shape = self.article.shape_of(back)
            for subject in self._subjects_before(shape, at):
                yield shape, subject

    def _subjects_before(self, shape: Shape, at: int) -> Iterator[Subject]:
        """Main subjects of the last sentences of a paragraph before an offset, the nearest first."""
        end = shape.token_at(at)
        for _ in range(_SENTENCES_BACK):
            if end <= 0:
                return
            start, _ = shape.sentence(end - 1)
            for subject in self.discourse.subjects_of(shape, start, end):
                if shape.starts[subject.start] < at:
                    yield subject
            end = start - 1


def _speaks(shape: Shape, subject: Subject) -> bool:
    """Whether a verb of saying stands behind a subject in its sentence."""
    _, end = shape.sentence(subject.start)
    return any(each in tag.SPOKEN for each in shape.tags[subject.end : end])


def _as_speaker(person: Person) -> Speaker:
    return Speaker(person.name, "organisation" if person.kind == "organisation" else "person")


def _named_as(person: Person) -> Resolution:
    return _as_speaker(person), person.gender
