"""Extra words for one call, as JSON: read by `POST /v1/extract` and `quotes extract --lexicon`."""

from collections.abc import Mapping
from typing import Any, get_args

from marshmallow import ValidationError, fields, post_load

from service.extractor import KnownPerson, Lexicon, Title, Verb
from service.extractor.lexicon import (
    ALIASES_AT_MOST,
    CHARACTERS_AT_MOST,
    ENTRIES_AT_MOST,
    VerbClass,
    is_blank,
)
from service.schemas.fields import COMMON_MESSAGES, Choice, Data, Messages, RequestSchema, Text

LEXICON_EXAMPLE = {
    "verbs": [{"lemma": "quip", "class": "say", "past": "quipped", "gerund": "quipping"}],
    "titles": [{"word": "Fleet Warden", "gender": None}],
    "people": [{"name": "Jane Doe", "aliases": ["the Boss"], "gender": "f", "kind": "person"}],
}


class LexiconEntry(fields.Nested):
    """One object of a lexicon."""

    default_error_messages: Messages = COMMON_MESSAGES

    def _deserialize(
        self, value: Any, attr: str | None, data: Data, partial: Any = None, **options: Any
    ) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("must be an object")
        return super()._deserialize(value, attr, data, partial, **options)


class LexiconEntries(fields.List[Any]):
    """A list of at most `maximum` entries."""

    default_error_messages: Messages = COMMON_MESSAGES | {"invalid": "must be a list"}

    def __init__(self, entry: fields.Field[Any], *, maximum: int, **options: Any) -> None:
        self.maximum = maximum
        options["metadata"] = {"maxItems": maximum, **options.get("metadata", {})}
        super().__init__(entry, load_default=(), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> Any:
        if isinstance(value, list) and len(value) > self.maximum:
            raise ValidationError(f"holds {len(value)} entries, the limit is {self.maximum}")
        return tuple(super()._deserialize(value, attr, data, **options))


def word_field(description: str, **options: Any) -> Text:
    """Build the field of a word or a few."""
    metadata = {"description": description}
    return Text(maximum=CHARACTERS_AT_MOST, validate=check_word, metadata=metadata, **options)


def check_word(value: str) -> None:
    """Raise ValidationError for a word that is blank to the extractor."""
    if is_blank(value):
        raise ValidationError("must not be empty or blank")


def gender_field() -> Choice:
    """Build the field of a gender."""
    metadata = {"description": "What pronouns go by", "enum": ["m", "f", None]}
    return Choice("m", "f", allow_none=True, metadata=metadata)


class VerbSchema(RequestSchema):
    """A reporting verb; its forms are regular unless given."""

    lemma = word_field("The base form; of several words the first is inflected", required=True)
    kind = Choice(
        *get_args(VerbClass),
        data_key="class",
        metadata={
            "description": "say (the default): takes a quotation or a that-clause; manner: speech only where "
            "it touches a quotation; call: names something with quoted words; think: reported thought; "
            "document: said of letters and signs"
        },
    )
    past = word_field("Past, if irregular", allow_none=True)
    participle = word_field("Past participle, if it differs from the past", allow_none=True)
    gerund = word_field("Form in -ing, if irregular", allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Verb:
        return Verb(**data)


class TitleSchema(RequestSchema):
    """A title, rank or office before a name, and no part of it."""

    word = word_field("The title, as it is written", required=True)
    gender = gender_field()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Title:
        return Title(**data)


class KnownPersonSchema(RequestSchema):
    """A known person or organisation, meant by the name and by every alias."""

    name = word_field("The name that answers give", required=True)
    aliases = LexiconEntries(
        word_field("Another name"),
        maximum=ALIASES_AT_MOST,
        metadata={"description": "Other names; a name that several people share is ignored"},
    )
    gender = gender_field()
    kind = Choice("person", "organisation", metadata={"description": "Sort of speaker (person)"})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> KnownPerson:
        return KnownPerson(**data)


class LexiconSchema(RequestSchema):
    """Extra words for this call."""

    verbs = LexiconEntries(
        LexiconEntry(VerbSchema), maximum=ENTRIES_AT_MOST, metadata={"description": "More reporting verbs"}
    )
    titles = LexiconEntries(
        LexiconEntry(TitleSchema), maximum=ENTRIES_AT_MOST, metadata={"description": "More titles"}
    )
    people = LexiconEntries(
        LexiconEntry(KnownPersonSchema),
        maximum=ENTRIES_AT_MOST,
        metadata={"description": "Who is known already"},
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Lexicon:
        return Lexicon(**data)
