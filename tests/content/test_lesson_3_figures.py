"""What lesson 3 and its exercise state in prose and no cell of them computes."""

from __future__ import annotations

import pytest

import newsdesk as nd

CODERS = {"A", "B", "C", "F", "G", "H"}


def claims_of(article_id: str, *paras: int) -> dict[str, dict]:
    """Return the active claims of some paragraphs, or of the whole page, by id."""
    claims = nd.load_gold("claims")
    claims = claims[(claims["article_id"] == article_id) & (claims["status"] == "active")]
    if paras:
        claims = claims[claims["para"].isin(paras)]
    return claims.set_index("claim_id", drop=False).to_dict("index")


def codes_of(claim_id: str, field: str) -> set[str]:
    """Return the different codes that coders gave, the settled value left out."""
    codings = nd.load_gold("codings")
    rows = codings[(codings["unit"] == claim_id) & (codings["field"] == field) & (codings["coder"] != "adjudicated")]
    return set(rows["value"])


def gold_marks(article_id: str, label: str, *paras: int) -> list[str]:
    """Return the words of the gold marks of one label in some paragraphs."""
    marks = nd.load_marks(article_id, annotator="gold")
    return [mark.exact for mark in marks.marks if mark.label == label and marks.para(mark) in paras]


def test_the_ticked_sentence_has_four_claims_of_the_table_and_no_source():
    """Three are partly checkable, the ban is on record; nobody is quoted in the paragraph and nothing is hedged."""
    claims = claims_of("tpk-2024", 4)
    assert len(claims) == len(gold_marks("tpk-2024", "claim", 4)) == 4
    assert {c["asserter"] for c in claims.values()} == {"outlet"}
    assert {c["modality"] for c in claims.values()} == {"asserted"}
    assert [i for i, c in claims.items() if c["checkable"] == "record"] == ["tpk-2024-c14"]
    assert gold_marks("tpk-2024", "source", 4) == gold_marks("tpk-2024", "cue", 4) == []
    together = next(words for words in gold_marks("tpk-2024", "claim", 4) if "cloud" in words)
    assert "wholesale" in together


def test_the_paragraph_with_the_last_step_missing_has_four_claims():
    """One is predicted, one hedged, two are taken for granted by every coder."""
    claims = claims_of("afp-2020", 15)
    assert [c["modality"] for c in claims.values()].count("predicted") == 1
    assert [c["hedge_words"] for c in claims.values() if c["modality"] == "hedged"] == ["likely"]
    granted = [i for i, c in claims.items() if c["attribution_type"] == "presupposition"]
    assert len(claims) == 4
    assert granted == ["afp-2020-c37", "afp-2020-c38"]
    assert all(codes_of(i, "attribution_type") == {"presupposition"} for i in granted)


@pytest.mark.parametrize(
    ("article_id", "para", "words"),
    [
        ("tpk-2024", 4, "this gives them access to Americans' data"),
        ("afp-2020", 15, "it is likely the White House will join"),
        ("tpk-2024", 9, "that could hinder the Chinese companies"),
        ("tpk-2024", 9, "potentially crippling what remains"),
        ("tpk-2024", 8, "equipped with the authority"),
        ("afp-2020", 17, "Washington claims"),
        ("tpk-2024", 7, "already targeted by Washington"),
        ("gt-2024", 14, "so-called"),
        ("gt-2024", 16, "the US crackdown"),
        ("gt-2024", 11, "highlighted"),
        ("gt-2024", 12, "under the pretext of security risks"),
        ("gt-2024", 13, "likely to be limited"),
    ],
)
def test_the_words_quoted_in_the_lesson_stand_where_it_says(article_id: str, para: int, words: str):
    """Each quotation is looked up in the reading edition."""
    assert words in nd.load_article(article_id).paragraph(para)


def test_the_hedged_rows_of_the_blog():
    """Six rows, the first retired and replaced by the last; the five others in the order of the grades."""
    claims = nd.load_gold("claims")
    rows = claims[(claims["article_id"] == "tpk-2024") & (claims["modality"] == "hedged")]
    assert len(rows) == 6
    assert rows["status"].tolist() == ["retired"] + ["active"] * 5
    assert rows["replaces"].iloc[-1] == rows["claim_id"].iloc[0] == "tpk-2024-c03"
    active = rows[rows["status"] == "active"]
    assert active["hedge_words"].tolist() == ["could", "could", "potentially", "I think; would", "could; concerns"]
    assert active["checkable"].iloc[0] == "record"  # a power, to be found in the law
    assert len(nd.load_gold("claims")["modality"].unique()) == 5


