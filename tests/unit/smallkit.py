"""A small kit for the unit tests: two articles, three tables, two lessons.

It stands in for the real content, which changes as the course does; tests of that are in tests/content.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from newsdesk.originals import fingerprint

FRONT = """---
format: 1
article_id: {article_id}
edition: {edition}
outlet: {outlet}
language: {language}
date: 2021-03-05
note: reading edition, not the outlet's words
---
"""
ORIGINALS = {
    "aa-2021": ["Mast plan “stalls”", "The council said no.", "[Published 5 March]"],
    "bb-2020": ["Le mât", "Il n’a rien dit."],
}
PACKAGE = {
    "articles": [
        {"name": "article_id", "type": "string"},
        {"name": "n_paras", "type": "integer"},
    ],
    "claims": [
        {"name": "claim_id", "type": "string"},
        {"name": "article_id", "type": "string"},
        {"name": "para", "type": "integer"},
        {"name": "quote", "type": "string"},
        {"name": "level", "type": "integer"},
        {"name": "share", "type": "number"},
        {"name": "own_act", "type": "boolean"},
        {"name": "modality", "type": "string", "key": [{"exercise": "e03", "articles": ["bb-2020"]}]},
        {"name": "said", "type": "string", "key": [{"exercise": "e05", "articles": "all"}]},
    ],
    "codebook": [{"name": "field", "type": "string"}, {"name": "code", "type": "string"}],
}
TABLES = {
    "articles": "article_id,n_paras\naa-2021,3\nbb-2020,2\n",
    "claims": (
        "claim_id,article_id,para,quote,level,share,own_act,modality,said\n"
        'aa-2021-c01,aa-2021,2,"said no, twice",1,0.5,true,asserted,as_reported\n'
        "aa-2021-c02,aa-2021,2,NA,,,false,hedged,altered\n"
        'bb-2020-c01,bb-2020,2,"«\u00a0rien\u00a0»",2,1,,negated,own_voice\n'
    ),
    "codebook": "field,code\r\nmodality,asserted\r\n",
}


def cell(source: str, kind: str = "code", **more: Any) -> dict[str, Any]:
    """Return a notebook's cell as nbformat 4.5 writes it."""
    made: dict[str, Any] = {"cell_type": kind, "id": "x", "metadata": {}, "source": source.splitlines(keepends=True)}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made | more


def book(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return a notebook of these cells."""
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def stream(text: str) -> dict[str, Any]:
    """Return an output that prints `text`."""
    return {"name": "stdout", "output_type": "stream", "text": [text]}


class SmallKit:
    """A kit in a folder: its ``data`` and ``notebooks`` may be written as a newer version would be."""

    def __init__(self, folder: Path) -> None:
        """Write the kit into `folder`."""
        self.data = folder / "data"
        self.notebooks = folder / "notebooks"
        (self.data / "articles").mkdir(parents=True)
        self.notebooks.mkdir()
        (folder / "exercises").mkdir()
        self.write_package(PACKAGE)
        for name, content in TABLES.items():
            (self.data / f"{name}.csv").write_bytes(content.encode())
        self.edition("aa-2021.md", ["Mast is stuck", "They “said no”.", "[Page furniture: 5 March]"], outlet="A & Co")
        self.edition("bb-2020.md", ["Le mât reste", "Elle n'a ‹rien dit›."], language="fr")
        self.edition("bb-2020.en.md", ["The mast stays", "She has said nothing."], edition="gloss")
        sums = [
            f"{article_id},{number},para_nfkc_ws,{fingerprint(text)}\n"
            for article_id, paragraphs in ORIGINALS.items()
            for number, text in enumerate(paragraphs, start=1)
        ]
        whole = f"aa-2021,0,file_raw,{hashlib.sha256(b'').hexdigest()}\n"
        (self.data / "fingerprints.csv").write_text("article_id,para,kind,sha256\n" + whole + "".join(sums))
        self.lesson("00-start.ipynb", "print('start')")
        self.lesson("01-read.ipynb", "print('read')")

    def write_package(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        """Write datapackage.json for tables given as name to fields."""
        resources = [{"name": n, "path": f"{n}.csv", "schema": {"fields": f}} for n, f in tables.items()]
        (self.data / "datapackage.json").write_text(json.dumps({"name": "small", "resources": resources}))

    def edition(
        self, name: str, paragraphs: list[str], *, edition: str = "reading", outlet: str = "X", language: str = "en"
    ) -> None:
        """Write an edition's file."""
        article_id = name.split(".", maxsplit=1)[0]
        front = FRONT.format(article_id=article_id, edition=edition, outlet=outlet, language=language)
        text = front + "\n" + "\n\n".join(paragraphs) + "\n"
        (self.data / "articles" / name).write_text(text, encoding="utf-8")

    def lesson(self, name: str, source: str) -> None:
        """Write a lesson of one paragraph and one code cell, committed with its output."""
        ran = cell(source, execution_count=1, outputs=[stream("out\n")])
        content = json.dumps(book(cell("# A lesson", "markdown"), ran))
        (self.notebooks / name).write_text(content, encoding="utf-8")
