"""The reading editions keep what a reader must notice, and share no more wording than they may.

The first half needs nothing but the kit. The second compares with the originals and runs where
NEWSDESK_ORIGINALS names their folder.
"""

from __future__ import annotations

import csv
import doctest
import hashlib
import os
import re
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
import wording
import yaml
from wording import ARTICLES, CEILING, EDITIONS, RUN, TELLING

DATA = Path(__file__).parents[2] / "data"
KEYS = ["format", "article_id", "edition", "outlet", "language", "genre"]
KEYS += ["date", "date_how", "provenance", "licence", "note"]
LONGEST_QUOTATION = 7

# Where the original quotes more than seven words in a row, so that the edition retells: paragraph, how often.
RETOLD = {
    "afp-2020": {7: 1, 9: 1, 13: 1},
    "fr-2018": {8: 1},
    "tpk-2024": {10: 2},
    "gt-2024": {12: 1},
    "gt-2020": {5: 1, 8: 1, 11: 1, 12: 1, 13: 1},
}

# What the two articles of one wire story share word for word, by (paragraph of tpk-2024, of gt-2024).
SHARED = {
    (2, 6): [
        "Biden's administration is looking into China Unicom, China Mobile and China Telecom over concerns that",
        "access to data from Americans via their",
        "and hand it over to Beijing",
        "familiar with the matter",
    ],
    (5, 8): [
        "the Chinese Embassy in Washington",
        '"stop suppressing Chinese companies under false pretexts',
        "keep seeking to defend the rights and interests of its firms",
    ],
}

# Slips, calques and leftovers that the edition makes again: article, paragraph, the words, how often.
DEFECTS = [
    ("afp-2020", 3, " to to ", 1),
    ("afp-2020", 4, 'said "significant and unacceptable risks"', 1),
    ("afp-2020", 9, "(the work we do with)", 1),
    ("afp-2020", 12, 'said "firmly opposed"', 1),
    ("afp-2020", 13, "he said. he pointed", 1),
    ("afp-2020", 15, "to devote himself. to", 1),
    ("fr-2018", 2, "AT & T", 1),
    ("fr-2018", 2, "filiale de rabais", 1),
    ("fr-2018", 3, "AT&T", 1),
    ("fr-2018", 3, "..", 1),
    ("fr-2018", 4, "l'organisation de collecte de nouvelles", 1),
    ("fr-2018", 6, "avisent", 1),
    ("fr-2018", 6, "parce qu'ils", 1),
    ("fr-2018", 6, "..", 1),
    ("fr-2018", 7, "..", 1),
    ("fr-2018", 8, "commerciales et commerciales", 1),
    ("fr-2018", 8, "..", 1),
    ("fr-2018", 9, "d'activer la surveillance", 1),
    ("tpk-2024", 3, "They have issued", 1),
    ("tpk-2024", 3, "(0941.HK)", 1),
    ("tpk-2024", 3, "(0728.HK)", 1),
    ("tpk-2024", 3, "(0762.HK)", 1),
    ("gt-2024", 2, "US’ ", 1),
    ("gt-2024", 7, "  ", 1),
    ("gt-2024", 9, "  ", 1),
    ("gt-2024", 14, " that that ", 1),
    ("gt-2024", 15, "n 2019", 2),
    ("gt-2020", 1, "‘dirty trick’", 1),
    ("gt-2020", 3, "Photo:]", 1),
]

CALQUES = {  # what the gloss says, by paragraph, where a good translation would say something else
    2: ["rebate", "AT & T"],
    3: ["second largest national transporter", "public transporter", "AT&T", ".."],
    4: ["organisation of collection of news"],
    6: ["assistant", "they (plural)", ".."],
    7: ["the aids", "rebate", ".."],
    8: ["commercial and commercial", ".."],
    9: ["activating the surveillance"],
}

