"""The shapes of the answers, for the OpenAPI document.

Answers are written without them, which is several times faster; a test holds the two together.
"""

from typing import Any, get_args

from marshmallow import Schema, fields

from service.extractor.model import Gender, GenderEvidence
from service.schemas.kinds import KINDS, SPEAKER_KINDS
from service.store.records import ChangeAction, ChangeType
from service.verify.compare import DifferenceKind, Verdict

START = (
    "Offset of the first character, in code points of the article's text as it was received (or UTF-16 units)"
)
END = "Offset after the last character"


def described(description: str, **metadata: Any) -> dict[str, Any]:
    """Build the options of a field that is always there."""
    return {"required": True, "metadata": {"description": description, **metadata}}


def warnings_field() -> Any:
    """Build the field for signs that a text is not an article."""
    description = "Only if there are any: signs that the text is not an article, such as HTML"
    return fields.List(fields.String(), metadata={"description": description})


class SpanSchema(Schema):
    """A stretch of the article's text."""

    start = fields.Integer(**described(START, minimum=0))
    end = fields.Integer(**described(END, minimum=0))
    text = fields.String(**described("The words themselves"))


class SpeakerSchema(Schema):
    """The speaker, by the fullest name in the article."""

    name = fields.String(**described("The name; for an unnamed speaker the phrase that stands for one"))
    kind = fields.String(
        **described(
            "person, organisation; without a name: document, group, unnamed for one person",
            enum=list(SPEAKER_KINDS),
        )
    )


class PortrayedSpeakerSchema(SpeakerSchema):
    """The speaker, with what the article says of them."""

    role = fields.Nested(
        SpanSchema, allow_none=True, **described("The phrase that says who this is, without article and name")
    )
    affiliation = fields.Nested(SpanSchema, allow_none=True, **described("The body that the role names"))
    roles = fields.List(fields.Nested(SpanSchema), **described("All such phrases, in the order of the text"))
    gender = fields.String(
        allow_none=True,
        **described("The gender that the article shows; null: none", enum=[*get_args(Gender), None]),
    )
    gender_evidence = fields.String(
        allow_none=True,
        **described("By which words it is shown, the surest", enum=[*get_args(GenderEvidence), None]),
    )


class ExtractedQuoteSchema(Schema):
    """One utterance as the article gives it."""

    text = fields.String(**described("The words, joined with ' … ' where words of the article stand between"))
    kind = fields.String(
        **described(
            "direct: whole clauses in marks; mixed: part of one; indirect: a clause that tells what was said",
            enum=KINDS,
        )
    )
    segments = fields.List(
        fields.Nested(SpanSchema), **described("The stretches in marks, marks left out; or of the clause")
    )
    speaker = fields.Nested(SpeakerSchema, allow_none=True, **described("null: the article does not say"))
    mention = fields.Nested(SpanSchema, allow_none=True, **described("The words that name the speaker here"))
    cue = fields.Nested(SpanSchema, allow_none=True, **described("The words that signal speech"))
    rule = fields.String(**described("The rule that attributed it"))
    confidence = fields.Float(
        **described("Share of this rule's decisions that were right on annotated news", minimum=0, maximum=1)
    )
    clause = fields.Nested(
        SpanSchema,
        allow_none=True,
        **described("Of a mixed quote: the reported clause around it, if it is read"),
    )


class ExplanationSchema(Schema):
    """The explanation of a quote: the rules tried, and the passage on which one answered."""

    rule = fields.String(**described("The rule that answered"))
    form = fields.String(
        **described("How the mention names the speaker: full name, part of a name, pronoun, description ...")
    )
    example = fields.String(**described("What it reads"))
    tried = fields.List(
        fields.String(), **described("The rules, in order, that did not answer on this passage before")
    )
    passage = fields.Nested(
        SpanSchema,
        **described("The segment it answered on: a quotation of several may name its speaker in a later one"),
    )
    near = fields.List(
        fields.String(),
        **described("Others whom a pronoun or shared surname might mean, likeliest first"),
    )


