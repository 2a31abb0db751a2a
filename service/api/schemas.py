"""The shapes of the answers, for the OpenAPI document.

Answers are written without them, which is several times faster; a test holds the two together.
"""

from typing import Any

from marshmallow import Schema, fields

START = (
    "Offset of the first character, in code points of the article's text as it was received (or UTF-16 units)"
)
END = "Offset after the last character"


def described(description: str, **metadata: Any) -> dict[str, Any]:
    """Build the options of a field that is always there."""
    return {"required": True, "metadata": {"description": description, **metadata}}


class SpanSchema(Schema):
    """A stretch of the article's text."""

    start = fields.Integer(**described(START, minimum=0))
    end = fields.Integer(**described(END, minimum=0))
    text = fields.String(**described("The words themselves"))


class SpeakerSchema(Schema):
    """Who said it, by the fullest name in the article."""

    name = fields.String(**described("The name; for an unnamed speaker the phrase that stands for one"))
    kind = fields.String(**described("Sort of speaker", enum=["person", "organisation", "unnamed"]))


class ExtractedQuoteSchema(Schema):
    """One utterance as the article gives it."""

    text = fields.String(**described("The words, joined with ' … ' where words of the article stand between"))
    kind = fields.String(
        **described(
            "direct: whole clauses in marks; mixed: part of one; indirect: a clause that tells what was said",
            enum=["direct", "mixed", "indirect"],
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
    """How a quote got its speaker."""

    rule = fields.String(**described("The rule that answered"))
    example = fields.String(**described("What it reads"))
    tried = fields.List(
        fields.String(), **described("The rules, in order, that did not answer on this passage before")
    )
    passage = fields.Nested(
        SpanSchema,
        **described("The segment it answered on: a quotation of several may name its speaker in a later one"),
    )


class ExplainedQuoteSchema(ExtractedQuoteSchema):
    """One utterance, explained on request."""

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
    """What one text holds."""

    quotes = fields.List(fields.Nested(ExplainedQuoteSchema), **described("In the order of the text"))
    passages = fields.List(
        fields.Nested(PassageSchema),
        metadata={"description": "Only with passages=true or explain=true: what is no quote"},
    )


class StoredSpeakerSchema(SpeakerSchema):
    """A speaker across articles."""

    id = fields.String(**described("The same for the same name, always"))


class ArticleSummarySchema(Schema):
    """The article a quote stands in."""

    id = fields.String(**described("The caller's id, or one derived from the content"))
    title = fields.String(allow_none=True, **described("Headline"))
    url = fields.String(allow_none=True, **described("Where it was published"))
    source = fields.String(allow_none=True, **described("Who published it"))
    published_at = fields.DateTime(allow_none=True, **described("When it was published"))


class SnippetSchema(Schema):
    """The words around what was searched for."""

    text = fields.String(**described("Plain text, to be escaped like any other"))
    highlights = fields.List(
        fields.List(fields.Integer(), metadata={"minItems": 2, "maxItems": 2}),
        **described("[start, end) of each word found, in code points of this snippet (or UTF-16 units)"),
    )


class QuoteSchema(ExtractedQuoteSchema):
    """A stored quote."""

    id = fields.String(**described("Stays the same while the article's text does"))
    extractor_version = fields.String(**described("The version of the rules that found it"))
    corrected = fields.Boolean(**described("Whether a person put it right"))
    quotation = fields.String(
        allow_none=True,
        **described("Id of what it is an occurrence of: the same words, wherever; null: it is indirect"),
    )
    occurrences = fields.Integer(**described("In how many places these words stand", minimum=1))
    speaker = fields.Nested(
        StoredSpeakerSchema, allow_none=True, **described("null: the article does not say")
    )
    article = fields.Nested(ArticleSummarySchema, **described("Where it stands"))
    snippet = fields.Nested(
        SnippetSchema, allow_none=True, **described("The words found; null unless q is given")
    )


class ArticleEntrySchema(ArticleSummarySchema):
    """An article in a list: all of it but its text."""

    author = fields.String(allow_none=True, **described("Who wrote it"))
    language = fields.String(**described("Language of the text"))
    added_at = fields.DateTime(**described("When it was stored first"))
    quotes = fields.Integer(**described("Number of quotes in it, direct and mixed", minimum=0))


class StoredArticleSchema(ArticleEntrySchema):
    """An article as it was received."""

    text = fields.String(**described("Exactly as it was received"))


class SavedArticleSchema(Schema):
    """What storing an article did."""

    id = fields.String(**described("The article's id"))
    status = fields.String(**described("What was done", enum=["created", "unchanged", "replaced"]))
    quotes = fields.Integer(
        **described("Number of quotes, direct and mixed, that the article has now", minimum=0)
    )


class LineErrorSchema(Schema):
    """Why the article of a line is not stored, in the members of a problem."""

    detail = fields.String(**described("What went wrong"))
    errors = fields.List(fields.Dict(), **described("The fields at fault: `field` and `message` of each"))


class LineAnswerSchema(Schema):
    """What became of a line: `id`, `status` and `quotes` of what was stored, or `error`."""

    line = fields.Integer(**described("Number of the line, from 1", minimum=1))
    id = fields.String(metadata={"description": "The article's id"})
    status = fields.String(
        metadata={"description": "What was done", "enum": ["created", "unchanged", "replaced"]}
    )
    quotes = fields.Integer(metadata={"description": "Number of its quotes", "minimum": 0})
    error = fields.Nested(LineErrorSchema, metadata={"description": "Why it is not stored"})


class SpeakerEntrySchema(StoredSpeakerSchema):
    """A speaker, with every name they go by."""

    external_id = fields.String(allow_none=True, **described("Who this is elsewhere: a Wikidata QID, say"))
    aliases = fields.List(fields.String(), **described("Other names of the same speaker"))
    merged_into = fields.String(allow_none=True, **described("Id of the speaker who has their quotes now"))
    quotes = fields.Integer(**described("Number of their quotes, direct and mixed", minimum=0))
    indirect = fields.Integer(**described("Number of their indirect quotes", minimum=0))


class FacetValueSchema(Schema):
    """How many quotes have a value."""

    value = fields.String(
        allow_none=True,
        **described("What a filter takes: a speaker's id, a source, a kind; a month; null: not known"),
    )
    name = fields.String(allow_none=True, **described("What to show"))
    quotes = fields.Integer(**described("Number of quotes", minimum=1))


class FacetsSchema(Schema):
    """How the quotes of the whole list are shared; of each facet the values that most of them have."""

    quotes = fields.Integer(**described("Number of quotes that were counted", minimum=0))
    complete = fields.Boolean(
        **described("Whether these are all; false: only the newest of a long list were looked at")
    )
    speaker = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "The most quoted"})
    source = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "With most quotes"})
    month = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "Newest first"})
    kind = fields.List(fields.Nested(FacetValueSchema), metadata={"description": "Each kind"})


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