DATE = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:lun|mar|mercre|jeu|vendre|same)di\b|\bdimanche\b"
    r"|\b(?:19|20)\d\d\b|\b(?:yester|to)day\b|\bago\b|\b(?:day|week|month|year)s?\b|\b(?:mois|hier|aujourd'hui)\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december|oct)\b",
    re.IGNORECASE,
)
SAYING = {  # any form of a verb, or a preposition, that gives words to somebody
    "en": re.compile(
        r"\b(?:sa(?:ys?|id|ying)|stat(?:ed|ing|ements?)|add(?:s|ed|ing)|not(?:es|ed|ing)|report\w*|cit(?:es?|ed|ing)"
        r"|claim\w*|argu\w*|warn\w*|tells?|told|declar\w*|stress\w*|point\w*|call\w*|accord\w*|quot\w*|insist\w*"
        r"|highlight\w*|announc\w*|believ\w*|think\w*|spoke\w*|asks?|asked|urg\w*)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:selon|d'après|dit|disent|dire|(?:déclar|affirm|indiqu|rapport|annonc|estim|précis|soulign|cit|expliqu)\w*)\b",
        re.IGNORECASE,
    ),
}


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table, or skip where it is not there yet."""
    path = DATA / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there yet")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source_text(name: str) -> str:
    """Return an edition's file as it lies on disk."""
    return (DATA / "articles" / f"{name}.md").read_bytes().decode("utf-8")


EDITION = {name: wording.front_and_body(source_text(name))[1] for name in EDITIONS}


def para(article: str, number: int | str) -> str:
    """Return a paragraph of a reading edition."""
    return EDITION[article][int(number) - 1]


def here(row: dict[str, str]) -> str:
    """Return the paragraph that a row points to."""
    return para(row["article_id"], row["para"])


def test_the_functions_do_what_their_examples_say():
    """The examples in wording.py hold."""
    result = doctest.testmod(wording)
    assert result.attempted
    assert not result.failed


def test_a_4_gram_is_free_only_inside_quotation_marks_or_gold_quotes():
    """A 4-gram with one word outside counts; one inside does not; the share is of those that count."""
    original = 'he said the "big bad wolf is" near'
    assert wording.gram_share('they say the "big bad wolf is" close', original) == (1, 4)
    assert wording.gram_share("the big bad wolf is", original, ["big bad wolf is"]) == (1, 1)
    assert wording.gram_share("nothing of it here at all", original) == (0, 3)


def test_quotation_marks_of_every_kind_are_seen():
    """Straight, curly, angle and single marks hold a quotation; an apostrophe does not."""
    text = "\"one\" “two” «three» ‘four’ the firms' 'clean' ones, ‹five›"
    assert wording.quoted_words(text) == [["one"], ["two"], ["three"], ["four"], ["clean"]]
    assert wording.is_quoted(text, "clean") is True
    assert wording.is_quoted(text, "firms") is False
    assert wording.is_quoted(text, "clean' ones") is None


@pytest.mark.parametrize("name", EDITIONS)
def test_a_file_is_front_matter_and_one_line_a_paragraph(name):
    """Front matter, then each paragraph on one line, one blank line between, nothing else."""
    text = source_text(name)
    front, body = wording.front_and_body(text)
    assert text == f"---\n{front}---\n\n" + "\n\n".join(body) + "\n"
    assert all(line == line.strip() for line in body)


@pytest.mark.parametrize("name", EDITIONS)
def test_the_front_matter_is_whole_and_in_order(name):
    """Eleven keys in one order; the date is text; the note says whose words these are."""
    about = yaml.safe_load(wording.front_and_body(source_text(name))[0])
    assert list(about) == KEYS
    assert about["format"] == 1
    assert about["article_id"] == name.removesuffix(".en")
    assert about["edition"] == ("gloss" if name.endswith(".en") else "reading")
    assert about["language"] == ("fr" if name == "fr-2018" else "en")
    assert isinstance(about["date"], str)
    assert bool(about["date"]) == (about["article_id"] != "fr-2018")
    assert about["licence"] == "CC BY 4.0"
    assert about["note"] == "Reading edition, not the outlet's words."
    assert all(about[key] for key in KEYS if key != "date")


@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_has_as_many_paragraphs_as_its_original(name):
    """Paragraph n of the edition, and of the gloss, stands for paragraph n of the original."""
    prints = [
        int(row["para"])
        for row in table("fingerprints")
        if row["article_id"] == name.removesuffix(".en") and row["kind"] != "file_raw"
    ]
    assert prints == list(range(1, len(EDITION[name]) + 1))


@pytest.mark.parametrize("article", ARTICLES)
def test_furniture_and_nothing_else_stands_in_square_brackets(article):
    """The paragraphs that the articles table calls furniture are the bracketed lines."""
    row = next(row for row in table("articles") if row["article_id"] == article)
    wanted = {int(n) for n in row["furniture_paras"].split(";")}
    assert {n for n, p in enumerate(EDITION[article], 1) if p[0] == "[" and p[-1] == "]"} == wanted
    assert int(row["n_paras"]) == len(EDITION[article])


