"""Rules that read past the paragraph of a passage: to lines with names, reports, and who spoke before."""

from collections.abc import Iterator

from service.extractor import tags as tag
from service.extractor.article import Attribution, ParsedArticle, attribute_to
from service.extractor.clauses.cues import Cue, cue_at, inverted_cue
from service.extractor.clauses.subjects import Subject, main_subjects, subject_after
from service.extractor.languages.en.rules_of_quotes import find_owner
from service.extractor.rules.before import colon_subject
from service.extractor.rules.lines import (
    LINE_AT_MOST,
    NameLine,
    find_person,
    is_alone,
    line_with_name,
    names_stand_above,
    opens_section,
    paragraph_before,
    read_name_line,
)
from service.extractor.rules.neighbours import previous_passage
from service.extractor.rules.quote_site import Site
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.shape import Shape

_TOLD = pattern("<^full_stops> <stop> <full_stops>* <^full_stops>")
_SENTENCES_BACK = 12
_SPEAKERS_BACK = 8
_PARAGRAPHS_BETWEEN = 3
_TURNS_BACK = 6
# Words before a name by which somebody speaks of himself: "I'm Jane Doe".
_OF_ONESELF = ("i'm ", "i am ", "name is ", "it's ", "this is ")


def byline(site: Site) -> Attribution | None:
    """“We will not move.” (next line) Jane Doe, mayor of Leeds"""
    tags = site.tags
    first = site.at + 1
    while tags[first : first + 1] in tag.FULL_STOPS_OR_OTHER:
        first += 1
    if first < len(tags):
        return _byline_beside(site, first)
    if site.at:
        return None
    paragraph = site.passage.paragraph
    line = line_with_name(site.article, paragraph + 1)
    if line is None or not (line.marked or _stands_below(site, line)):
        return None
    return attribute_to(line.shape, line.subject, None)


def _byline_beside(site: Site, first: int) -> Attribution | None:
    """A line with a name behind a passage of the same paragraph."""
    if len(site.tags) - first > LINE_AT_MOST:
        return None
    comma = site.tags[first] == tag.COMMA
    line = read_name_line(site.article, site.shape, first + comma)
    if line is None:
        return None
    below = "\n" in site.article.text[site.passage.outer_end : site.shape.starts[first]]
    whole = site.is_sentence() or (below and site.words() > 3)
    if line.marked:
        stands = not site.article.text[site.passage.start].islower()
    else:
        stands = line.sure and whole and site.at == site.start
    if not stands:
        return None
    return attribute_to(line.shape, line.subject, None)


def _stands_below(site: Site, line: NameLine) -> bool:
    """Whether a line without a dash is the name of who is quoted above it."""
    article, paragraph = site.article, site.passage.paragraph
    if not line.sure or not (site.is_sentence() or site.words() > 3):
        return False
    return not opens_section(article, paragraph + 1, line) and not names_stand_above(article, paragraph)


def name_above(site: Site) -> Attribution | None:
    """Jane Doe, mayor of Leeds (next line) “We will not move.”"""
    article, paragraph = site.article, site.passage.paragraph
    if site.at or site.passage.opened or not site.is_sentence() or not is_alone(article, paragraph):
        return None
    line = line_with_name(article, paragraph - 1)
    if line is None or not line.sure or not names_stand_above(article, paragraph):
        return None
    return attribute_to(line.shape, line.subject, None)


def introduced(site: Site) -> Attribution | None:
    """Jane Doe was blunt about it: (new paragraph) “A waste of money.”"""
    if site.at or site.passage.opened or site.words() < 3 or not site.passage.paragraph:
        return None
    before = paragraph_before(site.article, site.passage.paragraph)
    start, end = site.article.paragraphs[before]
    if site.article.text[end - 1] != ":" and not site.article.text[start:end].rstrip().endswith(":"):
        return None
    shape = site.article.shape_of(before)
    last = shape.tags.rstrip(tag.COLON).rfind(tag.STOP) + 1
    colon = len(shape.tags) - 1
    if shape.tags[colon] != tag.COLON:
        return None
    owner = find_owner(site.article, shape, last, colon)
    for at in range(colon, last - 1, -1):
        if shape.tags[at] in tag.SPEECH:
            cue = cue_at(shape, at, last) or (inverted_cue(shape, at) if shape.tags[at] == tag.SAY else None)
            if cue and (owner is None or _speaks_itself(shape, cue)):
                return attribute_to(shape, cue.subject, cue.at)
    subject = owner or _phrase_from(shape, last) or colon_subject(shape, colon, last)
    return attribute_to(shape, subject, colon) if subject else None