class ExplainedQuoteSchema(ExtractedQuoteSchema):
    """One utterance, explained on request."""

    speaker = fields.Nested(
        PortrayedSpeakerSchema, allow_none=True, **described("null: the article does not say")
    )
    co_speakers = fields.List(
        fields.Nested(PortrayedSpeakerSchema),
        **described("Who speaks together with the speaker, who is the first of them"),
    )
    explanation = fields.Nested(
        ExplanationSchema, metadata={"description": "Only with explain=true: how the speaker was found"}
    )


class PassageSchema(SpanSchema):
    """A passage in marks that is no quote."""

    reason = fields.String(
        **described(
            "Why it is no quote: title, nickname, subheading, mentioned word, or no cue for want of a rule"
        )
    )


class ExtractionSchema(Schema):
    """The quotes of one text."""

    quotes = fields.List(fields.Nested(ExplainedQuoteSchema), **described("In the order of the text"))
    passages = fields.List(
        fields.Nested(PassageSchema),
        metadata={"description": "Only with passages=true or explain=true: passages that are not quotes"},
    )
    warnings = warnings_field()


class DifferenceSchema(Schema):
    """Words of a quotation beside words of what was said."""

    kind = fields.String(
        **described(
            "kept: the same in both; changed; missing: left out of the quotation; added: only in it",
            enum=[*get_args(DifferenceKind)],
        )
    )
    given = fields.Nested(SpanSchema, allow_none=True, **described("Words of the quotation, and where in it"))
    said = fields.Nested(SpanSchema, allow_none=True, **described("Words of the article, and where in it"))
    editorial = fields.Boolean(
        **described("Whether an ellipsis or an editor's brackets in the quotation account for it")
    )


class ComparisonSchema(Schema):
    """A quotation, compared with what was said."""

    verdict = fields.String(
        **described(
            "exact; altered: words differ; partial: words are left out without an ellipsis; joined: pieces of"
            " two quotes; not_said: the words are the writer's or another speaker's; absent",
            enum=[*get_args(Verdict)],
        )
    )
    similarity = fields.Float(
        **described(
            "Share of the words that agree; at each place at most 3 count as left out", minimum=0, maximum=1
        )
    )
    place = fields.Nested(SpanSchema, allow_none=True, **described("Where the words stand in the article"))
    differences = fields.List(
        fields.Nested(DifferenceSchema), **described("All words of both, in order, by how they differ")
    )


class StoredSpeakerSchema(SpeakerSchema):
    """A speaker across articles."""

    id = fields.String(**described("The same for the same name, always"))


class PersonReferenceSchema(Schema):
    """Somebody on the list of people you know."""

    id = fields.String(**described("Id on the list"))
    name = fields.String(**described("The name to show"))
    external_id = fields.String(allow_none=True, **described("Who this is elsewhere: a Wikidata QID, say"))
    description = fields.String(allow_none=True, **described("Office, work and body"))


class QuotedSpeakerSchema(PortrayedSpeakerSchema):
    """The speaker of a stored quote, with what its article says of them."""

    id = fields.String(**described("The same for the same name, always"))
    external_id = fields.String(
        allow_none=True, **described("Of the known person who this is, or given to the speaker by hand")
    )
    candidates = fields.List(
        fields.Nested(PersonReferenceSchema),
        **described("Known people of this name whom the article does not tell apart"),
    )


class ArticleSummarySchema(Schema):
    """The article of a quote."""

    id = fields.String(**described("The caller's id, or one derived from the content"))
    title = fields.String(allow_none=True, **described("Headline"))
    url = fields.String(allow_none=True, **described("Where it was published"))
    source = fields.String(allow_none=True, **described("Who published it"))
    published_at = fields.DateTime(allow_none=True, **described("When it was published"))


class SnippetSchema(Schema):
    """The words around a match of the search."""

    text = fields.String(**described("Plain text, to be escaped like any other"))
    highlights = fields.List(
        fields.List(fields.Integer(), metadata={"minItems": 2, "maxItems": 2}),
        **described("[start, end) of each word found, in code points of this snippet (or UTF-16 units)"),
    )
    forms = fields.List(
        fields.List(fields.Integer(), metadata={"minItems": 2, "maxItems": 2}),
        **described(
            "The same of words found that are another form of a searched one: protesting of protests"
        ),
    )