def test_furniture_keeps_dates_times_and_credits():
    """The words of the page furniture that a reader dates and credits by are there."""
    for article, number, kept in [
        ("afp-2020", 1, "Washington (AFP)"),
        ("afp-2020", 18, "© 2020 AFP"),
        ("gt-2024", 1, "SOURCE / COMPANIES"),
        ("gt-2024", 3, "Jun 25, 2024"),
        ("gt-2024", 3, "09:04 PM"),
        ("gt-2024", 4, "Oct. 31, 2019. (Xinhua/Shen Bohan)"),
        ("gt-2020", 2, "Global Times"),
        ("gt-2020", 2, "2020/7/16"),
        ("gt-2020", 2, "20:53:40"),
        ("gt-2020", 14, "Disqus"),
    ]:
        assert kept in para(article, number), (article, number)


@pytest.mark.parametrize("article", ARTICLES)
def test_every_claims_quote_stands_in_its_paragraph(article):
    """Each quote, retired rows included, is there word for word, at most 7 words, cut by no mark."""
    for row in table("claims"):
        if row["article_id"] == article:
            assert row["quote"] in here(row), row["claim_id"]
            assert len(wording.words(row["quote"])) <= LONGEST_QUOTATION, row["claim_id"]
            assert wording.is_quoted(here(row), row["quote"]) is not None, row["claim_id"]


def test_a_direct_quote_stands_in_quotation_marks():
    """A claim coded as a direct or mixed quote has its words in quotation marks."""
    for row in table("claims"):
        if row["attribution_type"] in {"direct_quote", "mixed_quote"} and row["status"] == "active":
            assert wording.is_quoted(here(row), row["quote"]), row["claim_id"]


def test_a_claim_that_nobody_quotes_stands_plain():
    """A narrator's claim has its words outside quotation marks."""
    for row in table("claims"):
        if row["attribution_type"] in {"narrator", "caption"} and row["status"] == "active":
            assert wording.is_quoted(here(row), row["quote"]) is False, row["claim_id"]


@pytest.mark.parametrize("name", EDITIONS)
def test_a_quotation_has_at_most_seven_words(name):
    """No pair of quotation marks holds more than seven words, and none is left open."""
    for number, text in enumerate(EDITION[name], 1):
        for quoted in wording.quoted_words(text):
            assert 0 < len(quoted) <= LONGEST_QUOTATION, (number, quoted)
        assert text.count('"') % 2 == 0, number
        for opening, closing in ["“”", "«»", "‹›", "‘’"]:
            apostrophes = len(re.findall(r"\w’(?!\w)", text)) if closing == "’" and opening not in text else 0
            assert text.count(opening) == text.count(closing) - apostrophes, (number, opening)


@pytest.mark.parametrize("name", EDITIONS)
def test_what_is_retold_stands_in_single_angle_marks(name):
    """Each quotation of more than seven words in the original has its ‹…›, and nothing else has."""
    found = {n: len(wording.retold(text)) for n, text in enumerate(EDITION[name], 1) if wording.retold(text)}
    assert found == RETOLD[name.removesuffix(".en")]


def test_cues_and_hedges_stand_in_their_paragraphs():
    """The words that give a claim to somebody, and those that weaken it, are in the paragraph."""
    claims = {row["claim_id"]: row for row in table("claims")}
    for row in claims.values():
        for hedge in filter(None, map(str.strip, row["hedge_words"].split(";"))):
            assert hedge in here(row), (row["claim_id"], hedge)
    for row in table("attributions"):
        claim = claims[row["claim_id"]]
        # From paragraph 5 on the French text is a pasted extract: its heading is the outermost cue.
        pasted = claim["article_id"] == "fr-2018" and int(claim["para"]) > 5
        reach = here(claim) + (para("fr-2018", 5) if pasted else "")
        for cue in filter(None, map(str.strip, row["cue"].split(";"))):
            assert cue in reach, (row["claim_id"], cue)


def test_sources_are_named_in_their_paragraphs():
    """Each source's name, or one of its names, stands in a paragraph that the table gives for it."""
    described = {  # where the table describes a source, what the edition calls it
        "S04": "agencies for computer security, American and British",
        "S07": "The company",
        "S15": "Huawei",
        "S24": "The Chinese firms",
    }
    for row in table("sources"):
        names = [described.get(row["source_id"], row["name_in_text"])]
        names = [name.strip() for name in re.split("[/;]", names[0])]
        texts = [para(row["article_id"], number) for number in row["paras"].split(";") if number]
        texts = texts or EDITION[row["article_id"]]
        assert any(name.casefold() in text.casefold() for name in names for text in texts), row["source_id"]


