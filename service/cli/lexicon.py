"""Reads the lexicon of `quotes extract --lexicon`."""

from typing import BinaryIO

import click
import orjson
from marshmallow import ValidationError

from service.extractor import Lexicon
from service.schemas.check import flatten_messages
from service.schemas.lexicon import LexiconSchema

ERRORS_SHOWN = 5


def read_lexicon(file: BinaryIO) -> Lexicon:
    """Read a JSON object as POST /v1/extract takes it.  Raises BadParameter, naming the field."""
    try:
        value = orjson.loads(file.read())
    except orjson.JSONDecodeError as error:
        raise click.BadParameter(f"{file.name}: is not JSON: {error}", param_hint="--lexicon") from None
    if not isinstance(value, dict):
        raise click.BadParameter(f"{file.name}: must be a JSON object", param_hint="--lexicon")
    try:
        lexicon = LexiconSchema().load(value)
    except ValidationError as error:
        errors = flatten_messages(error.messages_dict)
        message = "; ".join(f"{field}: {message}" for field, message in errors[:ERRORS_SHOWN])
        raise click.BadParameter(f"{file.name}: {message}", param_hint="--lexicon") from None
    assert isinstance(lexicon, Lexicon)  # noqa: S101 - marshmallow types what a schema builds as any
    return lexicon
