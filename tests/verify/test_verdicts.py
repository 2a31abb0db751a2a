"""Verdicts on quotations of every kind, and what the answer says beside them."""

from collections import Counter
from functools import cache

import pytest

from service.extractor import EVERY_KIND, Span, extract
from service.verify.compare import NOTHING, compare
from service.verify.draft import find_quotations
from service.verify.normalise import UnreadQuotation, read_quotation, read_record
from service.verify.speaker import is_same_speaker
from service.verify.text import CheckedText, Finding
from tests.verify.pairs import read_pairs

TEXT = """“We will not move the harbour wall, and we never said that we would,” said George Bush. She told
them that the hall would reopen in May. “I went home to my family on Sunday,” said Laura Bush, the mayor."""
LEAST_RIGHT = 0.95


@cache
def read_checked(text: str) -> CheckedText:
    return CheckedText(text, extract(text, kinds=EVERY_KIND))


def verify(quotation: str, speaker: str | None = None, text: str = TEXT) -> Finding:
    return read_checked(text).verify(read_quotation(quotation), speaker)


def test_verdicts_on_pairs() -> None:
    pairs = list(read_pairs())
    kinds = Counter(pair.verdict for pair in pairs)
    taken = Counter((pair.verdict, verify(pair.quotation, pair.speaker, pair.text).verdict) for pair in pairs)
    right = sum(number for (wanted, found), number in taken.items() if wanted == found)

    assert len(pairs) >= 200
    assert min(kinds.values()) >= 25
    assert right >= LEAST_RIGHT * len(pairs), taken


@pytest.mark.parametrize(
    ("quotation", "verdict"),
    [
        ("“we will not move the harbour wall”", "exact"),
        ("We will  not move—the harbour wall!", "exact"),
        ("[W]e will not move the harbour wall", "exact"),
        ("[They] will not move the harbour wall", "exact"),
        ("We will not move [it], and we never said that we would", "exact"),
        ("We will not move … and we never said that we would", "exact"),
        ("We will not move ... and we never said that we would", "exact"),
        ("We will not move [. . .] and we never said that we would", "exact"),
        ("We will not (laughs) move the harbour wall", "exact"),
        ("We will not move [sic] the harbour wall", "exact"),
        ("We will not (ever) move the harbour wall", "altered"),
        ("We will not move the harbor wall", "altered"),
        ("WE WILL NOT move the harbour wall", "exact"),
        ("We will not move, and we never said that we would", "partial"),
        ("The harbour family went to the wall on Sunday and never moved", "absent"),
        ("We will not move the harbour wall to my family on Sunday", "joined"),
        ("the hall would reopen in May", "not_said"),
        ("Nobody asked us about the trains", "absent"),
        ("would would would would", "absent"),
    ],
)
def test_what_editors_do_is_told_from_what_is_changed(quotation: str, verdict: str) -> None:
    assert verify(quotation).verdict == verdict


def test_an_answer_says_where_how_and_whose() -> None:
    finding = verify("We will never move the wall", "Bush")

    assert finding.verdict == "altered"
    assert finding.place is not None
    assert (
        finding.place.text
        == "We will not move the harbour wall"
        == TEXT[finding.place.start : finding.place.end]
    )
    assert finding.quote is not None
    assert finding.quote.speaker is not None
    assert finding.quote.speaker.name == "George Bush"
    assert finding.speaker_matches is True
    assert [
        (one.kind, one.given and one.given.text, one.said and one.said.text) for one in finding.differences
    ] == [
        ("kept", "We will", "We will"),
        ("changed", "never", "not"),
        ("kept", "move the", "move the"),
        ("missing", None, "harbour"),
        ("kept", "wall", "wall"),
    ]
    assert finding.similarity == pytest.approx(5 / 7, abs=0.001)


def test_every_place_is_that_of_its_words() -> None:
    for pair in read_pairs():
        finding = verify(pair.quotation, pair.speaker, pair.text)
        for one in finding.differences:
            if one.given is not None:
                assert pair.quotation[one.given.start : one.given.end] == one.given.text
            if one.said is not None and " … " not in one.said.text:
                assert pair.text[one.said.start : one.said.end] == one.said.text


def test_words_of_another_are_not_said() -> None:
    finding = verify("We will not move the harbour wall", "Laura Bush")

    assert (finding.verdict, finding.speaker_matches) == ("not_said", False)
    assert finding.quote is not None
    assert finding.quote.speaker is not None
    assert finding.quote.speaker.name == "George Bush"


def test_retold_words_are_not_said_and_belong_to_an_indirect_quote() -> None:
    finding = verify("the hall would reopen in May")

    assert finding.quote is not None
    assert finding.quote.kind == "indirect"


