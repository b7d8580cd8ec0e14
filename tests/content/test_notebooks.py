"""Every lesson, walked from the folder: nothing new escapes."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import pytest

from newsdesk.notebooks import TAGS, cell_source, dump_notebook, normalise, read_notebook

LESSONS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))
GIVEN = {"nd", "pencil", "alt"}  # the kit's calls, its pencil, and charts, given ready-made before lesson 10


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    """One lesson after the other."""
    return request.param


@pytest.fixture
def book(path: Path) -> dict:
    """The lesson as JSON."""
    return read_notebook(path)


def code_cells(book: dict) -> list[dict]:
    """Return the code cells."""
    return [c for c in book["cells"] if c["cell_type"] == "code"]


def prose(book: dict) -> str:
    """Return all Markdown of a lesson, without its code blocks."""
    text = "\n\n".join(cell_source(c) for c in book["cells"] if c["cell_type"] == "markdown")
    return re.sub(r"```.*?```", "", text, flags=re.S)


def names_used(source: str) -> set[str]:
    """Return the names of functions and methods that a cell calls or reads, but the given ones."""
    found = set()
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a deliberate one; the tag and the stored error are tested elsewhere
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            root: ast.expr = node
            while isinstance(root, ast.Attribute | ast.Call | ast.Subscript):
                root = root.func if isinstance(root, ast.Call) else root.value
            if not (isinstance(root, ast.Name) and root.id in GIVEN):
                found.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
    return found


def test_there_are_lessons():
    """The walk finds lessons 0 and 1 at least, numbered without a double."""
    numbers = [path.name[:2] for path in LESSONS]
    assert {"00", "01"} <= set(numbers)
    assert len(numbers) == len(set(numbers))


def test_every_code_cell_was_run_in_order(book):
    """A cell without an execution count passes nbval unseen; the counts run 1, 2, 3."""
    counts = [c["execution_count"] for c in code_cells(book)]
    assert counts == list(range(1, len(counts) + 1))


def test_the_file_is_in_its_one_form(path, book):
    """Normalising changes nothing."""
    assert dump_notebook(normalise(book, f"l{path.name[:2]}")) == path.read_bytes()


def test_headings_make_an_outline(book):
    """One H1, first; no level is skipped."""
    levels = [len(m[1]) for m in re.finditer(r"^(#+) ", prose(book), flags=re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_cells_are_short(book):
    """No code cell has more than 15 lines; at most two stand without prose between."""
    assert all(len(c["source"]) <= 15 for c in code_cells(book))
    kinds = "".join(c["cell_type"][0] for c in book["cells"])
    assert "ccc" not in kinds


def test_tags_are_the_four(book):
    """Only the tags of the style are used, and a cell with an error says that it is deliberate."""
    for cell in code_cells(book):
        tags = set(cell["metadata"].get("tags", []))
        assert tags <= set(TAGS)
        has_error = any(o["output_type"] == "error" for o in cell["outputs"])
        assert has_error == ("raises-exception" in tags)


def test_one_import_cell_and_nothing_installed(book):
    """The imports stand in one cell; no cell installs, runs another or names an address."""
    sources = [cell_source(c) for c in code_cells(book)]
    assert sum(bool(re.search(r"^(import|from) ", s, flags=re.M)) for s in sources) == 1
    assert not any(re.search(r"https?://|%run|pip install|^!", s, flags=re.M) for s in sources)


def test_minutes_add_up(book):
    """The table's minutes sum to the lesson's, and each section repeats its own."""
    text = prose(book)
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) \| [^|]+ \|$", text, flags=re.M)
    assert sum(int(minutes) for _, minutes in rows) == book["metadata"]["newsdesk"]["minutes"]
    sections = dict(re.findall(r"^## (.+)\n\n(\*.*?\*)$", text, flags=re.M))
    for title, minutes in rows:
        heading = next((s for s in sections if s == title or title.startswith(s)), None)
        assert heading is not None, f"no section {title!r}"
        assert f"{minutes} minutes" in sections[heading], title


def test_charts_have_words(book):
    """Each chart shown has a description, a title and a specification that JupyterLab knows."""
    for cell in code_cells(book):
        for output in cell["outputs"]:
            spec = output.get("data", {}).get("application/vnd.vegalite.v5+json")
            if spec is not None:
                assert spec.get("description")
                assert spec.get("title")
                assert output["data"]["text/plain"]
                assert "image/svg+xml" in output["data"]
            assert not any(kind.startswith("application/vnd.vegalite.v6") for kind in output.get("data", {}))


def test_python_names_are_introduced():
    """A lesson declares its new names, two at most; it uses these and those of earlier lessons only."""
    known: set[str] = set()
    for path in LESSONS:
        book = read_notebook(path)
        new = set(book["metadata"]["newsdesk"]["python"])
        assert len(new) <= 2, path.name
        assert not new & known, path.name
        used = set().union(*(names_used(cell_source(c)) for c in code_cells(book)))
        known |= new
        assert used <= known, f"{path.name}: {sorted(used - known)} not declared"
        assert new <= used, f"{path.name}: {sorted(new - used)} declared and not used"


def test_folds_are_closed(book):
    """Each <details> has its summary and its end, with blank lines so that Markdown inside is read."""
    text = "\n\n".join(cell_source(c) for c in book["cells"] if c["cell_type"] == "markdown")
    assert text.count("<details><summary>") == text.count("<details") == text.count("</details>")
    assert all(m[1] == "\n\n" for m in re.finditer(r"</summary>(\n+)", text))