class QuoteSchema(ExtractedQuoteSchema):
    """A stored quote."""

    id = fields.String(**described("Stays the same while the article's text does"))
    extractor_version = fields.String(**described("The version of the rules that found it"))
    corrected = fields.Boolean(**described("Whether a person put it right"))
    quotation = fields.String(
        allow_none=True,
        **described("Id of the group of equal quotes; null if the quote is indirect"),
    )
    occurrences = fields.Integer(**described("The number of equal quotes", minimum=1))
    speaker = fields.Nested(
        QuotedSpeakerSchema, allow_none=True, **described("null: the article does not say")
    )
    co_speakers = fields.List(
        fields.Nested(StoredSpeakerSchema),
        **described("Who speaks together with the speaker, who is the first of them"),
    )
    article = fields.Nested(ArticleSummarySchema, **described("Its article"))
    added_at = fields.DateTime(**described("When it was stored first"))
    changed_at = fields.DateTime(**described("When it was stored last, with its article or by a correction"))
    snippet = fields.Nested(
        SnippetSchema, allow_none=True, **described("The words found; null unless q is given")
    )


class ArticleEntrySchema(ArticleSummarySchema):
    """An article in a list: all of it but its text."""

    author = fields.String(allow_none=True, **described("Who wrote it"))
    language = fields.String(**described("Language of the text"))
    added_at = fields.DateTime(**described("When it was stored first"))
    changed_at = fields.DateTime(**described("When it, or the quotes that are found in it, changed last"))
    quotes = fields.Integer(**described("Number of quotes in it, direct and mixed", minimum=0))


class StoredArticleSchema(ArticleEntrySchema):
    """An article as it was received."""

    text = fields.String(**described("Exactly as it was received"))
    warnings = warnings_field()


class SavedArticleSchema(Schema):
    """The result of storing an article."""

    id = fields.String(**described("The article's id"))
    status = fields.String(**described("What was done", enum=["created", "unchanged", "replaced"]))
    quotes = fields.Integer(
        **described("Number of quotes, direct and mixed, that the article has now", minimum=0)
    )
    warnings = warnings_field()


class ChangeSchema(Schema):
    """The last change of a thing."""

    type = fields.String(
        **described(
            "article: it and all its quotes; quote: it alone; speaker: the names in the quotes of one",
            enum=list(get_args(ChangeType)),
        )
    )
    id = fields.String(**described("Id of the article, quote or speaker"))
    action = fields.String(**described("What was done last", enum=list(get_args(ChangeAction))))
    at = fields.DateTime(**described("When, to the second"))


class ChangePageSchema(Schema):
    """Changes in order, and where to go on."""

    items = fields.List(fields.Nested(ChangeSchema), **described("This page, oldest first"))
    next = fields.String(
        allow_none=True, **described("Address of the next page; null if nothing more has changed yet")
    )
    cursor = fields.String(**described("Goes on behind this page, at any later time"))


class LineErrorSchema(Schema):
    """Why a line is refused, in the members of a problem."""

    detail = fields.String(**described("What went wrong"))
    errors = fields.List(fields.Dict(), **described("The fields at fault: `field` and `message` of each"))


class LineAnswerSchema(Schema):
    """The answer to a line: `id`, `status` and `quotes` of the stored article, or `error`."""

    line = fields.Integer(**described("Number of the line, from 1", minimum=1))
    id = fields.String(metadata={"description": "The article's id"})
    status = fields.String(
        metadata={"description": "What was done", "enum": ["created", "unchanged", "replaced"]}
    )
    quotes = fields.Integer(metadata={"description": "Number of its quotes", "minimum": 0})
    warnings = warnings_field()
    error = fields.Nested(LineErrorSchema, metadata={"description": "Why it is not stored"})


