"""What lesson 2 and exercise 2 state in prose and no cell of them computes."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import newsdesk as nd
from newsdesk.notebooks import cell_source, read_notebook
from newsdesk.reliability import nominal_alpha

KIT = Path(__file__).parents[2]
DEPARTMENT = {"the Department of Justice", "The ministry", "the ministry", "The same ministry", "He"}
HALF = range(1, 11)


def prose(path: str) -> str:
    """Return all Markdown of a notebook."""
    cells = read_notebook(KIT / path)["cells"]
    return "\n\n".join(cell_source(c) for c in cells if c["cell_type"] == "markdown")


@pytest.fixture(scope="module")
def lesson() -> str:
    """The prose of lesson 2."""
    return prose("notebooks/02-who-says-so.ipynb")


@pytest.fixture(scope="module")
def exercise() -> str:
    """The prose of exercise 2."""
    return prose("solutions/e02-who-says-so/e02-who-says-so.ipynb")


@pytest.fixture(scope="module")
def sources() -> pd.DataFrame:
    """The table of sources, whole."""
    return nd.load_gold("sources").set_index("source_id")


def gold_marks(article_id: str, label: str) -> pd.DataFrame:
    """Return the kit's marks of one label in an article."""
    marks = nd.load_marks(article_id, annotator="gold").frame()
    return marks[marks["label"] == label]


def markdown_rows(text: str, columns: int) -> list[list[str]]:
    """Return the rows of Markdown tables with so many columns, without heads and rules."""
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if len(row) == columns and not set(row[0]) <= set("-")][1:]


def test_the_short_session_takes_45_minutes(lesson):
    """The parts marked keep sum to 45."""
    assert sum(int(m) for m in re.findall(r"\| (\d+) \| keep \|", lesson)) == 45


def test_what_is_shown_marked_stands_in_the_edition(lesson):
    """Each piece of the passages marked in print is in AFP's article, and each mark overlaps one of the gold."""
    text = nd.load_article("afp-2020").text
    passages = re.findall(r"^> (.+)$", lesson, flags=re.M)
    assert len(passages) == 5
    for passage in passages:
        for piece in re.split(r"\s*…\s*|\*\*\[\w+:\*\*|\*\*\]\*\*", passage):
            assert piece.strip(" ,.") in text, piece
    for label in ("source", "cue"):
        shown = re.findall(rf"\*\*\[{label}:\*\* (.+?) \*\*\]\*\*", "\n".join(passages))
        gold = gold_marks("afp-2020", label)
        assert shown == list(gold[gold["para"].isin([3, 4, 5, 7, 8])].sort_values("para")["quote"]), label


def test_five_expressions_are_one_document(sources):
    """In paragraphs 3, 4, 5, 7 and 8 the gold marks five expressions, and the table has one document for all."""
    marks = gold_marks("afp-2020", "source")
    marks = marks[marks["para"].isin([3, 4, 5, 7, 8])]
    assert len(marks) == 5
    assert set(marks["quote"]) == DEPARTMENT
    speaking = sources[
        (sources["article_id"] == "afp-2020")
        & sources["paras"].fillna("").str.split(";").map(lambda paras: bool({"3", "4", "5", "7", "8"} & set(paras)))
    ]
    assert list(speaking["kind"]) == ["document"]
    assert "in a statement" in nd.load_article("afp-2020").paragraph(3)


def test_nobody_but_the_department_can_be_he():
    """John Demers is first named in paragraph 9; the small 'he' is in paragraph 13, after Zhao Lijian."""
    paragraphs = nd.load_article("afp-2020").paragraphs
    assert [p.number for p in paragraphs if "Demers" in p.text] == [9]
    marks = gold_marks("afp-2020", "source")
    assert set(marks.loc[marks["quote"] == "he", "para"]) == {13}
    assert "Zhao Lijian" in paragraphs[11].text


