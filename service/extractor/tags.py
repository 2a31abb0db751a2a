"""The alphabet of shapes: one letter a token, so that a rule is a regular expression over a sentence.

The idea is that of cascaded finite-state parsing (Abney 1996; FASTUS, Hobbs et al. 1997).  Each tag and each
set of tags has one name: code says `tag.SAY` and `tag.FINITE`, a pattern `<say>` and `<finite>`.
"""

from collections.abc import Iterable
from typing import Self

# Nouns, and words that stand for them
NAME = "C"  # capitalised word, acronym, initial
NOUN = "n"  # other noun, or unknown word
ROLE = "r"  # noun for a person: mayor, officials
DOCUMENT = "u"  # noun for a document or a speech act
PRONOUN = "P"  # he, she, they, we, I, you
IT = "E"
PASSAGE = "Q"

# Words before and behind nouns
DETERMINER = "d"  # article, possessive pronoun
QUANTIFIER = "q"  # some, most, nobody
NUMBER = "#"
ADJECTIVE = "j"  # ordinals too
POSSESSIVE = "s"  # 's

# Reporting verbs, by what `verbs.txt` calls them.  The base form of "say" may be a noun too: "claims".
SAY = "V"  # said, tells
SAY_BASE = "B"
SAYING = "H"
MANNER = "M"  # laughed
MANNER_BASE = "m"  # its base form or gerund, as of the next two
CALL = "L"  # called
CALL_BASE = "l"
THINK = "K"  # believes
THINK_BASE = "k"
READ = "R"  # a verb of documents alone, in any form: reads

# Other verbs
VERB = "v"  # finite, or a participle
GERUND = "z"
BE = "b"
AUXILIARY = "a"

# Other words
ADVERB = "D"
TIME = "Y"  # weekday, month, time
TO = "x"
BY = "y"
OF = "f"  # of, for, from, with, at
PREPOSITION = "o"  # any other
AS = "A"
RELATIVE = "w"  # who, which
THAT = "t"
CONJUNCTION = "&"  # and, or
CLAUSE_WORD = "c"  # opens a clause: but, when
ACCORDING = "W"  # before "to"

# Marks
STOP = "."  # end of a sentence
POSSIBLE_STOP = "?"  # behind a passage that ends with ? or !
COMMA = ","
COLON = ":"
SEMICOLON = ";"
DASH = "-"
OPENING_BRACKET = "("
CLOSING_BRACKET = ")"
OTHER = "~"
# Neither a stop nor another mark until the words behind it are read; no shape holds it.
ELLIPSIS = "…"

WORDS = {letter: name.lower() for name, letter in globals().items() if name.isupper() and len(letter) == 1}
"""The name of each tag."""


class Tags(frozenset[str]):
    """A set of tags, made of tags and other sets.  The empty string, where no token stands, is in none."""

    __slots__ = ()

    def __new__(cls, *parts: Iterable[str]) -> Self:
        return super().__new__(cls, (tag for part in parts for tag in part))


# Marks
FULL_STOPS = Tags(STOP, POSSIBLE_STOP)
FULL_STOPS_OR_OTHER = Tags(FULL_STOPS, OTHER)
COMMA_OR_COLON = Tags(COMMA, COLON)
COMMA_OR_DASH = Tags(COMMA, DASH)
COMMA_OR_PASSAGE = Tags(COMMA, PASSAGE)
COMMA_OR_POSSIBLE_STOP = Tags(COMMA, POSSIBLE_STOP)
COLON_OR_DASH = Tags(COLON, DASH)
COMMA_OR_AND = Tags(COMMA, CONJUNCTION)
CONTINUATION = Tags(CONJUNCTION, POSSIBLE_STOP)  # before the first word of a sentence that goes on
CLAUSE_ENDS = Tags(FULL_STOPS, COMMA, COLON, SEMICOLON)
BRACKETS = Tags(OPENING_BRACKET, CLOSING_BRACKET)
ASIDE_ENDS = Tags(COMMA, DASH, CLOSING_BRACKET, OTHER)  # "Jane Doe, 52, says"
REPORT_ENDS = Tags(COMMA, DASH, SEMICOLON, OPENING_BRACKET)  # ", Doe said on Monday (in a letter)"
CLAIM_ENDS = Tags(COMMA, DASH, SEMICOLON, COLON)  # "the claim that the hall would close, ..."
NO_WORDS = Tags(COMMA, COLON, SEMICOLON, DASH, OTHER)
# A capital behind them need be no name
SENTENCE_OPENERS = Tags(FULL_STOPS, COLON, DASH, OPENING_BRACKET, PASSAGE)

