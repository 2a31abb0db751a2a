"""A quotation to be checked, as it may come in."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from service.extractor import list_languages
from service.schemas.check import FieldError, InvalidFields, check
from service.schemas.fields import Choice, MomentField, RequestSchema, Text
from service.store import QuoteFilter
from service.verify.normalise import QUOTATION_LENGTH, UnreadQuotation, read_quotation


def check_words(value: str) -> None:
    """Raise ValidationError for a quotation with no word, or too many."""
    try:
        read_quotation(value)
    except UnreadQuotation as error:
        raise ValidationError(str(error)) from None


class VerifySchema(RequestSchema):
    """A quotation, who is said to have said it, and the text to find it in."""

    quote = Text(
        required=True,
        maximum=QUOTATION_LENGTH,
        validate=check_words,
        metadata={"description": "The quotation, with or without marks; at most 300 words"},
    )
    speaker = Text(
        maximum=200,
        allow_none=True,
        metadata={"description": "Who is said to have said it: a name or a part of one"},
    )
    text = Text(
        allow_none=True,
        metadata={"description": "The article that it is said to be from; without it: any that is stored"},
    )
    language = Choice(*list_languages(), load_default="en", metadata={"description": "Language of the text"})
    source = Text(
        maximum=200, allow_none=True, metadata={"description": "Without text: only of this publisher"}
    )
    from_ = MomentField(
        data_key="from", allow_none=True, metadata={"description": "Without text: published then or later"}
    )
    to = MomentField(
        end_of_day=True, allow_none=True, metadata={"description": "Without text: then or earlier"}
    )

    @validates_schema(skip_on_field_errors=False)
    def check_conditions(self, given: dict[str, Any], **_options: Any) -> None:
        """Refuse conditions for stored quotes beside a text.  Raises ValidationError."""
        if given.get("text") is None:
            return
        names = [name for name in ("source", "from_", "to") if given.get(name) is not None]
        if names:
            message = "is for what is stored: leave it out, or the text"
            raise ValidationError({name.rstrip("_"): [message] for name in names})


SCHEMA = VerifySchema()


def read_verification(given: dict[str, Any]) -> dict[str, Any]:
    """Read a line as a body is read.  Raises InvalidFields."""
    return check(SCHEMA, given)


def read_conditions(body: dict[str, Any]) -> QuoteFilter:
    """Read which stored quotes a quotation is held against.  Raises InvalidFields."""
    wanted = QuoteFilter(
        speaker=body.get("speaker"),
        source=body.get("source"),
        from_=body.get("from_"),
        to=body.get("to"),
    )
    if wanted.from_ and wanted.to and wanted.from_ > wanted.to:
        raise InvalidFields([FieldError("from", "must not be after to")])
    return wanted