def test_fourteen_spellings_seven_voices_one_silent_firm(sources):
    """The count of spellings has 14 lines, five of them the department's; seven voices are heard, one is absent."""
    spellings = gold_marks("afp-2020", "source")["quote"].value_counts()
    assert len(spellings) == 14
    assert set(spellings.index) >= DEPARTMENT
    afp = sources[sources["article_id"] == "afp-2020"]
    assert afp["voice"].value_counts().to_dict() == {"heard": 7, "absent": 1}
    assert afp.loc[afp["voice"] == "absent", "canonical"].item().startswith("China Telecom")
    heard = afp.loc[afp["voice"] == "heard", "kind"].value_counts().to_dict()
    assert heard == {"named person": 2, "institution": 2, "collective": 2, "document": 1}
    assert len(afp.loc["S01", "paras"].split(";")) == 6


def test_the_senators_kind_and_the_coders_words(sources):
    """The partner of the vote: collective, at first 'persons, unnamed', with the note that the fold quotes."""
    senators = sources.loc["S06"]
    assert (senators["kind"], senators["paras"]) == ("collective", "14")
    assert "persons, unnamed" in senators["note"]
    assert "identity withheld by writer, public in record" in senators["note"]


def test_the_four_voices_of_the_french_page(sources):
    """Check 1 asks for what rule K46 gives, and the words stand in the two paragraphs shown."""
    kinds = sources.loc[["S09", "S11", "S36", "S12"], "kind"]
    assert list(kinds) == ["outlet", "anonymous", "collective", "anonymous"]
    gloss = nd.load_article("fr-2018", edition="gloss")
    shown = gloss.paragraph(4) + gloss.paragraph(6)
    for words in ("organisation of collection of news", "experts in national security", "legislators", "an assistant"):
        assert words in shown
    assert "Reuters" in gloss.paragraph(3)


def test_claims_by_who_answers(lesson):
    """28 of AFP's 44 claims are its own; of the other 16 one document has 10: 23 and 62.5 percent."""
    claims = nd.load_gold("claims")
    afp = claims[(claims["article_id"] == "afp-2020") & (claims["status"] == "active")]
    assert afp["duplicate_of"].isna().all()
    counts = afp["asserter"].value_counts().to_dict()
    ours = {"outlet": 28, "US Department of Justice": 10, "Zhao Lijian": 4, "John Demers": 1, "US government": 1}
    assert counts == ours
    assert counts["US Department of Justice"] > len(afp) - 28 - 10
    assert f"{10 / len(afp):.0%}" == "23%"
    assert 100 * 10 / (len(afp) - 28) == 62.5
    assert "23 percent of *all claims" in lesson
    assert "62.5 percent of *the claims that" in lesson


def test_what_value_counts_leaves_out():
    """37 rows, 26 in the count; the 11 others are those of the exercise's article."""
    table = nd.load_table("sources")
    assert (len(table), table["kind"].value_counts().sum()) == (37, 26)
    assert set(table.loc[table["kind"].isna(), "article_id"]) == {"tpk-2024"}
    assert table["kind"].isna().sum() == 11


def test_the_voices_of_gt_2020(sources):
    """Check 2: two are heard, British experts are not."""
    page = sources[sources["article_id"] == "gt-2020"]
    assert list(page.loc[page["voice"] == "heard", "canonical"]) == ["Hua Chunying", "Mike Pompeo"]
    assert page.loc["S35", "name_in_text"] == "British experts"
    assert len(page) == 3


def test_the_half_article_and_the_list_to_compare_with(lesson, sources):
    """The model list has every source of paragraphs 1 to 10, its kind as in the table and no other; 9 has none."""
    marks = gold_marks("gt-2024", "source")
    half = marks[marks["para"].isin(HALF)]
    assert 9 not in set(half["para"])
    rows = {row[0]: row for row in markdown_rows(lesson, 6)}
    table = sources[sources["article_id"] == "gt-2024"]
    heard = {
        "Reuters": "S26",
        "people familiar with the matter": "S27",
        "experts": "S28",
        "Chinese Embassy in Washington": "S30",
        "the picture agency": "S32",
    }
    assert [name for name, row in rows.items() if row[3] != "not heard"] == list(heard)
    for name, source_id in heard.items():
        paras = {n for n in table.loc[source_id, "paras"].split(";") if int(n) in HALF}
        assert rows[name][3] == table.loc[source_id, "kind"], name
        assert set(rows[name][2].split(", ")) == paras, name
    listed = {int(n) for name in heard for n in rows[name][2].split(", ")}
    assert listed == set(half["para"])