class SpeakerEntrySchema(StoredSpeakerSchema):
    """A speaker, with every name they go by."""

    external_id = fields.String(allow_none=True, **described("Who this is elsewhere: a Wikidata QID, say"))
    aliases = fields.List(fields.String(), **described("Other names of the same speaker"))
    merged_into = fields.String(allow_none=True, **described("Id of the speaker who has their quotes now"))
    quotes = fields.Integer(**described("Number of their quotes, direct and mixed", minimum=0))
    indirect = fields.Integer(**described("Number of their indirect quotes", minimum=0))
    gender = fields.String(
        allow_none=True, **described("What a person stated; null: articles show it, quote by quote")
    )


class RoleCountSchema(Schema):
    """A role of a speaker, over all quotes."""

    role = fields.String(**described("In lower case, without “of Acme”"))
    quotes = fields.Integer(**described("Number of quotes with it, of every kind", minimum=1))
    first = fields.DateTime(
        allow_none=True, **described("When the first was published; null if no date is known")
    )
    last = fields.DateTime(allow_none=True, **described("The same of the last"))


class GenderCountSchema(Schema):
    """A gender that articles show, over all quotes of a speaker."""

    gender = fields.String(**described("f or m", enum=list(get_args(Gender))))
    gender_evidence = fields.String(**described("What shows it", enum=list(get_args(GenderEvidence))))
    quotes = fields.Integer(**described("Number of quotes, of every kind", minimum=1))


class DescribedSpeakerSchema(SpeakerEntrySchema):
    """A speaker, and what articles say of them."""

    roles = fields.List(fields.Nested(RoleCountSchema), **described("The most frequent first, at most 20"))
    genders = fields.List(fields.Nested(GenderCountSchema), **described("The most frequent first"))


class PersonSchema(Schema):
    """A person or organisation you know."""

    id = fields.String(**described("The caller's own, or derived"))
    name = fields.String(**described("The name to show, for which all others stand"))
    kind = fields.String(**described("Sort of speaker", enum=["person", "organisation"]))
    gender = fields.String(allow_none=True, **described("Their gender", enum=[*get_args(Gender), None]))
    external_id = fields.String(allow_none=True, **described("Who this is elsewhere: a Wikidata QID, say"))
    aliases = fields.List(fields.String(), **described("Other whole names"))
    description = fields.String(allow_none=True, **described("Office, work and body"))
    since = fields.DateTime(allow_none=True, **described("Only articles from then on may mean them"))
    until = fields.DateTime(allow_none=True, **described("Only articles until then may mean them"))


class PersonLineAnswerSchema(Schema):
    """The answer to a line: `id` of the person who is on the list now, or `error`."""

    line = fields.Integer(**described("Number of the line, from 1", minimum=1))
    id = fields.String(metadata={"description": "The person's id"})
    error = fields.Nested(LineErrorSchema, metadata={"description": "Why the person is not on the list"})


class DeletedPeopleSchema(Schema):
    """How many people were on a list that is empty now."""

    people = fields.Integer(**described("Number of people", minimum=0))


class FacetValueSchema(Schema):
    """The number of quotes with a value."""

    value = fields.String(
        allow_none=True,
        **described("What a filter takes: a speaker's id, a source, a kind; a month; null: not known"),
    )
    name = fields.String(allow_none=True, **described("What to show"))
    quotes = fields.Integer(**described("Number of quotes", minimum=1))


class FacetsSchema(Schema):
    """Counts for the whole list: of each facet the most frequent values."""

    quotes = fields.Integer(**described("Number of quotes that were counted", minimum=0))
    complete = fields.Boolean(
        **described("Whether these are all; false: only the newest of a long list were looked at")
    )
    speaker = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "The most quoted"})
    source = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "With most quotes"})
    month = fields.List(
        fields.Nested(FacetValueSchema),
        metadata={"description": "Newest first; null: without a date"},
    )
    kind = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "Each kind"})
    gender = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "Of the speakers"})
    role = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "Of the speakers"})
    speaker_kind = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "Of the speakers"})