# Nouns and pronouns
THINGS = Tags(NOUN, DOCUMENT)
NOUNS = Tags(THINGS, ROLE)
HEADS = Tags(NOUNS, NAME)  # what a noun phrase ends with, if it has a noun
NAMED = Tags(NAME, PRONOUN)  # somebody the article names or has named
PERSONS = Tags(NAME, ROLE)
SPEAKERS = Tags(NAME, ROLE, PRONOUN)
BODIES = Tags(NAME, NOUN)
SUBJECT_PRONOUNS = Tags(PRONOUN, IT)
PRONOUNS = Tags(SUBJECT_PRONOUNS, RELATIVE)
RELATIVES = Tags(RELATIVE, THAT)
# One word that is a speaker: "officials", "this", "some"
MAY_SPEAK = Tags(PRONOUNS, THAT, QUANTIFIER, ROLE, DOCUMENT, DETERMINER)
QUANTITIES = Tags(NUMBER, QUANTIFIER)
NAME_OR_OTHER = Tags(NAME, OTHER)
PLAIN_NOUNS = Tags(NAME, NOUN, DOCUMENT)
SPEAKING_NOUNS = Tags(NAME, ROLE, DOCUMENT)  # the nouns that verbs of saying have for subjects
PHRASE_ENDS = Tags(HEADS, QUANTIFIER)
PHRASE_OR_ASIDE_ENDS = Tags(PHRASE_ENDS, ASIDE_ENDS)

# What stands before nouns
DETERMINER_OR_ADJECTIVE = Tags(DETERMINER, ADJECTIVE)
NOUN_OR_MODIFIER = Tags(NOUNS, ADJECTIVE)
# A form that may be a verb is a noun or an adjective behind these: "the claims"
NOUN_OPENERS = Tags(DETERMINER, ADJECTIVE, POSSESSIVE)
NOUN_OR_ADJECTIVE = Tags(NOUN, ADJECTIVE)
NO_VERBS = Tags(NOUN_OR_MODIFIER, TIME)  # what a word of a name is, unless it can be a verb alone
NOT_A_NAME = Tags(THINGS, ADJECTIVE, NUMBER)
DESCRIPTION_OPENERS = Tags(DETERMINER, ADJECTIVE, NUMBER, ROLE)
# Go on with a noun phrase: "the mayor | of Leeds", "Jane Doe | and Richard Roe"
LINKS = Tags(OF, PREPOSITION, CONJUNCTION)
OBJECT_OPENERS = Tags(OF, PREPOSITION, TO)
PREPOSITIONS = Tags(OF, PREPOSITION, BY)
PREPOSITION_OR_AS = Tags(PREPOSITION, AS)
CLAUSE_OR_ADVERB = Tags(CLAUSE_WORD, ADVERB)
ADVERB_OR_PREPOSITION = Tags(ADVERB, PREPOSITION)
OF_OR_PREPOSITION = Tags(OF, PREPOSITION)
DETERMINER_OR_TIME = Tags(DETERMINER, TIME)  # "said Jane Doe | this week"
# What stands behind the name that opens a sentence
BEHIND_NAME = Tags(OF_OR_PREPOSITION, COMMA, OPENING_BRACKET)
# A form that may be a verb is a noun behind these: "in answer"
GOVERN_NOUNS = Tags(PREPOSITIONS, POSSESSIVE, NUMBER)

