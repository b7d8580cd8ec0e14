"""What lesson 6, its exercise and the lateral packs state in prose and no cell of them computes."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

import newsdesk as nd
from newsdesk.compare import shared_wording
from newsdesk.dates.resolve import bounds

EXERCISE = Path(__file__).parents[2] / "solutions" / "e06-where-it-came-from"
PACKS = ["tpk-2024", "afp-2020", "gt-2024"]
REUTERS = "the unnamed people who spoke to Reuters"


def text(article_id: str, *paras: int) -> str:
    """Return paragraphs of a reading edition, or the whole page."""
    page = nd.load_article(article_id)
    return "\n".join(page.paragraph(n) for n in paras) if paras else page.text


def active(article_id: str, first: int, last: int) -> pd.DataFrame:
    """Return the active claims of some paragraphs."""
    claims = nd.load_gold("claims")
    claims = claims[(claims["article_id"] == article_id) & (claims["status"] == "active")]
    return claims[claims["para"].between(first, last)]


def pack(article_id: str) -> pd.DataFrame:
    """Return a pack's cards, with the columns that exercise 6 asks for."""
    cards = nd.load_gold("lateral")
    return cards[cards["article_id"] == article_id].set_index("card")


def test_the_runs_of_the_two_pages():
    """Six of five words or more, in two pairs of paragraphs, and their kinds as the lesson sorts them."""
    runs = shared_wording(nd.load_article("tpk-2024"), nd.load_article("gt-2024"))
    assert runs["words"].tolist() == [15, 11, 7, 7, 6, 5]
    assert set(zip(runs["para_a"], runs["para_b"], strict=True)) == {(2, 6), (5, 8)}
    view = str(nd.show_article(nd.load_article("tpk-2024"), beside=nd.load_article("gt-2024"), shared=True))
    starts = ["Biden's", "access to", "and hand", "the Chinese Embassy", "stop suppressing", "keep seeking"]
    assert all(f"[{number}: {start}" in view for number, start in enumerate(starts, start=1))
    assert all('"[5: stop suppressing' in line for line in view.splitlines() if "[5:" in line)


def test_pages_of_two_stories_share_four_words_and_no_five():
    """A name and a turn of phrase, the yardstick of the lesson."""
    afp, gt = nd.load_article("afp-2020"), nd.load_article("gt-2024")
    assert len(shared_wording(afp, gt, at_least=5)) == 0
    assert shared_wording(afp, gt, at_least=4)["wording"].tolist() == [
        "the Chinese Foreign Ministry",
        "using national security as",
    ]


def test_one_remark_in_five_versions():
    """Four in English and one in Chinese, of one speaker; in two rows no place is named."""
    variants = nd.load_gold("quote_variants")
    remark = variants[variants["group"] == "Q3"]
    assert remark["speaker"].tolist() == ["Zhao"] * 5
    assert remark["language_path"].str.endswith("en").sum() == 4
    assert remark["language_path"].iloc[-1] == "zh"
    assert remark["where"].isna().tolist() == [True, False, False, False, True]
    assert remark["article_id"].iloc[0] == "afp-2020"
    assert remark["short_phrase"].nunique() == 5


@pytest.mark.parametrize(
    ("word", "paras"),
    [("Commerce", [3]), ("subpoena", [3]), ("analyses", [3]), ("state-backed", [3]), ("evidence", [6])],
)
def test_what_the_blog_has_alone(word: str, paras: list[int]):
    """In the blog where the lesson says; of the inquiry it is nowhere in the Global Times."""
    assert all(word in text("tpk-2024", n) for n in paras)
    found = [n for n in range(1, 18) if word in text("gt-2024", n)]
    assert found == ([16] if word == "evidence" else [])  # there it is the ministry's word on Washington


def test_what_the_global_times_has_alone():
    """Years of the regulator's decisions, handed to Reuters, whom the blog never names; an expert; an hour."""
    assert all(year in text("gt-2024", 15) for year in ("Reuters reported", "2019", "2021", "2022"))
    assert "Reuters" not in text("tpk-2024")
    assert not re.search(r"20\d\d", text("tpk-2024"))
    assert "Xiang Ligang" in text("gt-2024", 11)
    assert "09:04 PM" in text("gt-2024", 3)