def test_words_behind_a_mark_that_is_never_closed_are_said() -> None:
    text = "The series starts next week.”We had a few words about the hall. It was closed by then."

    assert verify("We had a few words about the hall", text=text).verdict == "exact"
    assert verify("had a few words about the hall", text=text).verdict == "not_said"


def test_remarks_in_the_text_are_passed_over_too() -> None:
    text = "“We will (laughs) not move [sic],” said Jane Doe."

    for quotation in ("We will (laughs) not move [sic]", "We will not move"):
        assert verify(quotation, text=text).verdict == "exact"


@pytest.mark.parametrize(
    "said",
    [
        "We don&rsquo;t know &amp; we <b>never</b> asked",
        "We donâ€™t know & we never asked",
        "We don\u2019t kn\u200bow we ne\xadver asked\ufeff",
    ],
)
def test_what_transport_did_to_a_text_does_not_count(said: str) -> None:
    text = f"“{said} before,” said Jane Doe."
    finding = verify("We don't know … we never asked", text=text)

    assert finding.verdict == "exact"
    assert finding.place is not None
    assert finding.place.text == text[finding.place.start : finding.place.end]
    assert finding.place.text.startswith("We don")
    assert verify(said, text="“We don't know, we never asked,” said Jane Doe.").verdict == "exact"


def test_a_short_piece_is_found_among_many_quotes() -> None:
    said = "We will go to the hall and not to the wall in May"
    many = " ".join(
        f"“They will go to the wall and the hall in {number} days,” she said." for number in range(20)
    )
    text = f"“{said},” said Jane Doe. {many} “Nobody paid those ferrymen,” said Sam Roe."
    finding = verify(f"{said} nobody paid those ferrymen", text=text)

    assert finding.verdict == "joined"
    assert finding.joined is not None
    assert finding.joined.text == "Nobody paid those ferrymen"


def test_words_between_a_colon_and_a_mark_that_was_never_opened_are_said() -> None:
    text = "Doe added: And who knows? We never argued since that day,' he said. Roe: it was dark and late."

    assert verify("And who knows? We never argued since that day", text=text).verdict == "exact"
    assert verify("We never argued since that day", text=text).verdict == "not_said"
    assert verify("it was dark and late", text=text).verdict == "not_said"


def test_brackets_inside_words_are_read_in_the_text_too() -> None:
    text = "“They paint[ed] the hall in two days,” said Jane Doe."

    assert verify("They painted the hall", text=text).verdict == "exact"
    assert verify("They paint[ed] the hall", text=text).verdict == "exact"


@pytest.mark.parametrize(
    ("named", "names", "same"),
    [
        ("Bush", ["George Bush"], True),
        ("President Bush", ["George Bush"], True),
        ("George W. Bush", ["George Bush"], True),
        ("G. Bush", ["George Bush"], True),
        ("Laura Bush", ["George Bush"], False),
        ("Bush", ["Laura Marsh"], False),
        ("the mayor", ["Laura Bush", "the mayor"], True),
        ("...", ["Laura Bush"], False),
    ],
)
def test_a_speaker_is_known_by_a_part_of_the_name(named: str, names: list[str], same: bool) -> None:
    assert is_same_speaker(named, names) is same


def test_quotations_of_a_draft_name_whom_it_calls() -> None:
    draft = "“We went home,” said George Bush. He read “The Lamp”.\n\nA sign has “dark and late and cold”."

    assert [(one.text, one.speaker) for one in find_quotations(extract(draft))] == [
        ("We went home", "George Bush"),
        ("dark and late and cold", None),
    ]


@pytest.mark.parametrize(
    "quotation",
    [
        "the " * 300,
        "a b " * 150,
        " ".join(map(str, range(300))),
        "we " * 150 + "move " * 150,
        "[" * 1_999 + "a",
        "(" * 1_999 + "a",
    ],
)
def test_hostile_quotations_are_compared_in_bounded_steps(quotation: str) -> None:
    text = ("the a b we move " + " ".join(map(str, range(400)))) * 20
    record = read_record([Span(0, len(text), text)])

    assert compare(read_quotation(quotation), record).similarity <= 1


def test_nothing_in_common_is_nothing() -> None:
    assert compare(read_quotation("never"), read_record([Span(0, 6, "always")])) is NOTHING


@pytest.mark.parametrize(
    ("quotation", "message"),
    [("a" * 2_001, "2001 characters"), ("a " * 301, "301 words"), ("“…”", "no word")],
)
def test_limits_are_named(quotation: str, message: str) -> None:
    with pytest.raises(UnreadQuotation, match=message):
        read_quotation(quotation)