# Verbs
SAYS = Tags(SAY, SAY_BASE)
SAYINGS = Tags(SAYS, SAYING)
MANNERS = Tags(MANNER, MANNER_BASE)
CALLS = Tags(CALL, CALL_BASE)
THINKS = Tags(THINK, THINK_BASE)
PLAIN_VERBS = Tags(VERB, BE, AUXILIARY)
FINITE = Tags(PLAIN_VERBS, SAYS, MANNER, CALL, THINK, READ)
RESUMED = Tags(FINITE - {VERB})  # the verb of a clause that goes on behind a report
FINITE_OF_PEOPLE = Tags(FINITE - {READ})
REPORTS = Tags(SAYINGS, THINKS)  # "she thinks | Doe shows"
SPEECH = Tags(SAYINGS, MANNER, CALL, READ)
SPOKEN = Tags(SAYS, MANNER)
ALOUD = Tags(SAY, SAYING, MANNER)
FINITE_SPEECH = Tags(SAY, MANNER, CALL)
PREDICATES = Tags(PLAIN_VERBS, SAYS, CALL)
REPORT_NOUNS = Tags(ACCORDING, DOCUMENT)
GERUNDS = Tags(GERUND, SAYING, MANNER_BASE, CALL_BASE, THINK_BASE)
PASSIVES = Tags(SAY, CALL, VERB)  # "was called", "was told"
PASSIVES_WITH_BY = Tags(PASSIVES, THINK)
VERB_OR_ADVERB = Tags(VERB, ADVERB)
VERB_OR_READ = Tags(VERB, READ)
SAY_OR_NAME = Tags(SAY, NAME)
SAY_OR_PRONOUN = Tags(SAY, PRONOUN)
MODIFIED = Tags(NOUNS, GERUNDS)  # a passage before these is an adjective: "a “sell” rating"
PARTICIPLES = Tags(VERB, GERUND)
REPORT_AFTER_THAT = Tags(SAY, CALL, READ)  # "the letter that said"
REPORT_AFTER_IS = Tags(SAY, SAYING, CALL, CALL_BASE)  # "he's said"

# What stands before verbs and clauses, and behind them
ADVERB_OR_AUXILIARY = Tags(ADVERB, AUXILIARY)
# A form that may be a noun is a verb behind these: "she claims"
LEAD_TO_VERB = Tags(TO, AUXILIARY, ADVERB, PRONOUNS, SPEAKING_NOUNS, QUANTIFIER)
LEAD_TO_ADVERBIAL = Tags(COMMA, AUXILIARY, BE, ADVERB)  # "Jane Doe has, in a letter, said"
# Before a comma or directly behind a place with its state, they go on with the phrase or the clause
BEHIND_STATE = Tags(ROLE, AUXILIARY, BE, VERB, SAY)
# A verb behind these has the subject of another: "to say", "and said", "by saying"
BORROW_SUBJECT = Tags(TO, CONJUNCTION, PREPOSITIONS)
ABSOLUTE_OPENERS = Tags(OF, COMMA, DASH)  # "with Jane Doe saying", ", Jane Doe saying"
TO_OR_PREPOSITION = Tags(TO, PREPOSITION)
TO_OR_AUXILIARY = Tags(TO, AUXILIARY)
THAT_OR_COLON = Tags(THAT, COLON)
ASIDE_OPENERS = Tags(CLAUSE_WORD, AS, RELATIVE)
# A verb behind a quotation reports what comes, not the quotation
SENTENCE_GOES_ON = Tags(THAT_OR_COLON, PASSAGE)
BEFORE_WORK = Tags(COMMA_OR_COLON, TIME, BE, OF)  # between a kind of work and its title: "the film: ..."
SUBORDINATORS = Tags(CLAUSE_WORD, RELATIVES, OF)
# The subject behind these is not that of the main clause
OPEN_SUBORDINATE = Tags(SUBORDINATORS, SAY, SAYING, CALL, THINK, BY, TO, GERUND)
# "officials claim | that", "officials claim | they"
REPORT_OPENERS = Tags(THAT, PASSAGE, COMMA_OR_COLON, SUBJECT_PRONOUNS, DETERMINER)
# What may follow the subject of an inverted verb: "said Jane Doe on"
END_SUBJECT = Tags(
    CLAUSE_ENDS, BRACKETS, DASH, OTHER, PASSAGE, PREPOSITIONS, TO, AS, RELATIVE, CONJUNCTION, CLAUSE_WORD,
    ADVERB, PARTICIPLES, CALL, SAYING, READ,
)  # fmt: skip