def test_loaded_words_stand_in_their_paragraphs():
    """Each loaded word is in its paragraph."""
    for row in table("loaded_words"):
        assert row["word"] in here(row), row


def test_frame_evidence_and_quote_variants_stand_in_their_paragraphs():
    """The words that show a frame, and each article's version of a quotation, are in its paragraphs."""
    for row in table("frames"):
        if row["short_evidence"]:
            texts = [para(row["article_id"], n) for n in row["evidence_para"].split(";")]
            assert any(row["short_evidence"] in text for text in texts), row["frame_id"]
    for row in table("quote_variants"):
        # V05's insertion is retold: with the claim's quote after it, it would make a run of nine words.
        if row["article_id"] and row["variant_id"] != "V05":
            assert row["short_phrase"] in here(row), row["variant_id"]


def test_no_date_is_added_and_none_is_lost():
    """The date words of a paragraph are those of its events' date texts; where none stands, there is none."""
    given: dict[tuple[str, int], set[str]] = {}
    for row in table("event_mentions"):
        texts = given.setdefault((row["article_id"], int(row["para"])), set())
        if row["date_text"] and not row["date_text"].startswith("("):
            parts = [part.strip() for part in re.split(r"\.\.\. | / ", row["date_text"])]
            texts.update(parts)
            for part in parts:
                assert part in here(row), (row["event_id"], part)
    furniture = {row["article_id"]: row["furniture_paras"].split(";") for row in table("articles")}
    for article in ARTICLES:
        for number, text in enumerate(EDITION[article], 1):
            if str(number) not in furniture[article]:
                allowed = {m[0] for t in given.get((article, number), ()) for m in DATE.finditer(t)}
                assert {m[0] for m in DATE.finditer(text)} == allowed, (article, number)


@pytest.mark.parametrize(("article", "number", "words", "times"), DEFECTS)
def test_a_defect_is_made_again(article, number, words, times):
    """The slip stands in its paragraph, as often as in the original."""
    assert para(article, number).count(words) == times


def test_a_caption_is_printed_twice():
    """Paragraphs 4 and 5 of gt-2024 are one line, twice."""
    assert para("gt-2024", 4) == para("gt-2024", 5)


def test_the_gloss_mends_nothing():
    """The English gloss keeps the calques, the doubled full stops and the two spellings of one name."""
    for number, kept in CALQUES.items():
        for words in kept:
            assert words in EDITION["fr-2018.en"][number - 1], (number, words)
    mended = {3: "carrier operator owned", 4: "agency agencies", 6: "aide", 7: "aides discount", 8: "trade business"}
    for number, better in mended.items():
        assert not set(better.split()) & set(wording.words(EDITION["fr-2018.en"][number - 1])), number
    ends = [[text.endswith("..") for text in EDITION[name]] for name in ("fr-2018", "fr-2018.en")]
    assert ends[0] == ends[1]


def test_every_trap_is_carried_by_words_or_by_an_absence():
    """34 traps; each has its words in its paragraph, or says what is absent, never both."""
    traps = table("traps")
    assert [row["trap_id"] for row in traps] == [f"T{n:02}" for n in range(1, 35)]
    for row in traps:
        assert bool(row["carried_by"]) != bool(row["absence"]), row["trap_id"]
        assert row["carried_by"] in here(row), row["trap_id"]
    assert [row["trap_id"] for row in traps if row["absence"]] == ["T14", "T25", "T26", "T27"]


def test_every_trap_names_where_its_answer_is_found():
    """`answered_by` lists paragraphs that exist and records that exist, its own paragraph among them."""
    records = {row["record_id"] for row in table("records")}
    for row in table("traps"):
        places = row["answered_by"].split(";")
        assert f"p{row['para']}" in places, row["trap_id"]
        for place in places:
            article, _, number = place.rpartition(".")
            if number.startswith("p"):
                assert para(article or row["article_id"], number[1:]), (row["trap_id"], place)
            else:
                assert place in records, (row["trap_id"], place)


def test_t14_nobody_gives_the_figure():
    """fr-2018 p9 has no verb of saying, no 'selon', and no name but Huawei's."""
    text = para("fr-2018", 9)
    assert not SAYING["fr"].search(text)
    assert set(re.findall(r"\b[A-Z]\w+", text)) == {"Huawei"}


