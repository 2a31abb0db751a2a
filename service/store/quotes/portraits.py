"""Describes a speaker by what the articles of all quotes say: roles with their dates, and genders."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, or_, select

from service.store.database.keys import EPOCH, FIRST_DIRECT_KEY, INDIRECT_BELOW, TIE_BITS
from service.store.database.tables import quotes, speakers
from service.store.records import DescribedSpeaker, GenderCount, RoleCount, SpeakerRecord

LISTED_ROLES = 20
PLACE: ColumnElement[int] = case(
    (quotes.c.key < FIRST_DIRECT_KEY, quotes.c.key + INDIRECT_BELOW), else_=quotes.c.key
)
# Null for a quote without a date, of which neither the least nor the greatest is taken.
DATED = case((quotes.c.undated.is_(False), PLACE))
MEMBERS = select(speakers.c.id).where(
    or_(
        and_(speakers.c.id == bindparam("speaker"), speakers.c.root_id.is_(None)),
        speakers.c.root_id == bindparam("speaker"),
    )
)
THEIRS = quotes.c.speaker_id.in_(MEMBERS)
ROLES: Select[Any] = (
    select(quotes.c.role_name, func.count().label("number"), func.min(DATED), func.max(DATED))
    .where(THEIRS, quotes.c.role_name.is_not(None))
    .group_by(quotes.c.role_name)
    .order_by(func.count().desc(), quotes.c.role_name)
    .limit(LISTED_ROLES)
)
GENDERS: Select[Any] = (
    select(quotes.c.gender, quotes.c.gender_evidence, func.count())
    .where(THEIRS, quotes.c.gender.is_not(None))
    .group_by(quotes.c.gender, quotes.c.gender_evidence)
    .order_by(func.count().desc(), quotes.c.gender, quotes.c.gender_evidence)
)


def describe_speaker(connection: Connection, speaker: SpeakerRecord) -> DescribedSpeaker:
    """Add what articles say of a speaker; of one who was merged, nothing: the quotes are another's."""
    roles = connection.execute(ROLES, {"speaker": speaker.id})
    genders = connection.execute(GENDERS, {"speaker": speaker.id})
    return DescribedSpeaker(
        **{one.name: getattr(speaker, one.name) for one in fields(SpeakerRecord)},
        roles=tuple(RoleCount(name, number, find_moment(a), find_moment(z)) for name, number, a, z in roles),
        genders=tuple(GenderCount(*row) for row in genders),
    )


def find_moment(place: int | None) -> datetime | None:
    return None if place is None else EPOCH + timedelta(seconds=place >> TIE_BITS)