FRONTING = Tags(CLAUSE_WORD, AS)  # open a clause with a subject of its own
# What may stand before the word that opens a clause ahead of the main one: "But even as"
BEFORE_FRONTED = Tags(CLAUSE_WORD, CONJUNCTION, ADVERB)

# Words that a title writes with a capital, however short
NEVER_SMALL = Tags(SUBJECT_PRONOUNS, FINITE, NOUN)

# What a participle of naming stands behind: "a levy labelled", "the aptly named"
GET_NAMES = Tags(NOUNS, DETERMINER, ADJECTIVE)

# Where a report may end before a clause that quotes
CUTS = Tags(COMMA, SEMICOLON, DASH, CONJUNCTION, CLAUSE_WORD)
CLAUSE_OPENERS = Tags(FULL_STOPS, CLAUSE_WORD, CONJUNCTION, THAT)
GOVERN_VERBS = Tags(TO, PREPOSITIONS)
# What follows a noun and no adjective
BEHIND_NOUN = Tags(BE, AUXILIARY, PREPOSITIONS, TO)

# Words that a neighbour may change: verbs that are nouns too, and words that may be adjectives
VERBS = Tags(SAYINGS, MANNERS, CALLS, THINKS, READ)
MODIFIERS = Tags(ADVERB, PARTICIPLES, TIME)
CHANGEABLE = Tags(VERBS, MODIFIERS)
# What a capitalised word may be at the beginning of a sentence; elsewhere it is a name
MAY_OPEN = Tags(ROLE, DOCUMENT, ADVERB, GERUND, SAYING, SAY, MANNER_BASE, CALL_BASE, THINK_BASE, NOUN)
NAME_IF_CAPITALISED = Tags(VERB, ADJECTIVE)
MAY_BE_GIVEN_NAME = Tags(AUXILIARY, TIME)

FUNCTION_TAGS = {
    "according": ACCORDING,
    "determiner": DETERMINER,
    "quantifier": QUANTIFIER,
    "pronoun": PRONOUN,
    "it": IT,
    "relative": RELATIVE,
    "that": THAT,
    "be": BE,
    "auxiliary": AUXILIARY,
    "to": TO,
    "by": BY,
    "of": OF,
    "as": AS,
    "preposition": PREPOSITION,
    "conjunction": CONJUNCTION,
    "clause": CLAUSE_WORD,
    "verb": VERB,
    "adverb": ADVERB,
    "time": TIME,
    "time_noun": TIME,
    "adjective": ADJECTIVE,
}

VERB_TAGS = {
    (kind, role): tag
    for kind, finite, base, gerund in (
        ("say", SAY, SAY_BASE, SAYING),
        ("manner", MANNER, MANNER_BASE, MANNER_BASE),
        ("call", CALL, CALL_BASE, CALL_BASE),
        ("think", THINK, THINK_BASE, THINK_BASE),
        ("document", READ, READ, READ),
    )
    for role, tag in (
        ("past", finite),
        ("third", finite),
        ("participle", VERB if kind != "call" else CALL),
        ("base", base),
        ("gerund", gerund),
    )
}
