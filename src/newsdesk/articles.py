"""The five articles: reading editions, the gloss of the French one, and originals that an owner added."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from newsdesk.errors import DataError, unknown
from newsdesk.kit import kit_folder
from newsdesk.originals import read_original

if TYPE_CHECKING:
    import pandas as pd

EDITIONS = ("reading", "gloss", "original")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its number, counted from 1, headline and page furniture included, and its text."""

    number: int
    text: str

    @property
    def is_furniture(self) -> bool:
        """Say whether the edition shows this paragraph as page furniture, in square brackets."""
        return self.text.startswith("[") and self.text.endswith("]")


@dataclass(frozen=True, repr=False)
class Article:
    """An article in one edition.

    `about` is the front matter: outlet, language, genre, date (EDTF) and how it was found, provenance,
    licence, note.
    """

    article_id: str
    edition: str
    paragraphs: tuple[Paragraph, ...]
    about: Mapping[str, str]

    @property
    def text(self) -> str:
        """Return the whole text: paragraphs joined by one blank line. Offsets count code points in it."""
        return "\n\n".join(p.text for p in self.paragraphs)

    @property
    def note(self) -> str:
        """Return the line that every view and export carries."""
        return self.about["note"]

    def paragraph(self, number: int) -> str:
        """Return the text of paragraph `number`.

        Raises
        ------
        NotFoundError
            When there is no such paragraph; the numbers that exist are named.
        """
        for paragraph in self.paragraphs:
            if paragraph.number == number:
                return paragraph.text
        raise unknown(f"paragraph of {self.article_id}", number, [f"1 to {len(self.paragraphs)}"])

    def offset(self, number: int) -> int:
        """Return where paragraph `number` starts in `text`, in code points."""
        self.paragraph(number)
        return sum(len(p.text) + 2 for p in self.paragraphs if p.number < number)

    def to_frame(self) -> pd.DataFrame:
        """Return the paragraphs as a table: `para` (int), `text` (str), `words` (int)."""
        import pandas as pd  # whoever only reads an article does not wait for pandas

        return pd.DataFrame(
            {
                "para": [p.number for p in self.paragraphs],
                "text": [p.text for p in self.paragraphs],
                "words": [len(p.text.split()) for p in self.paragraphs],
            }
        )

    def __len__(self) -> int:
        return len(self.paragraphs)

    def __repr__(self) -> str:
        return f"<{self.article_id}, {self.edition} edition, {len(self)} paragraphs; nd.show_article shows it>"


@cache
def article_ids() -> tuple[str, ...]:
    """Return the ids of the articles, in alphabetical order."""
    folder = kit_folder("data") / "articles"
    return tuple(sorted(p.name[:-3] for p in folder.glob("*.md") if not p.name.endswith(".en.md")))


def load_article(article_id: str, *, edition: str = "reading") -> Article:
    """Load an article.

    Parameters
    ----------
    article_id
        ``"afp-2020"``, ``"fr-2018"``, ``"gt-2020"``, ``"gt-2024"`` or ``"tpk-2024"``.
    edition
        ``"reading"``: the kit's own edition. ``"gloss"``: an English gloss, for the French article only.
        ``"original"``: the outlet's words, for who has added a lawful copy.

    Returns
    -------
    Article
        Its paragraphs carry the same numbers in every edition.

    Raises
    ------
    NotFoundError
        When there is no such article or edition.
    PlaceError
        When the original was not added on this computer, or differs.

    Examples
    --------
    >>> load_article("gt-2024").about["outlet"]
    'Global Times'
    """
    if article_id not in article_ids():
        raise unknown("article", article_id, article_ids())
    if edition not in EDITIONS:
        raise unknown("edition", edition, EDITIONS)
    reading = read_edition(kit_folder("data") / "articles" / f"{article_id}.md")
    if edition == "reading":
        return reading
    if edition == "original":
        paragraphs = tuple(Paragraph(n, t) for n, t in enumerate(read_original(article_id), start=1))
        about = dict(reading.about, edition="original", note="the outlet's own words, from your copy", licence="")
        return Article(article_id, "original", paragraphs, about)
    path = kit_folder("data") / "articles" / f"{article_id}.en.md"
    if not path.is_file():
        raise unknown(f"gloss of {article_id}", edition, ["reading", "original"])
    return read_edition(path)


def own_article(article_id: str, paragraphs: Sequence[str], *, language: str = "en", note: str = "made up") -> Article:
    """Make an article of your own text: one made up for a question, or one that you may use.

    Parameters
    ----------
    article_id
        Small letters, digits and hyphens; none of the kit's own ids.
    paragraphs
        Its paragraphs, each one line of text.
    language
        ``"en"``, ``"fr"`` or another code of ISO 639.
    note
        The line that every view carries.

    Raises
    ------
    DataError
        When the id can't be one, or a paragraph is empty or no text.
    """
    if not isinstance(article_id, str) or not re.fullmatch(r"[a-z0-9-]{1,32}", article_id):
        raise DataError(f"{article_id!r} can't name an article. Use small letters, digits and hyphens: 'northport'.")
    if article_id in article_ids():
        raise DataError(f"{article_id!r} is an article of the kit. Choose another id for your own text.")
    given = [paragraphs] if isinstance(paragraphs, str) else list(paragraphs)
    lines = [" ".join(text.split()) if isinstance(text, str) else "" for text in given]
    if not lines or not all(lines):
        raise DataError("An article is a list of paragraphs, each of them text: own_article('northport', ['…', '…']).")
    about = {"article_id": article_id, "outlet": note, "language": language, "note": note}
    return Article(article_id, "own", tuple(Paragraph(n, t) for n, t in enumerate(lines, start=1)), about)


def read_edition(path: Path) -> Article:
    """Read an edition's file: YAML front matter between two lines ``---``, then one paragraph a line.

    Raises
    ------
    DataError
        When the file is no UTF-8 text, or its front matter is missing, is no mapping, lacks
        a key or is of a newer format.
    """
    try:
        parts = path.read_text(encoding="utf-8").split("---\n", 2)
        matter = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0] else None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name}: the front matter can't be read: {error}") from None
    if not isinstance(matter, dict):
        raise DataError(f"{path.name}: no front matter. The file starts with a line '---', keys and a line '---'.")
    if matter.get("format") != 1:
        raise DataError(f"{path.name}: format {matter.get('format')!r}; this version reads format 1.")
    missing = [key for key in ("article_id", "edition", "outlet", "language", "note") if key not in matter]
    if missing:
        raise DataError(f"{path.name}: the front matter lacks {', '.join(missing)}.")
    about = {key: str(value) for key, value in matter.items()}
    lines = [line.strip() for line in parts[2].splitlines() if line.strip()]
    paragraphs = tuple(Paragraph(n, line) for n, line in enumerate(lines, start=1))
    return Article(about["article_id"], about["edition"], paragraphs, about)
