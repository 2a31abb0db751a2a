"""The marshmallow fields of requests: strict readers whose messages name the limit."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields

from service.extractor import QuoteKind
from service.schemas.kinds import parse_kinds
from service.schemas.moments import parse_moment

Data = Mapping[str, Any] | None
Messages = dict[str, str | list[Any] | dict[Any, Any]]

# For the OpenAPI document; the field itself says which of its two halves is not met.
# What is blank is what Python says; some readers of patterns know a few blanks less, and U+FEFF besides.
NOT_BLANK_PATTERN = r"^[^\x00]*([^\x00\s\x1c-\x1f\x85]|\ufeff)[^\x00]*$"
# U+FFFD is what an address that is no UTF-8 turns into: several such would be one id.
IDENTIFIER_PATTERN = r"[^/\x00-\x1f\x7f\ufffd]{1,200}"
KINDS_PATTERN = "^(any|(direct|mixed|indirect)(,(direct|mixed|indirect)){0,2})$"
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
DECIMAL_NUMBER = re.compile(r"(?:[0-9]{1,20}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
SPACE_FOR_PLUS = re.compile(r"T.* [0-9]{2}(?::?[0-9]{2})?\Z")

COMMON_MESSAGES: Messages = {"required": "is required", "null": "must not be null"}


class RequestSchema(Schema):
    """The fields of a request; any other field is an error that lists the allowed ones."""

    error_messages = {"type": "must be an object"}  # noqa: RUF012 - as marshmallow declares it

    def load(self, data: Any, **options: Any) -> Any:
        """Check data.  Raises ValidationError."""
        try:
            return super().load(data, **options)
        except ValidationError as error:
            # marshmallow's frame holds the error, which holds the frame: all of a large body would stay until
            # the collector comes round.
            raise error.with_traceback(None) from None

    def handle_error(
        self, error: ValidationError, data: Any, *, many: bool, partial: Any = None, **_: Any
    ) -> None:
        """List the allowed fields if one is unknown."""
        del data, many, partial
        allowed = ", ".join(self.declared_names()) or "nothing"
        messages = error.messages
        if isinstance(messages, dict):
            for name, message in messages.items():
                if message == [self.error_messages["unknown"]]:
                    messages[name] = [f"is not known here; allowed: {allowed}"]

    def declared_names(self) -> list[str]:
        """List the names that a request may use."""
        return [field.data_key or name for name, field in self.load_fields.items()]


class Text(fields.String):
    """A string of 1 to `maximum` code points that is not blank and holds no NUL.

    Lone surrogates need no check: a body, query or file with one is refused earlier.
    """

    default_error_messages: Messages = COMMON_MESSAGES | {"invalid": "must be a string"}

    def __init__(self, *, maximum: int | None = None, **options: Any) -> None:
        self.maximum = maximum
        limits: dict[str, Any] = {"minLength": 1, "pattern": NOT_BLANK_PATTERN}
        if maximum is not None:
            limits["maxLength"] = maximum
        options["metadata"] = {**limits, **options.get("metadata", {})}
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        assert isinstance(text, str)  # noqa: S101 - marshmallow types a field's value as optional
        if self.maximum is not None and len(text) > self.maximum:
            raise ValidationError(f"is {len(text)} characters long, the limit is {self.maximum}")
        if not text or text.isspace():
            raise ValidationError("must not be empty or blank")
        position = text.find("\0")
        if position >= 0:
            raise ValidationError(f"holds a NUL character at position {position}")
        return text


class Texts(fields.List[str]):
    """A parameter that may be given several times, at most `most`; one string if it is given once."""

    def __init__(self, *, maximum: int, most: int, **options: Any) -> None:
        self.most = most
        options["metadata"] = {"minItems": 1, "maxItems": most, **options.get("metadata", {})}
        super().__init__(Text(maximum=maximum), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> Any:
        del attr, data, options
        values = value if isinstance(value, list) else [value]
        if len(values) > self.most:
            raise ValidationError(f"is given {len(values)} times, the limit is {self.most}")
        texts = [str(self.inner.deserialize(one)) for one in values]
        return texts[0] if len(texts) == 1 else tuple(texts)


class TextList(fields.List[str]):
    """A list of at most `most` strings that are valid as `Text`."""

    default_error_messages: Messages = COMMON_MESSAGES | {"invalid": "must be a list of strings"}

    def __init__(self, maximum: int, most: int, **options: Any) -> None:
        self.most = most
        options["metadata"] = {"maxItems": most, **options.get("metadata", {})}
        super().__init__(Text(maximum=maximum), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError(f"has {len(value)} items, the limit is {self.most}")
        return super()._deserialize(value, attr, data, **options)


class BodyTruth(fields.Boolean):
    """`true` or `false` of JSON."""

    default_error_messages: Messages = COMMON_MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> bool:
        del attr, data, options
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


def read_whole_number(value: Any, least: int, most: int) -> int:
    """Read a number in ASCII digits.  Raises ValidationError."""
    if not (isinstance(value, str) and WHOLE_NUMBER.fullmatch(value)) or not least <= int(value) <= most:
        raise ValidationError(f"must be a whole number from {least} to {most}")
    return int(value)


class Share(fields.Float):
    """A number from 0 to 1."""

    def __init__(self, **options: Any) -> None:
        options["metadata"] = {"minimum": 0, "maximum": 1, **options.get("metadata", {})}
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> float:
        del attr, data, options
        if isinstance(value, str) and DECIMAL_NUMBER.fullmatch(value) and 0 <= float(value) <= 1:
            return float(value)
        raise ValidationError("must be a number from 0 to 1")


class Truth(fields.Boolean):
    """`true` or `false`."""

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> bool:
        del attr, data, options
        if value not in ("true", "false"):
            raise ValidationError("must be true or false")
        return bool(value == "true")


class Choice(fields.String):
    """One of a few words."""

    default_error_messages: Messages = COMMON_MESSAGES

    def __init__(self, *choices: str, **options: Any) -> None:
        self.choices = choices
        options["metadata"] = {"enum": list(choices), **options.get("metadata", {})}
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> str:
        del attr, data, options
        if not isinstance(value, str) or value not in self.choices:
            raise ValidationError(f"must be one of: {', '.join(self.choices)}")
        return value


class Choices(fields.Field[list[str]]):
    """One or more of a few words, separated by commas; each once, in the order given."""

    def __init__(self, *choices: str, **options: Any) -> None:
        self.choices = choices
        word = f"({'|'.join(choices)})"
        options["metadata"] = {"pattern": f"^{word}(,{word})*$", **options.get("metadata", {})}
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> list[str]:
        del attr, data, options
        words = value.split(",") if isinstance(value, str) else [value]
        if not all(word in self.choices for word in words):
            raise ValidationError(f"must be some of these, separated by commas: {', '.join(self.choices)}")
        return list(dict.fromkeys(words))


class Kinds(fields.Field[frozenset[QuoteKind]]):
    """Kinds of quotes, separated by commas; or any."""

    default_error_messages: Messages = COMMON_MESSAGES

    def __init__(self, **options: Any) -> None:
        options["metadata"] = {"type": "string", "pattern": KINDS_PATTERN, **options.get("metadata", {})}
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> frozenset[QuoteKind]:
        del attr, data, options
        try:
            return parse_kinds(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class MomentField(fields.Field[datetime]):
    """A field for `parse_moment`: a date, or a date and time."""

    default_error_messages: Messages = COMMON_MESSAGES

    def __init__(self, *, end_of_day: bool = False, **options: Any) -> None:
        self.end_of_day = end_of_day
        formats = [{"format": "date"}, {"format": "date-time"}]
        options["metadata"] = {"anyOf": formats, **options.get("metadata", {})}
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> datetime:
        del attr, data, options
        if not isinstance(value, str):
            raise ValidationError("must be a string that holds a date or a date and time")
        try:
            return parse_moment(value, end_of_day=self.end_of_day)
        except ValueError as error:
            hint = " (in an address + is written %2B)" if SPACE_FOR_PLUS.search(value) else ""
            raise ValidationError(f"{error}{hint}") from None