def _speaks_itself(shape: Shape, cue: Cue) -> bool:
    """Whether the subject of a cue is no document: not "an email from Jane Doe read"."""
    return cue.tag != tag.READ and shape.tags[cue.subject.head_end - 1] != tag.DOCUMENT


def _phrase_from(shape: Shape, first: int) -> Subject | None:
    """Whom a sentence names that opens with a preposition: "From Jane Doe, at the Echo:"."""
    return subject_after(shape, first, clause=True) if shape.tags[first] == tag.OF else None


def exchange(site: Site) -> Attribution | None:
    """“Did you know?” Mark Roe asked Jane Doe. (new paragraph) “No, I never did.” - the other of two."""
    previous = previous_passage(site)
    article = site.article
    if site.at or previous < 0 or site.passage.opened or site.goes_on():
        return None
    if paragraph_before(article, site.passage.paragraph) != article.passages[previous].paragraph:
        return None
    before = article.found[previous]
    if before is None or before.mention is None or not _puts_question(site, previous, before):
        return None
    return _addressed(article, previous, before) or _other_speaker(site, previous, before)


def _puts_question(site: Site, previous: int, before: Attribution) -> bool:
    """Whether the passage before asks somebody, or answered a question where this one asks again."""
    article = site.article
    if _ends_asking(article, previous):
        asked = before.cue is not None and _lower(article, *before.cue) in article.language.settings["asking"]
        return asked or before.rule == exchange.__name__
    earlier = article.found[previous - 1] if previous else None
    asks_again = _ends_asking(article, site.index) and previous > 0 and _ends_asking(article, previous - 1)
    return asks_again and earlier is not None and not _same_mention(article, earlier, before)


def _ends_asking(article: ParsedArticle, index: int) -> bool:
    return article.text[article.passages[index].end - 1] == "?"


def _addressed(article: ParsedArticle, previous: int, before: Attribution) -> Attribution | None:
    """Whoever is asked by name: "Mark Roe asked Jane Doe"."""
    if before.cue is None or before.source is not None:
        return None
    shape = article.shape_of(article.passages[previous].paragraph)
    at = shape.token_at(before.cue[0])
    subject = subject_after(shape, at) if at < len(shape.tags) and shape.starts[at] == before.cue[0] else None
    if subject is None or shape.tags[subject.head_end - 1] != tag.NAME:
        return None
    found = attribute_to(shape, subject, None)
    return None if found.mention == before.mention else found


def _other_speaker(site: Site, previous: int, before: Attribution) -> Attribution | None:
    """The last who spoke before, under another name."""
    article = site.article
    for index in range(previous - 1, max(-1, previous - 1 - _TURNS_BACK), -1):
        earlier = article.found[index]
        if earlier and earlier.mention and not _same_mention(article, earlier, before):
            return site.share(index, joined=False)
    return None


def _same_mention(article: ParsedArticle, one: Attribution, other: Attribution) -> bool:
    if one.mention is None or other.mention is None:
        return one.mention is other.mention
    return _last_word(article, one) == _last_word(article, other)


def _last_word(article: ParsedArticle, found: Attribution) -> str:
    start, end = found.mention or (0, 0)
    return article.text[start : found.head_end or end].rsplit(None, 1)[-1].casefold()


def _lower(article: ParsedArticle, start: int, end: int) -> str:
    return article.text[start:end].lower()


def carried_on(site: Site) -> Attribution | None:
    """A paragraph that goes on quoting whoever the paragraph before it quoted."""
    previous = previous_passage(site)
    if site.at or previous < 0:
        return None
    if site.passage.opened:
        return site.share(previous, joined=True)
    before = site.article.passages[previous].paragraph
    if paragraph_before(site.article, site.passage.paragraph) > before or _told_since(site, previous):
        return None
    if not site.is_sentence() or site.words() < 4 or (site.goes_on() and not _closes(site)):
        return None
    return _unless_spoken_of(site, site.share(previous, joined=False))


