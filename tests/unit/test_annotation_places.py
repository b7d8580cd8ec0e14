"""annotation.places: spans, whole characters, quotes and finding a place again."""

from __future__ import annotations

import pytest
from annotation_cases import PARAGRAPHS, article, borders
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.annotation.places import CONTEXT, MarkError, Places, check_text, find_quote, splits_grapheme

TEXT = st.text(
    st.sampled_from(list("ab \u0301\u200d👩🏽❤\ufe0f🇫🇷ก\u0e33가\u1100\u1161\u11a8\r\nक\u093f中")), max_size=12
)


@pytest.mark.parametrize(
    "character",
    [
        "e\u0301",
        "e\u0323\u0301",
        "❤\ufe0f",
        "👍🏽",
        "👩\u200d👩\u200d👧",
        "👩\u200d❤\ufe0f\u200d👩",
        "🇫🇷",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "1\ufe0f\u20e3",
        "\r\n",
        "कि",
        "กำ",
        "\u1100\u1161\u11a8",
        "가\u11a8",
        "ر\u064e\u0651",
        "か\u3099",
    ],
)
def test_what_a_reader_sees_as_one_character_is_not_cut(character: str) -> None:
    """Borders are before and after it, with letters beside it too."""
    assert borders(character) == [0, len(character)]
    assert borders(f"x{character}y") == [0, 1, 1 + len(character), 2 + len(character)]


@pytest.mark.parametrize("text", ["ab", "é!", "中国", "🇫🇷🇨🇳", "👍👍", "\n\r", "각가", "عر", "မ\u102b"])
def test_what_a_reader_sees_as_two_is_cut_once(text: str) -> None:
    """Between the two and nowhere else."""
    middle = len(text) // 2
    assert borders(text) == [0, middle, len(text)]


@given(TEXT, TEXT)
def test_what_comes_later_does_not_move_a_border(text: str, more: str) -> None:
    """Whether an offset is a border depends on what is before it and on the character after it."""
    for offset in range(len(text)):
        assert splits_grapheme(text, offset) == splits_grapheme(text + more, offset)


@given(st.text(max_size=20), st.integers(-3, 25))
def test_outside_and_at_the_ends_nothing_is_cut(text: str, offset: int) -> None:
    """No text is too odd."""
    assert not (splits_grapheme(text, offset) and not 0 < offset < len(text))


def test_half_a_character_is_refused() -> None:
    """In a text and in an article; the message says where."""
    with pytest.raises(MarkError, match=r"The comment holds half of a character \(U\+D83D at 2\)"):
        check_text("ab\ud83d", "The comment")
    with pytest.raises(MarkError, match="The text of own-text holds half"):
        Places(article("a\udc00b"))
    with pytest.raises(MarkError, match="is a int"):
        check_text(3, "The comment")


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (3, 3, "holds no character"),
        (4, 2, "holds no character"),
        (-1, 2, "outside the text. Allowed: 0 to"),
        (0, 10_000, "outside the text"),
        (0, 60, "leaves paragraph 1, which goes from 0 to"),
        (9, 10, "inside one character"),
        (True, 2, "a bool"),
        (0, True, "a bool"),
        (0.0, 2, "a float"),
        ("0", 2, "a str"),
        (None, 2, "a NoneType"),
    ],
)
def test_a_span_that_can_be_no_mark_is_refused(start: object, end: object, says: str) -> None:
    """Each with its reason."""
    with pytest.raises(MarkError, match=says):
        Places(article()).check_span(start, end)


def test_the_gap_between_paragraphs_belongs_to_none() -> None:
    """Not the blank line, nor a span that begins or ends in it."""
    places = Places(article("ab", "", "cd"))
    assert [places.is_span(*span) for span in ((0, 2), (6, 8), (0, 3), (2, 3), (4, 6), (5, 7), (2, 4))] == [
        True,
        True,
        *[False] * 5,
    ]


def test_context_stays_inside_the_text() -> None:
    """Up to 32 code points, fewer at the ends."""
    places = Places(article("x" * 50))
    assert places.context(0, 1) == ("", "x" * CONTEXT)
    assert places.context(20, 45) == ("x" * 20, "x" * 5)