def test_t25_one_expert_is_named():
    """gt-2024 says 'experts' in three paragraphs and names two people: Xiang Ligang and a photographer."""
    assert [n for n, text in enumerate(EDITION["gt-2024"], 1) if re.search(r"\bexperts\b", text, re.I)] == [2, 7, 10]
    pairs = {pair for text in EDITION["gt-2024"] for pair in re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", text)}
    bodies = {"China Unicom", "China Mobile", "China Telecom", "Chinese Embassy", "Federal Communications"}
    assert pairs - bodies - {"Chinese Foreign"} == {"Xiang Ligang", "Shen Bohan"}
    speakers = {s for text in EDITION["gt-2024"] for s in re.findall(r"(\w+) (?:said|added|highlighted)\b", text)}
    assert speakers == {"experts", "has", "Xiang", "he", "Ministry"}


def test_t26_the_statement_has_no_date():
    """gt-2024 p16 has no date word."""
    assert not DATE.search(para("gt-2024", 16))
    assert not re.search(r"\b(?:recent|earlier|last|previous|former|now|then)\w*", para("gt-2024", 16), re.I)


def test_t27_the_last_paragraph_has_no_speaker():
    """gt-2024 p17 has no verb of saying, no quotation mark and no source's name."""
    text = para("gt-2024", 17)
    assert not SAYING["en"].search(text)
    assert not wording.quotations(text)
    assert not wording.retold(text)
    names = {"reuters", "xinhua", "xiang", "experts", "expert", "ministry", "embassy", "people", "he", "she", "it"}
    assert not names & set(wording.words(text))


def test_sentences_without_a_cue_follow_sentences_with_one():
    """gt-2020 p9 gives its first sentence to Hua and its second to nobody; p11 has no cue at all."""
    first, second = re.split(r"(?<=\.) (?=[A-Z])", para("gt-2020", 9))
    assert "She pointed out" in first
    assert SAYING["en"].search(first)
    assert not SAYING["en"].search(second)
    assert re.fullmatch("‹[^‹›]+›", para("gt-2020", 11))
    assert para("gt-2020", 5).index("Hua said.") < para("gt-2020", 5).index("‹")


def test_articles_contradict_themselves_where_the_originals_do():
    """Two firms, then three; not yet in the market, then sold there; harm, then little of it."""
    assert "Unicom" not in para("tpk-2024", 1)
    assert "Unicom" in para("tpk-2024", 2)
    assert "veut pénétrer le marché" in para("fr-2018", 2)
    assert "Cricket" in para("fr-2018", 7)
    assert "harms" in para("gt-2024", 2)
    assert "limited" in para("gt-2024", 13)


def test_gt_2024_leaves_out_what_tpk_2024_has():
    """No Commerce, no subpoenas, no risk analyses, no no-evidence line, no Madory, not 'state-backed'."""
    for word in ("Commerce", "subpoena", "risk-based", "evidence that", "Madory", "state-backed", "three sources"):
        assert not any(word in text for text in EDITION["gt-2024"]), word
    assert not any("Xiang" in text or "Federal" in text for text in EDITION["tpk-2024"])
    assert not any("Reuters" in text for text in EDITION["tpk-2024"])


@pytest.mark.parametrize(("pair", "phrases"), SHARED.items())
def test_two_articles_of_one_wire_story_share_their_wording(pair, phrases):
    """Each phrase stands in both paragraphs, in the same order."""
    for text in (para("tpk-2024", pair[0]), para("gt-2024", pair[1])):
        at = [text.find(phrase) for phrase in phrases]
        assert -1 not in at, phrases[at.index(-1)]
        assert at == sorted(at)


@pytest.fixture(scope="session")
def originals() -> dict[str, list[str]]:
    """The originals' paragraphs, from the folder that NEWSDESK_ORIGINALS names."""
    folder = os.environ.get("NEWSDESK_ORIGINALS")
    if not folder:
        pytest.skip("NEWSDESK_ORIGINALS names no folder of originals: the kit does not ship them")
    return {a: wording.lines((Path(folder) / f"{a}.txt").read_text(encoding="utf-8")) for a in ARTICLES}


def test_fingerprints_are_the_originals(originals):
    """Each sum in fingerprints.csv is that of the file's bytes or of the paragraph in normal form."""
    straight = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})
    for row in table("fingerprints"):
        if row["kind"] == "file_raw":
            raw = (Path(os.environ["NEWSDESK_ORIGINALS"]) / f"{row['article_id']}.txt").read_bytes()
            size = len(raw)
        else:
            text = originals[row["article_id"]][int(row["para"]) - 1]
            normal = unicodedata.normalize("NFKC", text).translate(straight)
            raw, size = re.sub(r"\s+", " ", normal).strip().encode(), len(text.split())
        assert (hashlib.sha256(raw).hexdigest(), size) == (row["sha256"], int(row["size"])), row


