"""A text to check quotations against: extracted once for all that are asked in a row."""

from functools import lru_cache

from service.config import Config
from service.extractor import EVERY_KIND
from service.ingest.extract import extract_counted
from service.ingest.time_limit import time_limit
from service.verify.text import CheckedText

# Texts whose quotes a process keeps, and the longest of them, in code points.
KEPT_TEXTS = 8
KEPT_LENGTH = 100_000


def read_checked_text(text: str, language: str, config: Config) -> CheckedText:
    """Extract a text, unless it was the same a moment ago.  Raises OutOfTime."""
    gender = config.speaker_gender == "on"
    if len(text) > KEPT_LENGTH:
        return build_checked_text(text, language, config.extract_seconds, gender=gender)
    return read_kept(text, language, config.extract_seconds, gender)


@lru_cache(KEPT_TEXTS)
def read_kept(text: str, language: str, seconds: float, gender: bool) -> CheckedText:
    return build_checked_text(text, language, seconds, gender=gender)


def build_checked_text(text: str, language: str, seconds: float, *, gender: bool) -> CheckedText:
    with time_limit(seconds):
        return CheckedText(text, extract_counted(text, language=language, kinds=EVERY_KIND, gender=gender))