def test_the_partner_of_the_vote():
    """Six coders, one hedged and five alleged, and the settled value; 'claims' is the writer's word of distance."""
    codings = nd.load_gold("codings")
    rows = codings[(codings["unit"] == "afp-2020-c35") & (codings["field"] == "modality")].set_index("coder")
    assert set(rows.index) == CODERS | {"adjudicated"}
    assert [coder for coder, value in rows["value"].items() if value == "hedged"] == ["A"]
    assert set(rows["value"]) == {"hedged", "alleged"}
    words = nd.load_gold("loaded_words").set_index(["article_id", "para", "word"])
    assert words.loc[("afp-2020", 17, "claims"), ["function", "owner"]].tolist() == ["distance", "writer"]
    assert words.loc[("gt-2024", 11, "highlighted"), ["function", "owner"]].tolist() == ["factive", "writer"]


@pytest.mark.parametrize(
    ("claim_id", "para", "code"),
    [
        ("afp-2020-c02", 2, "presupposition"),  # the worked examples: one of each side
        ("gt-2024-c34", 16, "presupposition"),
        ("tpk-2024-c24", 7, "narrator"),  # l03.c2, a to d
        ("tpk-2024-c36", 7, "presupposition"),
        ("gt-2024-c17", 14, "narrator"),
        ("gt-2024-c31", 14, "presupposition"),
        ("gt-2020-c35", 7, "presupposition"),  # e03.q4, a to f
        ("gt-2020-c05", 5, "indirect"),
        ("gt-2020-c25", 13, "direct_quote"),
        ("gt-2020-c17", 10, "indirect"),
        ("gt-2020-c23", 13, "narrator"),
        ("gt-2020-c24", 13, "presupposition"),
    ],
)
def test_what_is_graded_as_granted_or_said_is_beyond_doubt(claim_id: str, para: int, code: str):
    """Every coder gave this one code, no judgement flag marks the row, and it stands in that paragraph."""
    claim = claims_of(claim_id[:-4])[claim_id]
    assert codes_of(claim_id, "attribution_type") == {code} == {claim["attribution_type"]}
    assert claim["judgement"] != "y"
    assert claim["para"] == para


def test_state_owned_is_easily_looked_up_and_crackdown_is_not():
    """One is settled by a record for every coder, the other one is a reading of several acts."""
    assert codes_of("afp-2020-c02", "checkable") == {"record"}
    assert codes_of("gt-2024-c34", "checkable") == {"partly"}


@pytest.mark.parametrize(("article_id", "rows", "active", "once"), [("gt-2024", 34, 33, 32), ("gt-2020", 40, 34, 33)])
def test_claims_each_counted_once(article_id: str, rows: int, active: int, once: int):
    """The keys of l03.c3 and e03.q5; in both pages the repeated claim is the headline's."""
    claims = nd.load_gold("claims")
    page = claims[claims["article_id"] == article_id]
    in_use = page[page["status"] == "active"]
    assert (len(page), len(in_use), int(in_use["duplicate_of"].isna().sum())) == (rows, active, once)
    assert int(page["duplicate_of"].notna().sum()) == 1
    repeat = in_use[in_use["duplicate_of"].notna()].iloc[0]
    other = in_use[in_use["claim_id"] == repeat["duplicate_of"]].iloc[0]
    headline = 2 if article_id == "gt-2024" else 1
    assert {repeat["para"], other["para"]} == {headline, 7 if article_id == "gt-2024" else 4}


def test_the_page_of_your_own():
    """Seven claims and one hedge in the gold marks of gt-2024, 11 to 13; two are taken for granted; no pretext."""
    claims = claims_of("gt-2024", 11, 12, 13)
    assert len(claims) == len(gold_marks("gt-2024", "claim", 11, 12, 13)) == 7
    assert gold_marks("gt-2024", "hedge", 11, 12, 13) == ["likely"]
    granted = {c["para"] for c in claims.values() if c["attribution_type"] == "presupposition"}
    assert granted == {11, 13}
    assert not any("pretext" in c["claim"] for c in claims.values() if c["attribution_type"] == "presupposition")
    named = nd.load_gold("sources").query("article_id == 'gt-2024' and side == 'expert' and kind == 'named person'")
    assert named["canonical"].tolist() == ["Xiang Ligang"]


def test_exercise_3_paragraph_9_has_four_claims():
    """e03.q1: two in each sentence; the second sentence has no cue, and the kit splits its 'or'."""
    assert list(claims_of("gt-2020", 9)) == ["gt-2020-c14", "gt-2020-c15", "gt-2020-c27", "gt-2020-c28"]
    text = nd.load_article("gt-2020").paragraph(9)
    assert "hides backdoors or poses threats" in text


def test_exercise_3_open_question_is_not_answered_by_the_page():
    """Paragraph 10 never says safe; 'all of them' is left open; nobody hedges in 10 or in 13."""
    page = nd.load_article("gt-2020")
    assert "safe" not in page.paragraph(10).lower()
    assert "all of them verified by British experts" in page.paragraph(10)
    assert "noted" not in page.paragraph(10)
    assert "pointed out" not in page.paragraph(13)
    assert "hedged" not in {c["modality"] for c in claims_of("gt-2020", 10, 13).values()}