@pytest.mark.parametrize(
    ("para", "words"),
    [
        (3, "has not been previously reported"),
        (3, "(0728.HK)"),
        (5, "did not respond to requests to comment"),
        (5, "declined to comment"),
        (6, "Technologies.pk found no evidence"),
    ],
)
def test_the_leftovers_stand_in_the_blog(para: int, words: str):
    """Each is looked up in the edition."""
    assert words in text("tpk-2024", para)


def test_the_claim_to_be_first_is_refuted():
    """By its record, for every coder, and no judgement flag marks it; other coders saw to the rest of the trap."""
    claim = active("tpk-2024", 3, 3).set_index("claim_id").loc["tpk-2024-c05"]
    assert (claim["so"], claim["so_record"]) == ("refuted", "R13")
    assert claim["judgement"] != "y"
    codings = nd.load_gold("codings")
    codes = codings[(codings["unit"] == "tpk-2024-c05") & (codings["field"] == "so")]
    assert set(codes["value"]) == {"refuted"}


def test_the_note_of_the_vote():
    """The trap's gold answer, quoted in the fold, and its record."""
    trap = nd.load_gold("traps").set_index("trap_id").loc["T16"]
    assert (trap["article_id"], trap["para"]) == ("tpk-2024", 6)
    assert trap["gold_answer"] == "the sentence of Reuters with the name changed"
    assert "R13" in trap["answered_by"]


def test_the_claims_of_the_merge():
    """21 claims, four pairs, 17 without a partner; the other way round eight, and four without."""
    blog, paper = active("tpk-2024", 2, 6), active("gt-2024", 6, 8)
    pairs = {"tpk-2024-c02": "gt-2024-c03", "tpk-2024-c39": "gt-2024-c04"}
    pairs |= {"tpk-2024-c19": "gt-2024-c07", "tpk-2024-c20": "gt-2024-c08"}
    assert (len(blog), len(blog[~blog["claim_id"].isin(pairs)])) == (21, 17)
    assert set(pairs) <= set(blog["claim_id"])
    assert set(pairs.values()) <= set(paper["claim_id"])
    lacks = paper[~paper["claim_id"].isin(pairs.values())].set_index("claim_id")
    assert sorted(lacks.index) == ["gt-2024-c05", "gt-2024-c06", "gt-2024-c29", "gt-2024-c30"]
    assert lacks["para"].tolist().count(7) == 3
    assert lacks.loc["gt-2024-c29", "para"] == 6
    both = blog.set_index("claim_id").join(pd.Series(pairs, name="gt"), how="inner")
    same = paper.set_index("claim_id")["modality"]
    assert (both["modality"] == both["gt"].map(same)).all()  # what is paired is put as surely on both pages


def test_what_comes_back_further_down():
    """The small business and the regulator's bans: in other words, in paragraphs 13 and 15."""
    assert "small scale in the US" in text("gt-2024", 13)
    assert "limited presence" in text("tpk-2024", 4)
    assert "denied China Mobile's application" in text("gt-2024", 15)
    assert "banned them from selling" in text("tpk-2024", 4)


@pytest.mark.parametrize("article_id", PACKS)
def test_a_pack_is_eight_cards_of_which_two_are_useless(article_id: str):
    """One question; one useless card is made up, a chatbot's, and one has a good record; only these lack an origin."""
    cards = pack(article_id)
    assert list(cards.index) == list("abcdefgh")
    assert cards["question"].nunique() == 1
    useless = cards[cards["use"] == "useless"]
    assert len(useless) == 2
    assert set(useless["made_up"].fillna("")) == {"", "y"}
    assert useless.loc[useless["made_up"].isna(), "record_id"].notna().all()
    assert cards.index[cards["made_up"] == "y"].tolist() == cards.index[cards["outlet"] == "a chatbot"].tolist()
    assert cards["origin"].isna().tolist() == (cards["use"] == "useless").tolist()


