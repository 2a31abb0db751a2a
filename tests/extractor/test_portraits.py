"""What an extraction says of its speakers; tests/cases/en/portraits.txt has the phrases one by one."""

import pytest

from service.extractor import Speaker, extract

TEXT = "“It sank,” said Captain Ann Poe, who owns her boat. Poe is the head of the Weir Club."


def find_speaker(text: str, *, gender: bool = True) -> Speaker:
    speaker = extract(text, gender=gender).quotes[0].speaker
    assert speaker
    return speaker


def test_all_roles_are_given_in_the_order_of_the_text() -> None:
    speaker = find_speaker(TEXT)

    assert [role.text for role in speaker.roles] == ["Captain", "head of the Weir Club"]
    assert speaker.role in speaker.roles
    assert all(TEXT[role.start : role.end] == role.text for role in speaker.roles)


def test_gender_is_left_out_on_request() -> None:
    speaker, without = find_speaker(TEXT), find_speaker(TEXT, gender=False)

    assert (speaker.gender, speaker.gender_evidence) == ("f", "pronoun")
    assert (without.gender, without.gender_evidence) == (None, None)
    assert without.roles == speaker.roles


@pytest.mark.parametrize("text", ["“It sank,” said a spokeswoman.", "“It sank,” said Mrs Quill."])
def test_no_word_shows_a_gender_that_is_left_out(text: str) -> None:
    assert find_speaker(text).gender == "f"
    assert find_speaker(text, gender=False).gender is None


def test_offsets_are_those_of_the_text_as_received() -> None:
    text = "<p>&ldquo;It sank,&rdquo; said Captain Ann Poe.</p>"
    role = find_speaker(text).role

    assert role
    assert text[role.start : role.end] == role.text == "Captain"


def test_people_who_speak_together_are_each_portrayed() -> None:
    text = "“It sank,” said Mayor Ann Poe and Rob Roe."
    [quote] = extract(text).quotes
    speakers = [speaker for speaker in (quote.speaker, *quote.co_speakers) if speaker]

    assert [speaker.name for speaker in speakers] == ["Ann Poe", "Rob Roe"]
    assert [speaker.gender for speaker in speakers] == ["f", "m"]
    assert speakers[0].role
    assert speakers[0].role.text == "Mayor"
