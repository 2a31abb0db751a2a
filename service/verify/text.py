"""Checks a quotation against one text, whose quotes were extracted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from service.extractor import Extraction, Quote, Span, UnattributedPassage
from service.verify.compare import (
    NEAR,
    PIECE_WORDS,
    Comparison,
    Difference,
    Verdict,
    compare,
    find_joined,
    find_rest,
    join,
    list_differences,
)
from service.verify.normalise import GivenQuotation, Record, read_record
from service.verify.speaker import is_same_speaker

# The quotes that share most words with a quotation are compared with it.
COMPARED_QUOTES = 8
# Passages in quotation marks that nobody speaks, by the extractor's reason.
OPENING_MARKS = frozenset('"“”„«‘‹')
CLOSING_MARKS = frozenset("\"'”“»’›")
NO_SPEECH = frozenset(("title", "nickname"))

# Words in quotation marks: of a quote, or of a passage whose speaker the text does not give.
Said = Quote | UnattributedPassage


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer on a quotation: where its words stand in the text, and whose they are.

    `place` is what stands there.  `quote` is the quote that it belongs to, `joined` the second of two.
    `speaker_matches` is whether the speaker who was named is the one found; None if nobody was named, or
    found.
    """

    verdict: Verdict
    similarity: float
    place: Span | None
    differences: tuple[Difference, ...]
    quote: Quote | None
    joined: Quote | None
    speaker_matches: bool | None


ABSENT = Finding("absent", 0.0, None, (), None, None, None)


