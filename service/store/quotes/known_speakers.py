"""Gives the quotes of articles the known people who speak them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from service.extractor import Speaker
from service.store.database.identities import digest_identity
from service.store.people.recognise import Recognition, recognise
from service.store.quotes.write import Reading
from service.store.speakers.write import derive_speaker_id
from service.store.text.folding import normalise_name


def recognise_speakers(
    connection: Connection, given: Sequence[tuple[datetime | None, list[Reading]]], *, keeps_gender: bool
) -> list[list[Reading]]:
    """Return the quotes of articles with these dates, with known people in place of names and aliases."""
    speakers = list(
        dict.fromkeys(
            (reading.quote.speaker, moment)
            for moment, readings in given
            for reading in readings
            if reading.quote.speaker is not None
        )
    )
    found = dict(zip(speakers, recognise(connection, speakers), strict=True))
    return [
        [
            reading
            if (speaker := reading.quote.speaker) is None or (known := found[speaker, moment]) is None
            else name_known(reading, speaker, known, keeps_gender)
            for reading in readings
        ]
        for moment, readings in given
    ]


def name_known(reading: Reading, speaker: Speaker, known: Recognition, keeps_gender: bool) -> Reading:
    person = known.person
    if person is None:
        return replace(reading, candidates=known.candidates)
    named = replace(speaker, name=person.name)
    if person.gender and keeps_gender:
        named = replace(named, gender=person.gender, gender_evidence="stated")
    speaker_id = derive_speaker_id(named, "")
    if known.is_shared:
        # Two people, two speakers.
        speaker_id = "s" + digest_identity(f"{normalise_name(person.name)}\0{person.id}")
    quote = replace(reading.quote, speaker=named)
    return replace(reading, quote=quote, speaker_id=speaker_id, external_id=person.external_id)