def test_paragraph_offsets_agree_with_the_article() -> None:
    """Number and start, as `Article.offset` counts."""
    whole = article()
    assert Places(whole).paragraphs == tuple((n, whole.offset(n)) for n in range(1, len(PARAGRAPHS) + 1))


def found(quote: str, **given: int) -> str:
    """The words found, from an article of quotations."""
    whole = article(*PARAGRAPHS, "Huawei and Hua said: \u2018it\u2019s\u00a0a trick\u2019. Hua left. Huawei stayed.")
    start, end = find_quote(whole, quote, **given)
    return whole.text[start:end]


def test_a_quote_is_found_whatever_its_quotation_marks() -> None:
    """Straight or typographic, with a space that breaks or not, composed or not."""
    assert found("'it's a trick'") == "\u2018it\u2019s\u00a0a trick\u2019"
    assert found('"they\'re"') == "\u201cthey\u2019re\u201d"
    assert found("étude") == "e\u0301tude"
    assert found("Zoe\u0301") == "Zoé"
    assert found("华春莹") == "华春莹"
    assert found("الوزيرة") == "الوزيرة"


def test_whole_words_come_first() -> None:
    """Hua is not looked for in Huawei, unless it stands there only."""
    assert find_quote(article("Huawei and Hua."), "Hua") == (11, 14)
    assert find_quote(article("Huawei only."), "Hua") == (0, 3)
    assert find_quote(article("Hua's word."), "Hua") == (0, 3)


def test_an_accent_is_not_cut_from_its_letter() -> None:
    """A letter that stands only under an accent is not there."""
    with pytest.raises(MarkError, match="does not stand"):
        find_quote(article("re\u0301t"), "re")


def test_several_places_ask_which() -> None:
    """By paragraph or by count; a count too high says how many there are."""
    with pytest.raises(MarkError, match=r"'said' stands 5 times, in paragraph 1, 4, 5. Say which with para=… or nth=…"):
        found("said")
    with pytest.raises(MarkError) as told:
        found("said", para=1)
    assert str(told.value) == "'said' stands 2 times, in paragraph 1. Say which with nth=…."
    whole = article()
    assert find_quote(whole, "said", nth=2) == find_quote(whole, "said", para=1, nth=2) == (45, 49)
    assert find_quote(whole, "said", para=4, nth=1) == find_quote(whole, "said", nth=3)
    with pytest.raises(MarkError, match="stands 2 times; nth is 3"):
        found("said", para=1, nth=3)


@pytest.mark.parametrize(
    ("quote", "given", "says"),
    [
        ("Mondy", {}, "The closest there is 'Monday,', in paragraph 1"),
        ("would comme on monday", {}, "The closest there is 'would come on Monday,', in paragraph 1"),
        ("Huawei", {"para": 1}, "does not stand in paragraph 1. It stands in paragraph 2, 5"),
        ("qqq", {}, "Copy the words from the text"),
        ("Monday", {"para": 9}, "no paragraph 9. There are: 1 to 5"),
        ("Monday", {"para": True}, "no paragraph True"),
        ("  ", {}, "The quote is empty"),
        ("", {}, "The quote is empty"),
        ("a\ud800", {}, "half of a character"),
        ("said", {"nth": 0}, "nth is 0"),
        ("said", {"nth": True}, "nth is True"),
    ],
)
def test_what_is_not_found_is_answered_with_what_is_there(quote: str, given: dict[str, int], says: str) -> None:
    """The closest words, the other paragraphs, or what was wrong in the question."""
    with pytest.raises(MarkError, match=says):
        found(quote, **given)


def test_words_across_paragraphs_are_not_offered() -> None:
    """The closest words lie in one paragraph."""
    with pytest.raises(MarkError, match="Copy the words"):
        find_quote(article("all is well", "that ends well"), "well that")


def test_a_place_is_found_again_by_words_and_context() -> None:
    """In a changed text, where the context fits best; where two fit alike, or the words are gone, nowhere."""
    places = Places(article("New first line.", "He said no. She said yes. They said no."))
    assert places.anchor("said", "She ", " yes") == (33, 37)
    assert places.anchor("said", "", " no") is None
    assert places.anchor("said", "They ", " no.") == (48, 52)
    assert places.anchor("gone", "", "") is None
    assert places.anchor("yes", "nothing like it", "nor this") == (38, 41)
    assert places.anchor("", "", "") is None
