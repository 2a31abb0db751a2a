"""A text that holds HTML says so; "<" and "&" in prose say nothing."""

import pytest

from service.extractor import explain, extract, find_warnings


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("<p>“We will not move,” said Jane Doe.</p>", "<p> at 0"),
        ("“We will not move,” said Jane Doe.<br/>She left.", "<br/> at 34"),
        ('Jane Doe <a href="/doe">said</a> so.', '<a href="/doe"> at 9'),
        ("Jane Doe <em>said</em> so.", "<em> at 9"),
        ("She left.</div>", "</div> at 9"),
        ("She left.<!-- ad -->", "<!-- at 9"),
        ("&quot;We will not move,&quot; said Jane Doe.", "&quot; at 0"),
        ("It cost 5&nbsp;000 euros.", "&nbsp; at 9"),
        ("Marks &#38; Roe", "&#38; at 6"),
    ],
)
def test_html_is_warned_of(text: str, sign: str) -> None:
    [warning] = extract(text).warnings

    assert warning.startswith("looks like HTML: ")
    assert sign in warning
    assert explain(text).warnings == (warning,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "“We will not move,” said Jane Doe.",
        "Five < six, and six > five.",
        "if a <b and c> d",
        "I <3 Leeds",
        "Jane Doe <jane@doe.example> wrote to <Roe>.",
        "Type <code> here, and <name> there.",
        "AT&T, R&D; and Marks & Spencer",
        "Q&A;",
    ],
)
def test_prose_is_not(text: str) -> None:
    assert extract(text).warnings == ()


def test_tags_and_entities_share_one_warning() -> None:
    [warning] = find_warnings("<p>Roe &amp; Doe</p>")

    assert "<p> at 0 and &amp; at 7" in warning