class CorrectionSchema(Schema):
    """What a person made of a quote, beside what the extractor says."""

    quote_id = fields.String(**described("The quote's id, also when it is rejected"))
    article_id = fields.String(**described("The article it stands in"))
    text = fields.String(**described("The words"))
    rejected = fields.Boolean(**described("Whether these words are no quote"))
    corrects_kind = fields.Boolean(**described("Whether a person said the kind"))
    kind = fields.String(**described("Kind of quote", enum=["direct", "mixed", "indirect"]))
    found_kind = fields.String(**described("What the extractor says", enum=["direct", "mixed", "indirect"]))
    corrects_speaker = fields.Boolean(**described("Whether a person said who speaks"))
    speaker_id = fields.String(allow_none=True, **described("The speaker's id; null: nobody is named"))
    speaker = fields.String(allow_none=True, **described("The speaker's name"))
    found_speaker = fields.String(allow_none=True, **described("Whom the extractor names"))
    reason = fields.String(**described("Why, in the person's words"))
    corrected_at = fields.DateTime(**described("When it was said last"))


class AnnotationSchema(Schema):
    """A quotation of annotated news; stretches are [start, end) in code points."""

    kind = fields.String(**described("Kind; other: no speech", enum=["direct", "mixed", "indirect", "other"]))
    content = fields.List(fields.List(fields.Integer()), **described("The words"))
    source = fields.List(fields.List(fields.Integer()), **described("Who, as the article has it"))
    cue = fields.List(fields.List(fields.Integer()), **described("The words that signal speech"))
    speaker = fields.String(allow_none=True, **described("The full name; null where nobody is named"))
    corrected = fields.Boolean(**described("Whether a person looked at it"))


class AnnotatedArticleSchema(Schema):
    """An article in which a person corrected quotes, with all its quotations."""

    id = fields.String(**described("The article's id"))
    text = fields.String(**described("Exactly as it was received"))
    quotations = fields.List(fields.Nested(AnnotationSchema), **described("In the order of the text"))


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
    """That what was asked for holds."""

    status = fields.String(
        **described("read-only: the store can be read but not written", enum=["ok", "read-only"])
    )