def test_experts_are_several_and_one_is_named():
    """Paragraphs 2, 7 and 10 have experts, none named; paragraph 11 names the only one; 4 and 5 are one caption."""
    page = nd.load_article("gt-2024")
    marks = gold_marks("gt-2024", "source")
    assert set(marks.loc[marks["quote"].str.lower() == "experts", "para"]) == {2, 7, 10}
    assert min(p.number for p in page.paragraphs if "Xiang" in p.text) == 11
    assert page.paragraph(4) == page.paragraph(5)


def test_exercise_2_counts(exercise):
    """The fold of question 6 gives what its cell counts: 35 rows, 21 empty, ten without a name."""
    claims = nd.load_gold("claims")
    rows = claims[(claims["article_id"] == "tpk-2024") & (claims["status"] == "active")]
    own = (rows["asserter"] == "outlet").sum()
    assert (len(rows), own) == (35, 21)
    assert "35 rows. In 21 of them `who` is empty. The other 14:" in exercise
    counts = rows.loc[rows["asserter"] != "outlet", "asserter"].value_counts().to_dict()
    assert {who: int(n) for who, n in markdown_rows(exercise, 2)} == counts
    assert sum(n for who, n in counts.items() if who.startswith(("three", "two", "unnamed"))) == 10


def test_exercise_2_kinds_follow_the_table(sources):
    """Question 3's key is the table's: kind where a voice is heard, else a no-comment."""
    page = sources[sources["article_id"] == "tpk-2024"]
    asked = page.loc[["S16", "S24", "S21", "S20", "S18", "S19"]]
    key = [kind if voice == "heard" else "not heard" for kind, voice in zip(asked["kind"], asked["voice"], strict=True)]
    assert key == ["anonymous", "not heard", "not heard", "institution", "anonymous", "named person"]
    assert set(asked.loc[["S24", "S21"], "voice"]) == {"no_comment"}


def test_exercise_2_fewest_people():
    """Question 4: three sources in paragraph 2, 'the sources' in 3, two in 8; the trap's answer is three."""
    page = nd.load_article("tpk-2024")
    assert "three sources" in page.paragraph(2)
    assert "the sources said" in page.paragraph(3)
    assert "two sources said" in page.paragraph(8)
    traps = nd.load_gold("traps").set_index("trap_id")
    assert traps.loc["T19", "gold_answer"].startswith("three at the fewest")


def test_the_second_coder_of_the_exercise_s_sources(sources):
    """Coder I: every voice and ten of eleven kinds as the table has them, and all that e02.q3 asks for."""
    codings = nd.load_gold("codings")
    second = codings[codings["coder"] == "I"].pivot_table(
        index="unit", columns="field", values="value", aggfunc="first"
    )
    page = sources.loc[second.index]
    assert page.index.tolist() == sources.index[sources["article_id"] == "tpk-2024"].tolist()
    assert (second["voice"] == page["voice"]).all()
    differ = second.index[second["source_kind"] != page["kind"]]
    assert differ.tolist() == ["S24"]
    assert page.loc["S24", "voice"] == "no_comment"  # the exercise asks for 'not heard'
    both = pd.DataFrame({"table": page["kind"], "second": second["source_kind"]})
    assert round(nominal_alpha(both), 3) == 0.879
    settled = codings[(codings["unit"] == "S24") & (codings["coder"] == "adjudicated")]
    assert settled[["value", "rule_id"]].to_numpy().tolist() == [[page.loc["S24", "kind"], "K46"]]