class QuoteCountSchema(Schema):
    """The number of quotes in a list."""

    quotes = fields.Integer(**described("Number of quotes that were counted", minimum=0))
    complete = fields.Boolean(**described("Whether these are all; false: only the newest were looked at"))


class MonthSchema(Schema):
    """A speaker's quotes of one month."""

    month = fields.String(**described("Year and month in UTC, such as 2026-03"))
    quotes = fields.Integer(**described("Number of quotes", minimum=1))
    sources = fields.List(fields.Nested(FacetValueSchema), **described("Of those that are listed"))


class TimelineSchema(Schema):
    """A speaker over time and between sources."""

    speaker = fields.Nested(StoredSpeakerSchema, **described("Whose quotes these are, after merges"))
    quotes = fields.Integer(**described("Number of quotes that were counted", minimum=0))
    complete = fields.Boolean(**described("Whether these are all; false: only the newest were counted"))
    sources = fields.List(fields.Nested(FacetValueSchema), **described("The 20 with most quotes"))
    months = fields.List(fields.Nested(MonthSchema), **described("Oldest first, none without a quote"))
    undated = fields.Integer(**described("Number of quotes without a date, which are in no month", minimum=0))


class EvidenceSchema(Schema):
    """The number of quotes by what shows the gender of their speaker."""

    pronoun = fields.Integer(**described("He, she", minimum=0))
    title = fields.Integer(**described("Mrs, Sir", minimum=0))
    noun = fields.Integer(**described("Spokeswoman, father", minimum=0))
    given_name = fields.Integer(**described("The given name alone", minimum=0))
    stated = fields.Integer(**described("A person, or a lexicon", minimum=0))


class SourceNumbersSchema(Schema):
    """How much speakers are quoted."""

    quotes = fields.Integer(**described("Number of quotes", minimum=0))
    words = fields.Integer(**described("Number of their words", minimum=0))
    speakers = fields.Integer(**described("Number of different speakers", minimum=0))
    gender_known = fields.Integer(
        **described("Number of quotes of whose speaker the gender is known", minimum=0)
    )
    speakers_known = fields.Integer(**described("Number of these speakers", minimum=0))
    evidence = fields.Nested(EvidenceSchema, **described("Of `gender_known` quotes, by what it is known"))


class SourceCountSchema(SourceNumbersSchema):
    """How much the speakers of one group are quoted; it has the fields that `by` and `per` name."""

    gender = fields.String(allow_none=True, metadata={"description": "f, m; null: not known, or no person"})
    role = fields.String(
        allow_none=True, metadata={"description": "In lower case, without “of Acme”; null: not given"}
    )
    kind = fields.String(metadata={"description": "Kind of speaker", "enum": list(SPEAKER_KINDS)})
    source = fields.String(allow_none=True, metadata={"description": "Who published it"})
    month = fields.String(metadata={"description": "Year and month in UTC, such as 2026-03"})
    author = fields.String(allow_none=True, metadata={"description": "Who wrote the article"})


class SourceCountsSchema(Schema):
    """How much speakers are quoted, by group."""

    total = fields.Nested(SourceNumbersSchema, **described("All groups together, each speaker once"))
    groups = fields.Integer(**described("Number of all groups", minimum=0))
    items = fields.List(
        fields.Nested(SourceCountSchema),
        **described("The groups with the most quotes, in the order of `per`, and as many as `limit`"),
    )


class CorrectionSchema(Schema):
    """A correction, beside what the extractor found."""

    quote_id = fields.String(**described("The quote's id, also when it is rejected"))
    article_id = fields.String(**described("The id of its article"))
    text = fields.String(**described("The words"))
    rejected = fields.Boolean(**described("Whether these words are no quote"))
    unplaced = fields.Boolean(
        **described("Whether the article's text no longer holds the words; the correction waits for them")
    )
    corrects_kind = fields.Boolean(**described("Whether a person said the kind"))
    kind = fields.String(**described("Kind of quote", enum=KINDS))
    found_kind = fields.String(**described("What the extractor says", enum=KINDS))
    corrects_speaker = fields.Boolean(**described("Whether a person said who speaks"))
    speaker_id = fields.String(allow_none=True, **described("The speaker's id; null: nobody is named"))
    speaker = fields.String(allow_none=True, **described("The speaker's name"))
    found_speaker = fields.String(allow_none=True, **described("Whom the extractor names"))
    reason = fields.String(**described("Why, in the person's words"))
    corrected_at = fields.DateTime(**described("When it was said last"))


