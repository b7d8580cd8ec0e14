"""An owner's lawful copies of the five articles: checked by fingerprint, kept outside every checkout.

The kit ships no sentence of an original. It ships SHA-256 sums, so that somebody who has the articles
can use them: every table points to (article, paragraph) and fits both texts.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from newsdesk.errors import PlaceError, unknown
from newsdesk.files import write_whole
from newsdesk.kit import kit_folder

_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})


@dataclass(frozen=True)
class OriginalReport:
    """What was found of one original.

    `matched`, `changed` and `missing` hold paragraph numbers; `path` is the file, or None.
    """

    article_id: str
    path: Path | None
    matched: tuple[int, ...]
    changed: tuple[int, ...]
    missing: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Say whether every paragraph of the original was found."""
        return not self.changed and not self.missing

    def __str__(self) -> str:
        """Return the report as one line."""
        if self.path is None:
            return f"{self.article_id}: no file {self.article_id}.txt in the folder"
        if self.is_whole:
            return f"{self.article_id}: all {len(self.matched)} paragraphs match"
        parts = [f"{len(self.matched)} paragraphs match"]
        if self.changed:
            parts.append("changed: " + ", ".join(f"p{n}" for n in self.changed))
        if self.missing:
            parts.append("missing: " + ", ".join(f"p{n}" for n in self.missing))
        return f"{self.article_id}: " + "; ".join(parts)


def originals_folder() -> Path:
    """Return the folder in the user's own data folder where originals are kept; it may not exist."""
    return platformdirs.user_data_path("newsdesk", appauthor=False) / "originals"


def split_paragraphs(text: str) -> list[str]:
    """Return the non-blank lines of `text`, stripped: paragraph 1 first."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def fingerprint(paragraph: str) -> str:
    """Return the SHA-256 of a paragraph in normal form, as 64 hexadecimal digits.

    Normal form: NFKC, curly quotation marks made straight, no-break space made space, white space
    collapsed and stripped. So a copy out of another browser or editor still matches.
    """
    plain = unicodedata.normalize("NFKC", paragraph).translate(_STRAIGHT)
    return hashlib.sha256(re.sub(r"\s+", " ", plain).strip().encode()).hexdigest()


@cache
def _expected() -> dict[str, dict[int, str]]:
    """Return, by article and paragraph number, the fingerprints in data/fingerprints.csv."""
    found: dict[str, dict[int, str]] = {}
    with (kit_folder("data") / "fingerprints.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"].startswith("para"):
                found.setdefault(row["article_id"], {})[int(row["para"])] = row["sha256"]
    return found


def compare_original(article_id: str, text: str | None, path: Path | None = None) -> OriginalReport:
    """Compare a text with the fingerprints of an article, paragraph by paragraph.

    Parameters
    ----------
    article_id
        Such as ``"gt-2024"``.
    text
        The whole text; None where there is none, and every paragraph is missing.
    path
        Where the text came from, for the report.

    Returns
    -------
    OriginalReport
        A paragraph that stands in its place is matched; another text in its place is changed; a
        place after the end is missing.

    Raises
    ------
    NotFoundError
        When there is no such article.
    """
    if article_id not in _expected():
        raise unknown("article", article_id, _expected())
    have = [fingerprint(p) for p in split_paragraphs(text or "")]
    matched, changed, missing = [], [], []
    for number, sha in _expected()[article_id].items():
        if number > len(have):
            missing.append(number)
        elif have[number - 1] == sha:
            matched.append(number)
        else:
            changed.append(number)
    if len(have) > len(_expected()[article_id]):
        changed.extend(range(len(_expected()[article_id]) + 1, len(have) + 1))
    return OriginalReport(article_id, path, tuple(matched), tuple(changed), tuple(missing))


def add_originals(folder: Path) -> list[OriginalReport]:
    """Check an owner's copies and keep those that match whole.

    Parameters
    ----------
    folder
        Holds ``<article_id>.txt``, UTF-8, one paragraph a line.

    Returns
    -------
    list of OriginalReport
        One an article. Only a whole original is kept, since the tables point into its paragraphs.

    Raises
    ------
    PlaceError
        When the folder can't be read or the user's data folder can't be written.
    """
    if not folder.is_dir():
        raise PlaceError(f"There is no folder {folder}. Name the folder that holds your copies, as <article>.txt.")
    reports = []
    for article_id in _expected():
        path = folder / f"{article_id}.txt"
        if not path.is_file():
            reports.append(compare_original(article_id, None))
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise PlaceError(f"{path} is not UTF-8 text ({error.reason}). Save it as UTF-8 and try again.") from None
        except OSError as error:
            raise PlaceError(f"{path} can't be read: {error.strerror}.") from None
        report = compare_original(article_id, text, path)
        if report.is_whole:
            write_whole(originals_folder() / f"{article_id}.txt", text.encode())
        reports.append(report)
    return reports


def read_original(article_id: str) -> list[str]:
    """Return the paragraphs of an original that was added.

    Raises
    ------
    PlaceError
        When it was not added, or the kept copy changed since; the paragraphs are named.
    """
    path = originals_folder() / f"{article_id}.txt"
    if not path.is_file():
        raise PlaceError(
            f"The original of {article_id} is not on this computer. The kit ships reading editions only. "
            "If you have a lawful copy, add it: newsdesk originals add FOLDER"
        )
    text = path.read_text(encoding="utf-8-sig", errors="replace")  # damaged bytes change the fingerprint
    report = compare_original(article_id, text, path)
    if not report.is_whole:
        raise PlaceError(f"The kept original was changed. {report}. Add it anew: newsdesk originals add FOLDER")
    return split_paragraphs(text)