def _closes(site: Site) -> bool:
    """Whether a sentence ends with the passage, and the article's own words go on behind it."""
    return site.tags[site.at + 1 : site.at + 2] in tag.FULL_STOPS


def _told_since(site: Site, previous: int) -> bool:
    """Whether a sentence of the article's own stands behind the last quotation of its paragraph."""
    shape = site.article.shape_of(site.article.passages[previous].paragraph)
    return _TOLD.search(shape.tags, shape.token_of[previous] + 1) is not None


def _unless_spoken_of(site: Site, found: Attribution | None) -> Attribution | None:
    """An attribution, unless the passage speaks of its person by name, as of somebody else."""
    if found is None or found.mention is None:
        return found
    text, passage = site.article.text, site.passage
    names = text[found.mention[0] : found.head_end or found.mention[1]].split()[-2:]
    if not names[-1][:1].isupper() or not _is_person(site.article, *found.mention):
        return found
    spoken_of = any(
        name[0].isupper() and len(name) > 2 and _tells_of(text, name, passage.start, passage.end)
        for name in names
    )
    return None if spoken_of else found


def _tells_of(text: str, name: str, start: int, end: int) -> bool:
    """Whether a stretch says something of a name: neither of oneself, nor to its holder."""
    at = text.find(name, start, end)
    while at >= 0:
        before, after = text[max(0, at - 9) : at].lower(), text[at + len(name) : at + len(name) + 2]
        follows = after == "'s" or (after[:1] == " " and after[1:].islower())
        if follows and not before.endswith((*_OF_ONESELF, ", ", "'")):
            return True
        at = text.find(name, at + 1, end)
    return False


def _is_person(article: ParsedArticle, start: int, end: int) -> bool:
    run = next((run for _, _, run in article.reader.runs(article.text, start, end)), "")
    name = article.reader.read(run) if run else None
    return name is not None and name.kind in ("person", "unknown")


def after_report(site: Site) -> Attribution | None:
    """Jane Doe said the scheme would go on. “We never give up.”"""
    if not site.is_sentence() or site.words() < 3:
        return None
    if site.at == site.start and site.at:
        return _last_report(site, site.shape, site.at)
    if site.at or site.goes_on():
        return None
    for shape in _shapes_before(site):
        found = _last_report(site, shape, len(shape.tags))
        if found is None or _unless_spoken_of(site, found):
            return found
    return None


def _shapes_before(site: Site) -> Iterator[Shape]:
    """The two paragraphs of the article's own before a passage, the nearer one first."""
    paragraph = site.passage.paragraph
    for _ in range(2):
        if paragraph <= 0:
            return
        paragraph = paragraph_before(site.article, paragraph)
        yield site.article.shape_of(paragraph)


def _last_report(site: Site, shape: Shape, end: int) -> Attribution | None:
    """The verb of saying in the last sentence with one before token `end`, if no passage follows it."""
    named_since = False
    for _ in range(_SENTENCES_BACK):
        if end <= 0:
            break
        start, _ = shape.sentence(end - 1)
        if tag.PASSAGE in shape.tags[start:end]:
            return None
        for at in range(start, end):
            cue = cue_at(shape, at, start) if shape.tags[at] in tag.SAYS else None
            if cue and not cue.passive and not _is_no_source(site, shape, cue.subject):
                if named_since and shape.tags[cue.subject.head_end - 1] not in tag.NAMED:
                    return None
                return _asked_by(site, shape, cue) or attribute_to(shape, cue.subject, cue.at)
        # "Officials say that it is late.  Jane Doe is unconvinced."
        subject = next(iter(main_subjects(shape, start, end)), None)
        named_since = named_since or (subject is not None and shape.tags[subject.head_end - 1] == tag.NAME)
        end = start - 1
    return None


def _asked_by(site: Site, shape: Shape, cue: Cue) -> Attribution | None:
    """Whoever answers where a cue asks somebody by name: "Mark Roe asked Jane Doe whether"."""
    word = site.article.text[slice(*shape.span(cue.at, cue.at + 1))].lower()
    if word not in site.article.language.settings["asking"]:
        return None
    subject = subject_after(shape, cue.at, clause=True)
    named = subject is not None and shape.tags[subject.head_end - 1] == tag.NAME
    return attribute_to(shape, subject, None) if subject and named else None


