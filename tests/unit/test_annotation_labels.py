"""annotation.labels: what the codebook says of labels and relations."""

from __future__ import annotations

import pytest

from newsdesk.annotation.labels import COLOURS, KEPT_LETTERS, all_labels, all_relations, chosen_labels, read_codebook
from newsdesk.errors import DataError, NotFoundError

HEAD = "field,code,definition,letter,colour,takes,based_on\n"
KIND = "kind,a,An a.,,,,kit\nkind,b,A b.,,,,kit\n"
LABEL = "label,source,Who speaks.,s,blue,kind,kit\nlabel,claim,What is said.,c,green,,kit\n"


def test_the_kits_labels_have_letters_colours_and_rules() -> None:
    """Each has its own letter, none that does something else, a colour that is drawn, and a rule."""
    labels = all_labels()
    assert {"source", "cue", "claim", "hedge", "loaded", "date", "headline", "story", "furniture"} <= set(labels)
    letters = [label.letter for label in labels.values()]
    assert len(set(letters)) == len(letters) and not set(letters) & set(KEPT_LETTERS)
    assert all(label.colour in COLOURS and label.rule and label.name == name for name, label in labels.items())


def test_attributes_are_the_codes_of_the_codebook() -> None:
    """A claim carries three fields, each code with its rule."""
    claim = all_labels()["claim"]
    assert list(claim.attributes) == ["attribution_type", "modality", "checkable"]
    assert claim.attributes["modality"]["hedged"].startswith("A word of possibility")
    assert all_labels()["cue"].attributes == {}


def test_relations_of_articles_are_not_relations_of_marks() -> None:
    """The codebook's field holds both; only rows that take two labels join marks."""
    relations = all_relations()
    assert list(relations) == ["attributed-to"]
    assert (relations["attributed-to"].origin, relations["attributed-to"].target) == ("claim", "source")


def test_a_row_makes_a_label() -> None:
    """An author needs no code."""
    labels, relations = read_codebook((HEAD + KIND + LABEL + "relation,said-by,Who.,,,claim;source,kit\n").encode())
    assert list(labels) == ["source", "claim"]
    assert labels["source"].attributes == {"kind": {"a": "An a.", "b": "A b."}}
    assert relations["said-by"].rule == "Who."


def test_what_is_returned_is_the_callers_own() -> None:
    """Changing it changes nothing for others."""
    all_labels().clear()
    all_relations().clear()
    assert all_labels() and all_relations()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("label,x,X.,s,blue,,kit", "'source' and 'x' have one letter, 's'"),
        ("label,x,X.,n,blue,,kit", "the letter 'n'"),
        ("label,x,X.,S,blue,,kit", "the letter 'S'"),
        ("label,x,X.,é,blue,,kit", "the letter 'é'"),
        ("label,x,X.,,blue,,kit", "the letter ''"),
        ("label,x,X.,x,pink,,kit", "the colour 'pink'"),
        ("label,x,X.,x,blue,kindd,kit", "takes 'kindd'"),
        ("relation,r,R.,,,claim,kit", "takes 'claim'"),
        ("relation,r,R.,,,claim;sauce,kit", "takes 'claim;sauce'"),
    ],
)
def test_a_wrong_row_is_named(row: str, says: str) -> None:
    """With what is allowed."""
    with pytest.raises(DataError, match=says):
        read_codebook((HEAD + KIND + LABEL + row + "\n").encode())


def test_a_codebook_without_the_columns_has_no_labels() -> None:
    """An older one is read as it was."""
    assert read_codebook(b"field,code,definition,based_on\nkind,a,An a.,kit\n") == ({}, {})


def test_chosen_labels_keep_the_order_asked_for() -> None:
    """None is all; a name that is none is named with those that are."""
    assert list(chosen_labels(["cue", "source"])) == ["cue", "source"]
    assert chosen_labels(None) == all_labels()
    with pytest.raises(NotFoundError, match=r"no label 'sorce'\. Did you mean 'source'"):
        chosen_labels(["sorce"])
    for wrong in ("cue", []):
        with pytest.raises(DataError, match="a list of names"):
            chosen_labels(wrong)  # type: ignore[arg-type]
