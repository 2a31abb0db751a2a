"""The alphabet of shapes: one character a token, so that a rule is a regular expression over a sentence.

The idea is that of cascaded finite-state parsing (Abney 1996; FASTUS, Hobbs et al. 1997).

    C  capitalised word, acronym, initial     V  verb of saying, finite (said, tells)
    d  determiner, possessive pronoun         B  its base form, or a form that is a noun too (say, claims)
    q  quantifier or indefinite (some, most)  H  its gerund (saying)
    #  number                                 M  verb of manner, finite (laughed)      m  gerund or base
    r  noun for a person (mayor, officials)   L  verb of naming, finite (called)       l  gerund or base
    u  noun for a document or speech act      K  verb of thought, finite (believes)    k  gerund or base
    n  other noun or unknown word             R  verb of documents only (reads)
    j  adjective, ordinal                     v  other finite verb, participle        z  other gerund
    P  he, she, they, we, I, you              b  form of be       a  other auxiliary   x  to
    E  it                                     D  adverb           Y  weekday, month, time
    w  who, which                             y  by               f  of, for, from, with, at
    t  that                                   o  other preposition
    A  as
    s  possessive 's                          &  and, or          c  word that opens a clause (but, when)
    Q  passage                                W  according (before "to")
    .  end of a sentence                      ?  possible end, after a passage that ends with ? or !
    , : ; - ( ) and ~ for anything else
"""

FUNCTION_TAGS = {
    "determiner": "d",
    "quantifier": "q",
    "pronoun": "P",
    "it": "E",
    "relative": "w",
    "that": "t",
    "be": "b",
    "auxiliary": "a",
    "to": "x",
    "by": "y",
    "of": "f",
    "as": "A",
    "preposition": "o",
    "conjunction": "&",
    "clause": "c",
    "verb": "v",
    "adverb": "D",
    "time": "Y",
    "time_noun": "Y",
    "adjective": "j",
}

VERB_TAGS = {
    (kind, role): tag
    for kind, finite, base, gerund in (
        ("say", "V", "B", "H"),
        ("manner", "M", "m", "m"),
        ("call", "L", "l", "l"),
        ("think", "K", "k", "k"),
        ("document", "R", "R", "R"),
    )
    for role, tag in (
        ("past", finite),
        ("third", finite),
        ("participle", "v" if kind != "call" else "L"),
        ("base", base),
        ("gerund", gerund),
    )
}