def test_a_card_is_as_certain_as_its_record():
    """With a record: its certainty. Without: made up and none, or a page of the kit."""
    cards = nd.load_gold("lateral").merge(nd.load_gold("records"), on="record_id", how="left", suffixes=("", "_record"))
    known = cards[cards["record_id"].notna()]
    assert known["certainty"].tolist() == known["certainty_record"].tolist()
    rest = cards[cards["record_id"].isna()]
    assert set(rest.loc[rest["made_up"] == "y", "certainty"].fillna("")) == {""}
    assert rest.loc[rest["made_up"].isna(), "certainty_note"].str.startswith("the page itself: ").all()


def test_a_card_is_not_more_exact_than_its_record():
    """A card that is the record itself has its date; a card of a page of the kit has that page's date."""
    records = nd.load_gold("records").set_index("record_id")
    cards = nd.load_gold("lateral")
    for card in cards[cards["date"].notna()].itertuples():
        bounds(card.date)
        if card.outlet in records["issuer"].tolist():
            assert card.date == records.loc[card.record_id, "date_edtf"], card.card_id
    pages = nd.load_gold("articles").set_index("article_id")["pub_edtf_best"]
    own = cards[cards["certainty_note"].str.startswith("the page itself: ", na=False)]
    assert len(own) == 4
    for card in own.itertuples():
        article_id = re.search(r"[a-z]+-\d{4}", card.certainty_note)[0]
        assert card.date == pages[article_id], card.card_id


def test_outlets_on_cards_stand_in_the_tables():
    """Each outlet of a card that is not the kit's own is named in its record, in a quotation variant or an article."""
    records = nd.load_gold("records").fillna("").astype(str).agg(" ".join, axis=1)
    known = " ".join([*records, *nd.load_gold("quote_variants")["where"].dropna(), *nd.load_gold("articles")["outlet"]])
    for outlet in ["fastcompany.com", "financetom.com", "New York Times", "FCC", "conservativedailynews.com", "CGTN"]:
        assert outlet in known, outlet
    for outlet in [
        "US DOJ",
        "US House Permanent Select Committee on Intelligence",
        "Huanqiu",
        "hk01.com",
        "MIIT China",
    ]:
        assert outlet in known, outlet
    assert "Beijing Youth Daily client 2022-01-28 and a second press copy" in known


def test_no_card_is_longer_than_a_table_shows():
    """A lesson's table cuts a text after 90 characters."""
    cards = nd.load_gold("lateral")
    assert cards[["says", "rests_on", "why"]].map(len)[["says", "rests_on"]].max().max() < 90


def test_six_cards_of_the_lesson_have_two_origins():
    """Five of them the same people, one the department's notice, later; the useless ones are the chatbot and R25."""
    cards = pack("tpk-2024")
    useful = cards[cards["use"] == "useful"]
    assert useful["origin"].value_counts().to_dict() == {REUTERS: 5, "the department's notice": 1}
    other = useful[useful["origin"] != REUTERS].iloc[0]
    assert (other["record_id"], other["certainty"], other["date"]) == ("R33", "medium-high", "2024-12-16")
    assert cards.index[cards["record_id"].isna()].tolist() == ["b"]
    assert cards.loc["e", "record_id"] == "R25"
    assert set(useful.loc[useful["origin"] == REUTERS, "record_id"]) == {"R13"}


def test_the_page_of_your_own():
    """The credit and the line that was left in stand in the gloss; the step in the middle is only likely."""
    gloss = nd.load_article("fr-2018", edition="gloss")
    assert gloss.paragraph(3).startswith("Reuters reported")
    assert "Extract from the report" in gloss.paragraph(5)
    chain = nd.load_table("articles").set_index("article_id").loc["fr-2018", "provenance_chain"]
    assert "likely, unconfirmed" in chain
    assert pd.isna(nd.load_table("articles").set_index("article_id").loc["gt-2024", "provenance_chain"])