@pytest.mark.parametrize("name", EDITIONS)
def test_no_run_of_eight_words_is_shared_with_any_original(originals, name):
    """Front matter and body, paragraph ends passed over, against all five originals."""
    own = wording.words(source_text(name))
    for article, paragraphs in originals.items():
        runs = wording.shared_runs(own, wording.words("\n".join(paragraphs)), RUN)
        assert not runs, (article, [" ".join(run.words) for run in runs])


@pytest.mark.parametrize("article", ARTICLES)
def test_under_a_fifth_of_a_paragraphs_4_grams_is_shared(originals, article):
    """Outside quotation marks and gold quotes, in every paragraph, furniture included."""
    claims = table("claims")
    for number, (text, source) in enumerate(zip(EDITION[article], originals[article], strict=True), 1):
        shared, counted = wording.gram_share(text, source, wording.quotes_of(claims, article, number))
        assert shared < CEILING * counted or not counted, (number, shared, counted)


@pytest.mark.parametrize("article", ARTICLES)
def test_quotation_marks_hold_only_what_the_original_quotes(originals, article):
    """The words of each quotation stand in a row inside one quotation of the same original paragraph."""
    for number, (text, source) in enumerate(zip(EDITION[article], originals[article], strict=True), 1):
        theirs = wording.quoted_words(source)
        for quoted in wording.quoted_words(text):
            assert any(wording.longest_run(quoted, other) == tuple(quoted) for other in theirs), (number, quoted)


def test_a_claims_quote_is_in_quotation_marks_where_the_originals_is(originals):
    """Inside in the original, inside in the edition; plain there, plain here."""
    for row in table("claims"):
        source = originals[row["article_id"]][int(row["para"]) - 1]
        there = wording.is_quoted(source, row["quote"])
        assert there is not None, row["claim_id"]
        if there or wording.is_quoted(here(row), row["quote"]):
            assert there and wording.is_quoted(here(row), row["quote"]), row["claim_id"]


@pytest.mark.parametrize("article", ARTICLES)
def test_short_quotations_stay_and_longer_ones_are_retold(originals, article):
    """A quotation of at most seven words is quoted whole in the edition; a longer one has its ‹…›."""
    longer: dict[int, int] = {}
    for number, source in enumerate(originals[article], 1):
        ours = wording.quoted_words(para(article, number))
        for quoted in wording.quoted_words(source):
            if len(quoted) > LONGEST_QUOTATION:
                longer[number] = longer.get(number, 0) + 1
            else:
                assert quoted in ours, (number, quoted)
    assert longer == RETOLD[article]


@pytest.mark.parametrize("article", ARTICLES)
def test_an_edition_is_about_as_long_as_its_original(originals, article):
    """At most a tenth longer as a whole, bracketed descriptions of furniture included."""
    lengths = [len(wording.words(" ".join(side[article]))) for side in (EDITION, originals)]
    assert lengths[0] <= 1.1 * lengths[1], lengths


def test_editions_share_wording_where_the_originals_do(originals):
    """Runs of five words and more: the same pairs of paragraphs, as many runs, lengths within two words."""
    for a, b in combinations(ARTICLES, 2):
        ours = wording.pair_runs(EDITION[a], EDITION[b], TELLING)
        theirs = wording.pair_runs(originals[a], originals[b], TELLING)
        assert set(ours) == set(theirs), (a, b)
        for pair in ours:
            lengths = [sorted(len(run.words) for run in side[pair]) for side in (ours, theirs)]
            assert len(lengths[0]) == len(lengths[1]), (pair, lengths)
            assert all(abs(x - y) <= 2 for x, y in zip(*lengths, strict=True)), (pair, lengths)


def test_figures_are_printed(originals, capsys):
    """Share by paragraph, longest runs, shared wording of editions and originals: for who runs the tests."""
    editions = {name: EDITION[name] for name in EDITIONS}
    with capsys.disabled():
        print(wording.share_table(editions, originals, table("claims")))
        print(wording.run_table(editions, originals))
        print(wording.pair_table(editions, originals))