class CheckedText:
    """A text with its quotes as records, for one quotation after another."""

    def __init__(self, text: str, extraction: Extraction) -> None:
        self.text = text
        self._said: list[Said] = [quote for quote in extraction.quotes if quote.kind != "indirect"]
        self._said += [one for one in extraction.passages if one.reason not in NO_SPEECH]
        self._told = [quote for quote in extraction.quotes if quote.kind == "indirect"]

    @cached_property
    def _records(self) -> list[Record]:
        return [read_record(list_segments(one)) for one in self._said]

    @cached_property
    def _whole(self) -> Record:
        return read_record([Span(0, len(self.text), self.text)])

    def verify(self, quotation: GivenQuotation, speaker: str | None = None) -> Finding:
        """Find a quotation among what is said, then among all words of the text."""
        near = self._find_near(quotation)
        compared = [compare(quotation, self._records[at]) for at in near]
        if (nearest := max(compared, key=lambda one: one.similarity, default=None)) is not None:
            more = [at for at in self._find_having(find_rest(quotation, nearest)) if at not in near]
            near += more
            compared += [compare(quotation, self._records[at]) for at in more]
        ranked = sorted(
            range(len(near)), key=lambda at: self._rank(compared[at], self._said[near[at]], speaker)
        )
        if ranked and compared[ranked[0]].verdict in ("exact", "partial"):
            return self._report(quotation, near[ranked[0]], compared[ranked[0]], speaker)
        pair = find_joined(quotation, compared)
        if pair is not None:
            first, second = ((near[at], compared[at]) for at in pair)
            return self._report_joined(quotation, first, second, speaker)
        if ranked and compared[ranked[0]].verdict == "altered":
            return self._report(quotation, near[ranked[0]], compared[ranked[0]], speaker)
        outside = compare(quotation, self._whole)
        if outside.verdict != "absent" and outside.place is not None:
            finding = self._report_unsaid(quotation, outside, speaker)
            if finding.speaker_matches is False or not self._has_lost_mark(outside.place, finding.quote):
                return finding
            return replace(finding, verdict=outside.verdict)
        if ranked and compared[ranked[0]].similarity >= NEAR:
            return self._report(quotation, near[ranked[0]], compared[ranked[0]], speaker)
        return ABSENT

    def _has_lost_mark(self, place: tuple[int, int], quote: Quote | None) -> bool:
        """Whether words that no pair of marks holds were meant to be in one.

        A mark opens before them, which the text never closes; or one closes behind them, and a colon stands
        before them.
        """
        before, behind = self.text[: place[0]], self.text[place[1] : place[1] + 2]
        if before.rstrip().endswith(":") and not CLOSING_MARKS.isdisjoint(behind):
            return True
        return before[-1:] in OPENING_MARKS and (quote is None or quote.kind != "indirect")

    def _find_near(self, quotation: GivenQuotation) -> list[int]:
        """The records that share most words with a quotation, in the order of the text."""
        forms = set(quotation.forms)
        shared = [len(forms & record.places.keys()) for record in self._records]
        most = sorted((-number, at) for at, number in enumerate(shared) if number)[:COMPARED_QUOTES]
        return [at for _, at in most]

    def _find_having(self, rest: Sequence[str]) -> list[int]:
        """The first records that have a piece of what the nearest has not."""
        pieces = [f" {' '.join(rest[at : at + PIECE_WORDS])} " for at in range(len(rest) - PIECE_WORDS + 1)]
        having = (
            at for at, record in enumerate(self._records) if any(piece in record.joined for piece in pieces)
        )
        return list(islice(having, COMPARED_QUOTES))

    def _rank(self, compared: Comparison, said: Said, speaker: str | None) -> tuple[float, bool]:
        """The nearest first; of equals whoever is named."""
        return -compared.similarity, not matches_speaker(said, speaker)

    def _find_quote(self, at: int) -> Quote | None:
        said = self._said[at]
        return said if isinstance(said, Quote) else None

    def _report(
        self, quotation: GivenQuotation, at: int, compared: Comparison, speaker: str | None
    ) -> Finding:
        quote = self._find_quote(at)
        matches = matches_speaker(quote, speaker)
        found_elsewhere = matches is False and compared.verdict != "absent"
        verdict: Verdict = "not_said" if found_elsewhere else compared.verdict
        return self._build(verdict, quotation, compared, self._records[at], quote, matches)

    def _report_joined(
        self,
        quotation: GivenQuotation,
        first: tuple[int, Comparison],
        second: tuple[int, Comparison],
        speaker: str | None,
    ) -> Finding:
        (one, compared), (other, others) = first, second
        whole, record = join(quotation, (compared, self._records[one]), (others, self._records[other]))
        quote = self._find_quote(one)
        finding = self._build("joined", quotation, whole, record, quote, matches_speaker(quote, speaker))
        return replace(finding, joined=self._find_quote(other))

    def _report_unsaid(self, quotation: GivenQuotation, compared: Comparison, speaker: str | None) -> Finding:
        """Report words that the writer of the text has, maybe retelling what somebody said."""
        quotes = (*self._told, *(one for one in self._said if isinstance(one, Quote)))
        quote = next((one for one in quotes if overlaps(one, compared.place)), None)
        matches = matches_speaker(quote, speaker)
        return self._build("not_said", quotation, compared, self._whole, quote, matches)

    def _build(
        self,
        verdict: Verdict,
        quotation: GivenQuotation,
        compared: Comparison,
        record: Record,
        quote: Quote | None,
        matches: bool | None,
    ) -> Finding:
        differences = list_differences(compared, quotation, record)
        place = compared.place and record.cut(*compared.place)
        similarity = round(compared.similarity, 3)
        return Finding(verdict, similarity, place, tuple(differences), quote, None, matches)


def list_segments(said: Said) -> Sequence[Span]:
    return said.segments if isinstance(said, Quote) else [Span(said.start, said.end, said.text)]


def matches_speaker(said: Said | None, speaker: str | None) -> bool | None:
    """Whether the speaker who is named is a quote's; None if it is not known."""
    if speaker is None or not isinstance(said, Quote) or said.speaker is None:
        return None
    speakers = (said.speaker, *said.co_speakers)
    names = [name for one in speakers for name in (one.name, *(role.text for role in one.roles))]
    return is_same_speaker(speaker, names + ([said.mention.text] if said.mention else []))


def overlaps(quote: Quote, place: tuple[int, int] | None) -> bool:
    return place is not None and any(one.start < place[1] and place[0] < one.end for one in quote.segments)