class AnnotationSchema(Schema):
    """A quotation of annotated news; stretches are [start, end) in code points."""

    kind = fields.String(**described("Kind; other: no speech", enum=[*KINDS, "other"]))
    content = fields.List(fields.List(fields.Integer()), **described("The words"))
    source = fields.List(fields.List(fields.Integer()), **described("Who, as the article has it"))
    cue = fields.List(fields.List(fields.Integer()), **described("The words that signal speech"))
    speaker = fields.String(allow_none=True, **described("The full name; null if nobody is named"))
    corrected = fields.Boolean(**described("Whether a person looked at it"))


class AnnotatedArticleSchema(Schema):
    """An article in which a person corrected quotes, with all its quotations."""

    id = fields.String(**described("The article's id"))
    text = fields.String(**described("Exactly as it was received"))
    quotations = fields.List(fields.Nested(AnnotationSchema), **described("In the order of the text"))


class NearQuoteSchema(ComparisonSchema):
    """A stored quote beside a quotation."""

    quote = fields.Nested(QuoteSchema, **described("The quote, with its article and occurrences"))


class VerificationSchema(Schema):
    """A quotation, checked against a text, or without one against what is stored."""

    verdict = ComparisonSchema._declared_fields["verdict"]
    similarity = fields.Float(metadata={"description": "With text: share of the words that agree"})
    place = fields.Nested(
        SpanSchema, allow_none=True, metadata={"description": "With text: where the words stand in it"}
    )
    differences = fields.List(
        fields.Nested(DifferenceSchema),
        metadata={"description": "With text: all words of both, in order, by how they differ"},
    )
    quote = fields.Nested(
        ExplainedQuoteSchema,
        allow_none=True,
        metadata={"description": "With text: whose words they are; null: none, or nobody is named for them"},
    )
    joined = fields.Nested(
        ExplainedQuoteSchema,
        allow_none=True,
        metadata={"description": "With text: the second quote, if the verdict is joined"},
    )
    speaker_matches = fields.Boolean(
        allow_none=True,
        metadata={
            "description": "With text: whether the speaker is the one named; null: nobody was named, or found"
        },
    )
    items = fields.List(
        fields.Nested(NearQuoteSchema),
        metadata={"description": "Without text: the nearest quotes, best first, one of each quotation"},
    )


class VerificationLineSchema(VerificationSchema):
    """The answer to a line: what is found of its quotation, or `error`."""

    verdict = fields.String(metadata=ComparisonSchema._declared_fields["verdict"].metadata)
    line = fields.Integer(**described("Number of the line, from 1", minimum=1))
    error = fields.Nested(LineErrorSchema, metadata={"description": "Why it is not checked"})


class StatisticsSchema(Schema):
    """Counts over the whole store."""

    articles = fields.Integer(**described("Articles", minimum=0))
    quotes = fields.Integer(**described("Quotes, direct and mixed", minimum=0))
    speakers = fields.Integer(**described("Speakers", minimum=0))
    attributed = fields.Float(**described("Share of quotes that have a speaker", minimum=0, maximum=1))
    by_kind = fields.Dict(fields.String(), fields.Integer(), **described("Quotes of each kind"))
    by_rule = fields.Dict(
        fields.String(), fields.Integer(), **described("Quotes by the rule that attributed them")
    )
    indirect = fields.Integer(**described("Indirect quotes, which the other counts leave out", minimum=0))


class HealthSchema(Schema):
    """A check that succeeded."""

    status = fields.String(
        **described("read-only: the store can be read but not written", enum=["ok", "read-only"])
    )