def test_exercise_6_five_cards_are_one_voice():
    """e06.q4: the cards whose origin is the department; the sixth useful one is older than the recommendation."""
    cards = pack("afp-2020")
    one = cards[cards["origin"] == "the department and the agencies with it"]
    assert one.index.tolist() == ["a", "c", "e", "g", "h"]
    assert set(one["record_id"]) == {"R01", "R27"}
    other = cards[(cards["use"] == "useful") & ~cards.index.isin(one.index)].iloc[0]
    assert other["date"] < cards.loc["g", "date"]


def test_exercise_6_three_paragraphs_name_reuters():
    """e06.q5, by search."""
    page = nd.load_article("gt-2024")
    assert [p.number for p in page.paragraphs if "Reuters" in p.text] == [6, 8, 15]


def test_exercise_6_the_words_of_the_ministry_are_only_likely_from_2022():
    """e06.q6: the record is no more than medium-high, the page gives the ministry no day, the trap says undated."""
    assert pack("gt-2024").loc["c", ["record_id", "certainty"]].tolist() == ["R29", "medium-high"]
    assert not re.search(r"\b(day|20\d\d|January|June)\b", text("gt-2024", 16, 17))
    assert nd.load_gold("traps").set_index("trap_id").loc["T26", "gold_answer"].startswith("undated")


def test_exercise_6_samples():
    """Twelve notes of at most 150 words, scored on each criterion of the rubric, from poor to full, with a reason."""
    rubric = yaml.safe_load((EXERCISE / "rubric.yaml").read_text(encoding="utf-8"))
    book = yaml.safe_load((EXERCISE / "samples.yaml").read_text(encoding="utf-8"))
    assert book["question"] == rubric["question"]
    samples = book["samples"]
    assert len(samples) == 12
    for name, sample in samples.items():
        assert len(sample["note"].split()) <= 150, name
        assert list(sample["scores"]) == list(rubric["criteria"]), name
        assert all(score in rubric["criteria"][criterion] for criterion, score in sample["scores"].items()), name
        assert len(sample["why"].split()) > 5, name
    totals = sorted(sum(sample["scores"].values()) for sample in samples.values())
    assert totals[0] <= 3
    assert totals[-1] == rubric["points"]
    assert len(set(totals)) >= 8
    for criterion, scores in rubric["criteria"].items():
        given = {sample["scores"][criterion] for sample in samples.values()}
        assert len(given) >= min(3, len(scores)), criterion


def test_what_stands_behind_the_cards_of_the_lesson():
    """Seven cards have a record, three records in all; that of five is a story whose title names two of three firms."""
    cards = pack("tpk-2024")
    records = nd.load_gold("records").set_index("record_id")
    assert cards["record_id"].value_counts().to_dict() == {"R13": 5, "R33": 1, "R25": 1}
    title = records.loc["R13", "what"]
    assert [firm in title for firm in ("China Telecom", "China Mobile", "China Unicom")] == [True, True, False]
    assert "only title and stamps were kept" in records.loc["R13", "certainty_note"]


def test_cards_that_rest_on_a_title_say_so():
    """Of R13 no text was kept: its cards name a page of the kit or say that only the title was kept."""
    cards = nd.load_gold("lateral")
    notes = cards.loc[cards["record_id"] == "R13"].set_index("card")["certainty_note"]
    own = notes.str.startswith("the page itself: ")
    assert notes.index[own].tolist() == ["c", "g"]
    assert notes[~own].str.startswith("only its title").all()
    assert "its day is from its address" in notes["g"]
    assert pd.isna(nd.load_gold("articles").set_index("article_id").loc["tpk-2024", "date_text"])


@pytest.mark.parametrize("article_id", PACKS)
def test_cards_with_one_record_have_one_origin(article_id: str):
    """Rule K48: who passes the same words on is no origin of his own."""
    useful = pack(article_id)
    useful = useful[useful["use"] == "useful"]
    assert (useful.groupby("record_id")["origin"].nunique() == 1).all()
