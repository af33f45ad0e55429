"""The stand-in's small parser of HTML against Telegram's own."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.playground.telegram import Entity, ParsedText, ParseError, parse_html
from tests.adapters.playground import tdlib

# fmt: off
TAGS = [
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler",
    "B", "STRONG", "br", "p", "div", "h1", "span", "a", "img", "tg-time",
]
ATTRIBUTES = (
    "",
    " ",
    "/",
    ' href="https://e.org/?a=1&amp;b=2"',
    " href='x'",
    " href",
    ' class="tg-spoiler"',
    ' class="x"',
    " expandable",
    '\n href = "https://e.org"',
)
SCRAPS = [
    "<", ">", "&", "&lt;", "&gt;", "&amp;", "&quot;", "&apos;", "&nbsp;", "&lt", "&ltx", "&lt5", "&#65;",
    "&#x41;", "&#X41;", "&#65", "&#0;", "&#;", "&#x;", "&#xD800;", "&#1114111;", "&#9999999999;", "&LT;",
    "</", "</>", "<>", "<!", "😀", "ы\u0301", "a", " ", "\n", "\r", "\x00", "\u2028", "\u202e",
]
# fmt: on

start_tags = st.builds(lambda tag, more: f"<{tag}{more}>", st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES))
end_tags = st.builds(lambda tag, more: f"</{tag}{more}>", st.sampled_from(TAGS), st.sampled_from(("", " ", "\n", "/")))
words = st.sampled_from(SCRAPS) | st.text(max_size=4)
well_formed = st.recursive(
    words,
    lambda inner: (
        st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", st.sampled_from(TAGS), inner)
        | st.builds("".join, st.lists(inner, max_size=4))
    ),
    max_leaves=8,
)
anything = st.builds("".join, st.lists(start_tags | end_tags | words, max_size=10))


def outcome(parser: object, text: str) -> ParsedText | None:
    assert callable(parser)
    try:
        parsed = parser(text)
    except ParseError:
        return None
    assert isinstance(parsed, ParsedText)
    return parsed


@settings(max_examples=300, deadline=None)
@given(well_formed | anything)
@example("a < b")
@example("<b>x</>")
@example("<span>x</span>")
@example("&#55357;&#56832;")
def test_what_telegram_refuses_is_refused(text: str) -> None:
    """Whatever Telegram's parser refuses the small one refuses; what both accept reads the same."""
    ours, theirs = outcome(parse_html, text), outcome(tdlib.parse_html, text)
    if theirs is None:
        assert ours is None
    elif ours is not None:
        assert ours.text == theirs.text


def test_the_agreement_is_not_empty() -> None:
    """The comparison means something: there are texts that both accept, and texts that both refuse."""
    assert parse_html("<b>x</b> &amp; y").text == tdlib.parse_html("<b>x</b> &amp; y").text == "x & y"
    assert outcome(parse_html, "<br>") is outcome(tdlib.parse_html, "<br>") is None


@pytest.mark.parametrize(
    "text",
    [
        "<b>b</b><strong>b</strong><i>i</i><em>i</em><u>u</u><ins>u</ins><s>s</s><strike>s</strike><del>s</del>",
        "<code>c</code> <pre>p</pre> <blockquote>q</blockquote> <blockquote expandable>q</blockquote>",
        '<tg-spoiler>x</tg-spoiler> <span class="tg-spoiler">y</span>',
        '<a href="https://e.org/?a=1&amp;b=2">link</a> <a href="nowhere">no link</a>',
        "😀 <b>после <i>эмодзи 😀</i></b> a",
        "<b></b>nothing",
    ],
)
def test_entities_are_telegrams(text: str) -> None:
    """Kinds, offsets and lengths of the usual markup are those Telegram computes, in UTF-16 units."""
    assert parse_html(text) == tdlib.parse_html(text)


def test_an_emoji_counts_twice() -> None:
    """Offsets are UTF-16 units, so a character outside the basic plane is two."""
    assert parse_html("😀<b>😀</b>").entities == (Entity("bold", 2, 2),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("ы<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_refusals_have_telegrams_words(text: str, words: str) -> None:
    """Both parsers say no in the same words."""
    for parser in (parse_html, tdlib.parse_html):
        with pytest.raises(ParseError) as refused:
            parser(text)
        assert str(refused.value) == words


@pytest.mark.parametrize("text", ["<a>x</a>", '<b class="x">x</b>', "<b>x</>", '<tg-time unix="1">x</tg-time>'])
def test_the_small_parser_is_the_stricter_one(text: str) -> None:
    """What Telegram lets pass but nobody should write is refused."""
    assert outcome(tdlib.parse_html, text) is not None
    assert outcome(parse_html, text) is None