def _is_no_source(site: Site, shape: Shape, subject: Subject) -> bool:
    return _is_nobody(site.article, *shape.span(subject.start, subject.end))


def subject_before_quote(site: Site) -> Attribution | None:
    """Jane Doe is unconvinced. (new paragraph) “I have heard it all before.”"""
    if not site.is_sentence() or site.words() < (3 if site.at else 4):
        return None
    if site.goes_on() and (not site.at or site.tags[site.at + 1] != tag.STOP):
        return None
    if site.at:
        return _subject_of_last(site, site.shape, site.at)
    for shape in _shapes_before(site):
        found = _subject_of_last(site, shape, len(shape.tags))
        if found is None or _unless_spoken_of(site, found):
            return found
    return None


def _subject_of_last(site: Site, shape: Shape, end: int) -> Attribution | None:
    """The subject of the last sentence before token `end`, or the only person whom it names."""
    start, _ = shape.sentence(max(0, end - 2))
    if tag.PASSAGE in shape.tags[start:end] or _asks(site, shape, end):
        return None
    subject = next(iter(main_subjects(shape, start, end)), None)
    head = shape.tags[subject.head_end - 1] if subject else ""
    if head == tag.DOCUMENT and (owner := find_owner(site.article, shape, start, end)):
        return attribute_to(shape, owner, None)
    if subject and head in tag.SPEAKERS:
        return None if _is_no_source(site, shape, subject) else attribute_to(shape, subject, None)
    return _only_person(site, shape, start, end) if site.at == site.start else None


def _only_person(site: Site, shape: Shape, start: int, end: int) -> Attribution | None:
    """The closure was a relief to Jane Doe. - where no person is the subject."""
    if start >= end:
        return None
    place = find_person(site.article, *shape.span(start, end))
    return Attribution(place, place[1]) if place else None


def _asks(site: Site, shape: Shape, end: int) -> bool:
    return end > 0 and site.article.text[shape.starts[end - 1]] == "?"


def answered(site: Site) -> Attribution | None:
    """Is the scheme working? (new paragraph) “It is early days.” - whoever spoke last."""
    if site.at or not site.is_sentence() or site.words() < 4 or site.goes_on():
        return None
    article = site.article
    for previous in range(site.index - 1, max(-1, site.index - 1 - _SPEAKERS_BACK), -1):
        if site.passage.paragraph - article.passages[previous].paragraph > _PARAGRAPHS_BETWEEN:
            return None
        found = site.share(previous, joined=False)
        speaks = found and found.mention and not _is_nobody(article, *found.mention)
        if speaks and _unless_spoken_of(site, found):
            return found
    return None


def _is_nobody(article: ParsedArticle, start: int, end: int) -> bool:
    return _lower(article, start, end) in article.language.settings["no_sources"]


def subject_after_quote(site: Site) -> Attribution | None:
    """“I have heard it all before.” (new paragraph) Jane Doe is unconvinced. - where an article opens so."""
    article, following = site.article, site.passage.paragraph + 1
    if site.at or not site.is_sentence() or site.words() < 4 or site.goes_on():
        return None
    if following >= len(article.paragraphs) or any(
        article.found[max(0, site.index - _SPEAKERS_BACK) : site.index]
    ):
        return None
    shape = article.shape_of(following)
    _, end = shape.sentence(0)
    if tag.PASSAGE in shape.tags[:end]:
        return None
    subject = next(iter(main_subjects(shape, 0, end)), None)
    if subject is None or shape.tags[subject.head_end - 1] != tag.NAME:
        return None
    found = attribute_to(shape, subject, None)
    named = find_person(article, *shape.span(subject.start, subject.end))
    return _unless_spoken_of(site, found) if named else None


def unattributed(site: Site) -> Attribution | None:
    """“It is early days, and nobody knows.” Nothing near it says whose words these are."""
    stands_alone = site.at == site.start and site.is_sentence()
    return Attribution(None) if stands_alone and site.words() > 4 else None
