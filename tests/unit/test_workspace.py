"""workspace: a learner's working copy, made, brought up to date, reset. Nothing of theirs is ever lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from smallkit import PACKAGE, SmallKit, book, cell, stream

import newsdesk.workspace
from newsdesk.errors import DataError, NotFoundError, PlaceError
from newsdesk.files import write_whole
from newsdesk.notebooks import source_hash
from newsdesk.workspace import (
    WorkspaceReport,
    delivered_files,
    find_lesson,
    lesson_ids,
    read_manifest,
    reset_lesson,
    update_workspace,
)

FilesIn = Callable[[Path], dict[str, bytes]]

START = "notebooks/00-start.ipynb"
READ = "notebooks/01-read.ipynb"
CLAIMS = "data/claims.csv"
DELIVERED = [
    "data/articles.csv",
    "data/articles/aa-2021.md",
    "data/articles/bb-2020.en.md",
    "data/articles/bb-2020.md",
    CLAIMS,
    "data/codebook.csv",
    START,
    READ,
]
OWN = {
    "annotations/aa-2021.ana.jsonld": b'{"mine": 1}',
    "kept/01-page-sheet.csv": b"para\n1\n",
    "progress.json": b"{}",
    "notebooks/my-notes.ipynb": b"not even JSON",
    "notebooks/.ipynb_checkpoints/00-start-checkpoint.ipynb": b"{}",
    "data/mine.csv": b"a\n",
    "notes.txt": b"mine",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place for a working copy, with a space and an accent, not made yet."""
    return tmp_path / "mes leçons" / "news desk"


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that makes the kit another version."""
    return lambda number: monkeypatch.setattr(newsdesk.workspace, "kit_version", lambda: number)


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Write files as a learner does."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def ran(content: bytes) -> bytes:
    """Return a notebook as JupyterLab saves it after a run: outputs, counts, other metadata, other indent."""
    found = json.loads(content)
    for number, one in enumerate(found["cells"], start=1):
        one["id"] = f"jupyter-{number}"
        if one["cell_type"] == "code":
            one |= {"execution_count": number, "outputs": [stream("out")]}
    found["metadata"]["language_info"] = {"version": "3.14.0"}
    return json.dumps(found, indent=2).encode()


def edited(content: bytes) -> bytes:
    """Return a notebook with a cell of the learner's own."""
    found = json.loads(content)
    found["cells"].append(cell("my_own = 1"))
    return json.dumps(found).encode()


def newer(kit: SmallKit) -> None:
    """Make the kit's first lesson, a table and an edition newer."""
    kit.lesson("00-start.ipynb", "print('a newer start')")
    (kit.data / "codebook.csv").write_text("field,code\nmodality,hedged\n")
    kit.edition("aa-2021.md", ["Mast is stuck", "A better sentence.", "[Page furniture: 5 March]"])


def test_a_first_start_delivers_everything(small_kit: SmallKit, folder: Path, files_in: FilesIn) -> None:
    """Lessons, editions and tables, and the record of them; nothing else, no part file."""
    report = update_workspace(folder)
    assert sorted(files_in(folder)) == sorted([*DELIVERED, "newsdesk.json"])
    assert sorted(report.made) == sorted(DELIVERED)
    assert (report.replaced, report.beside) == ([], [])
    assert str(report) == f"New in {folder}: 8 files."


def test_lessons_come_without_outputs(small_kit: SmallKit, folder: Path) -> None:
    """The learner makes them; the kit's own file keeps its outputs."""
    update_workspace(folder)
    delivered = json.loads((folder / START).read_bytes())
    assert [c.get("outputs", []) for c in delivered["cells"]] == [[], []]
    assert [c.get("execution_count") for c in delivered["cells"]] == [None, None]
    assert json.loads((small_kit.notebooks / "00-start.ipynb").read_bytes())["cells"][1]["outputs"]


def test_tables_come_without_answers(small_kit: SmallKit, folder: Path, files_in: FilesIn) -> None:
    """No file of the working copy holds what an exercise asks for."""
    update_workspace(folder)
    everything = b"\n".join(files_in(folder).values())
    for answer in (b"as_reported", b"own_voice", b"negated"):
        assert answer not in everything
    assert b"said no, twice" in everything


def test_neither_package_nor_fingerprints_are_delivered(small_kit: SmallKit) -> None:
    """datapackage.json says what is key; learners need neither it nor the sums."""
    assert sorted(delivered_files()) == sorted(DELIVERED)


def test_the_record_names_each_file_as_delivered(small_kit: SmallKit, folder: Path) -> None:
    """Format, version, and a hash a file; notebooks by their sources."""
    update_workspace(folder)
    manifest = json.loads((folder / "newsdesk.json").read_text())
    assert manifest["format"] == 1
    assert manifest["version"] == newsdesk.workspace.kit_version()
    assert sorted(manifest["files"]) == sorted(DELIVERED)
    assert manifest["files"][START] == source_hash((folder / START).read_bytes())
    assert read_manifest(folder) == manifest["files"]


def test_opening_again_changes_nothing(small_kit: SmallKit, folder: Path) -> None:
    """Not even a time stamp: a synchronised folder stays quiet."""
    update_workspace(folder)
    stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    report = update_workspace(folder)
    assert str(report) == ""
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == stamps


def test_a_folder_with_other_files_may_become_a_working_copy(
    small_kit: SmallKit, folder: Path, files_in: FilesIn
) -> None:
    """They stay as they are."""
    put(folder, OWN)
    update_workspace(folder)
    files = files_in(folder)
    assert {name: files[name] for name in OWN} == OWN
    assert set(files) == {*OWN, *DELIVERED, "newsdesk.json"}


def test_an_upgrade_replaces_what_was_not_changed(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, version: Callable[[str], None]
) -> None:
    """Files that are new in the kit come too, and the report names what was replaced."""
    update_workspace(folder)
    newer(small_kit)
    small_kit.lesson("02-claims.ipynb", "print('claims')")
    version("0.2.0")
    report = update_workspace(folder)
    assert sorted(report.replaced) == ["data/articles/aa-2021.md", "data/codebook.csv", START]
    assert (report.made, report.beside) == (["notebooks/02-claims.ipynb"], [])
    files = files_in(folder)
    assert {name: files[name] for name in delivered_files()} == delivered_files()
    assert set(files) == {*DELIVERED, "notebooks/02-claims.ipynb", "newsdesk.json"}
    assert json.loads(files["newsdesk.json"])["version"] == "0.2.0"


def test_running_a_lesson_is_not_changing_it(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, version: Callable[[str], None]
) -> None:
    """A lesson that was run is replaced where the kit's is newer, and kept with its outputs where not."""
    update_workspace(folder)
    put(folder, {name: ran((folder / name).read_bytes()) for name in (START, READ)})
    before = files_in(folder)
    newer(small_kit)
    version("0.2.0")
    report = update_workspace(folder)
    assert START in report.replaced
    assert report.beside == []
    assert (folder / START).read_bytes() == delivered_files()[START]
    assert (folder / READ).read_bytes() == before[READ]


def test_what_the_learner_changed_is_kept_and_the_new_version_stands_beside_it(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, version: Callable[[str], None]
) -> None:
    """A lesson, a table and an edition; the report names the new ones."""
    update_workspace(folder)
    mine = {
        START: edited((folder / START).read_bytes()),
        "data/codebook.csv": b"my codes\n",
        "data/articles/aa-2021.md": b"my own headline",
    }
    put(folder, mine)
    newer(small_kit)
    version("0.2.0")
    report = update_workspace(folder)
    files = files_in(folder)
    assert {name: files[name] for name in mine} == mine
    beside = {
        "notebooks/00-start.new-in-0.2.0.ipynb": START,
        "data/codebook.new-in-0.2.0.csv": "data/codebook.csv",
        "data/articles/aa-2021.new-in-0.2.0.md": "data/articles/aa-2021.md",
    }
    assert sorted(report.beside) == sorted(beside)
    assert {name: files[name] for name in beside} == {n: delivered_files()[old] for n, old in beside.items()}
    assert set(files) == {*DELIVERED, *beside, "newsdesk.json"}
    assert "You changed these, so the new version stands beside yours: " in str(report)


def test_the_new_version_is_offered_once(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, version: Callable[[str], None]
) -> None:
    """A learner who deletes or edits what stood beside is not given it again."""
    update_workspace(folder)
    put(folder, {START: edited((folder / START).read_bytes())})
    newer(small_kit)
    version("0.2.0")
    (beside,) = update_workspace(folder).beside
    (folder / beside).write_bytes(b"mine now")
    before = files_in(folder)
    assert str(update_workspace(folder)) == ""
    assert files_in(folder) == before
    (folder / beside).unlink()
    assert str(update_workspace(folder)) == ""
    assert not (folder / beside).exists()


@pytest.mark.parametrize("numbers", [("0.2.0", "0.3.0"), ("0.2.0", "0.2.0")], ids=["released", "in a checkout"])
def test_each_newer_version_is_offered_beside_a_changed_file(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, version: Callable[[str], None], numbers: tuple[str, str]
) -> None:
    """Also where a checkout was updated twice and the version's number is still the same."""
    update_workspace(folder)
    mine = edited((folder / START).read_bytes())
    put(folder, {START: mine})
    offered = []
    for number in numbers:
        small_kit.lesson("00-start.ipynb", f"print('start {len(offered)}')")
        version(number)
        report = update_workspace(folder)
        assert len(report.beside) == 1
        offered.append(delivered_files()[START])
    contents = list(files_in(folder).values())
    assert (folder / START).read_bytes() == mine
    for content in offered:
        assert content in contents


def test_a_changed_file_that_is_not_newer_in_the_kit_is_left_in_peace(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, version: Callable[[str], None]
) -> None:
    """Nothing is written beside it."""
    update_workspace(folder)
    put(folder, {READ: edited((folder / READ).read_bytes()), CLAIMS: b"mine"})
    before = files_in(folder)
    version("0.2.0")
    report = update_workspace(folder)
    assert (report.made, report.replaced, report.beside) == ([], [], [])
    assert {k: v for k, v in files_in(folder).items() if k != "newsdesk.json"} == {
        k: v for k, v in before.items() if k != "newsdesk.json"
    }


@pytest.mark.parametrize("damage", [b"", b'{"cells": [', b"\xff\xfe"])
def test_a_notebook_that_cannot_be_read_counts_as_changed(small_kit: SmallKit, folder: Path, damage: bytes) -> None:
    """Cut off by a full disk, say: kept as it is, with the new version beside it."""
    update_workspace(folder)
    put(folder, {START: damage})
    newer(small_kit)
    assert len(update_workspace(folder).beside) == 1
    assert (folder / START).read_bytes() == damage


def test_what_the_learner_deleted_stays_deleted(
    small_kit: SmallKit, folder: Path, version: Callable[[str], None]
) -> None:
    """Through two upgrades, whether the kit's is newer or not."""
    update_workspace(folder)
    for name in (START, READ, CLAIMS):
        (folder / name).unlink()
    for number in ("0.2.0", "0.3.0"):
        small_kit.lesson("00-start.ipynb", f"print({number!r})")
        version(number)
        report = update_workspace(folder)
        assert (report.made, report.beside) == ([], [])
    assert not any((folder / name).exists() for name in (START, READ, CLAIMS))


def test_a_file_that_left_the_kit_stays_with_the_learner(small_kit: SmallKit, folder: Path) -> None:
    """A lesson that was renamed: the old one may hold work."""
    update_workspace(folder)
    (small_kit.notebooks / "01-read.ipynb").rename(small_kit.notebooks / "01-close-reading.ipynb")
    report = update_workspace(folder)
    assert report.made == ["notebooks/01-close-reading.ipynb"]
    assert (folder / READ).exists()


def test_a_learners_own_file_of_a_new_files_name_is_kept(
    small_kit: SmallKit, folder: Path, version: Callable[[str], None]
) -> None:
    """The kit gets a lesson of a name that the learner used already."""
    update_workspace(folder)
    put(folder, {"notebooks/02-claims.ipynb": b"mine"})
    small_kit.lesson("02-claims.ipynb", "print('claims')")
    version("0.2.0")
    report = update_workspace(folder)
    assert report.beside == ["notebooks/02-claims.new-in-0.2.0.ipynb"]
    assert (folder / "notebooks/02-claims.ipynb").read_bytes() == b"mine"


def test_nothing_but_delivered_files_is_ever_touched(
    small_kit: SmallKit, folder: Path, version: Callable[[str], None]
) -> None:
    """Annotations, progress, kept pieces, own notebooks: bytes and times, through upgrade and reset."""
    update_workspace(folder)
    put(folder, OWN)
    put(folder, {READ: edited((folder / READ).read_bytes())})
    before = {name: (content, (folder / name).stat().st_mtime_ns) for name, content in OWN.items()}
    newer(small_kit)
    version("0.2.0")
    update_workspace(folder)
    reset_lesson(folder, "l00")
    reset_lesson(folder, "l01")
    update_workspace(folder)
    assert {n: ((folder / n).read_bytes(), (folder / n).stat().st_mtime_ns) for n in OWN} == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, PlaceError("No space left on device")])
@pytest.mark.parametrize("after", range(9))
def test_an_interrupted_first_start_goes_on_the_next_time(
    small_kit: SmallKit,
    folder: Path,
    files_in: FilesIn,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    error: BaseException | type[BaseException],
) -> None:
    """Ctrl-C or a full disk after any file: no record yet, each file whole, and then all of them."""
    count = iter(range(100))

    def write(path: Path, content: bytes) -> None:
        if next(count) == after:
            raise error
        write_whole(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(newsdesk.workspace, "write_whole", write)
        with pytest.raises(type(error) if isinstance(error, BaseException) else error):
            update_workspace(folder)
    there = files_in(folder)
    assert len(there) == after
    assert "newsdesk.json" not in there
    assert all(delivered_files()[name] == content for name, content in there.items())
    report = update_workspace(folder)
    assert len(report.made) == 8 - after
    assert report.beside == []
    assert sorted(files_in(folder)) == sorted([*DELIVERED, "newsdesk.json"])


@pytest.mark.parametrize("after", range(4))
def test_an_interrupted_upgrade_goes_on_the_next_time(
    small_kit: SmallKit,
    folder: Path,
    files_in: FilesIn,
    monkeypatch: pytest.MonkeyPatch,
    version: Callable[[str], None],
    after: int,
) -> None:
    """The result is that of an upgrade that nobody disturbed."""
    update_workspace(folder)
    mine = edited((folder / READ).read_bytes())
    put(folder, {READ: mine})
    newer(small_kit)
    small_kit.lesson("01-read.ipynb", "print('a newer read')")
    version("0.2.0")
    count = iter(range(100))

    def write(path: Path, content: bytes) -> None:
        if next(count) == after:
            raise KeyboardInterrupt
        write_whole(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(newsdesk.workspace, "write_whole", write)
        with pytest.raises(KeyboardInterrupt):
            update_workspace(folder)
    update_workspace(folder)
    files = files_in(folder)
    expected = delivered_files() | {READ: mine, "notebooks/01-read.new-in-0.2.0.ipynb": delivered_files()[READ]}
    assert {name: content for name, content in files.items() if name != "newsdesk.json"} == expected
    assert json.loads(files["newsdesk.json"])["version"] == "0.2.0"


def test_work_done_before_the_record_was_written_is_kept(small_kit: SmallKit, folder: Path) -> None:
    """Interrupted first start, then a lesson was edited, then the kit became newer: the edit stays."""
    update_workspace(folder)
    (folder / "newsdesk.json").unlink()
    mine = edited((folder / START).read_bytes())
    put(folder, {START: mine})
    newer(small_kit)
    report = update_workspace(folder)
    assert (folder / START).read_bytes() == mine
    assert report.replaced == []
    assert any(name.startswith("notebooks/00-start.new-in-") for name in report.beside)


@pytest.mark.parametrize(
    "manifest",
    [
        {"format": 2, "version": "9.0.0", "files": {}},
        {"format": 2, "version": "9.0.0", "files": [{"path": "a"}]},
        {"format": 2, "contents": {}},
        {"format": 3},
    ],
    ids=["same shape", "files as a list", "another key", "only the number"],
)
def test_a_newer_format_is_refused_and_nothing_changed(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, manifest: dict[str, object]
) -> None:
    """Whatever a later kit wrote there: say that the kit is old, never rewrite, never call it damaged."""
    update_workspace(folder)
    put(folder, {"newsdesk.json": json.dumps(manifest).encode(), START: b"mine"})
    (folder / CLAIMS).unlink()
    before = files_in(folder)
    for call in (update_workspace, lambda place: reset_lesson(place, "l00")):
        with pytest.raises(DataError, match=rf"is of format {manifest['format']}; .+ update yours, or choose another"):
            call(folder)
        assert files_in(folder) == before


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"null", b"[]", b"3", b"{}", b'{"format": 1}', b'{"format": 1, "files": 3}'],
)
def test_a_damaged_record_is_named_and_nothing_changed(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, content: bytes
) -> None:
    """The message says what to do, and doing it loses nothing."""
    update_workspace(folder)
    mine = edited((folder / START).read_bytes())
    put(folder, {"newsdesk.json": content, START: mine})
    before = files_in(folder)
    newer(small_kit)
    for call in (update_workspace, lambda place: reset_lesson(place, "l00")):
        with pytest.raises(DataError, match=r"newsdesk\.json can't be read\. Your work is untouched\. Rename that one"):
            call(folder)
        assert files_in(folder) == before
    (folder / "newsdesk.json").rename(folder / "newsdesk.damaged.json")
    update_workspace(folder)
    assert (folder / START).read_bytes() == mine


@pytest.mark.parametrize("place", ["data", "notebooks", "data/articles", "notebooks/work", "."])
def test_the_kits_own_folders_are_no_working_copy(small_kit: SmallKit, files_in: FilesIn, place: str) -> None:
    """Neither inside them nor where they lie themselves: gold tables and lessons stay the kit's."""
    kit = small_kit.data.parent
    before = files_in(kit)
    with pytest.raises(PlaceError, match=r"holds the kit's own files\. Choose another folder .+ newsdesk lab FOLDER"):
        update_workspace(kit / place)
    assert files_in(kit) == before


def test_a_folder_beside_the_kits_is_fine(small_kit: SmallKit) -> None:
    """'my-newsdesk' in a checkout is where start.py puts it."""
    assert len(update_workspace(small_kit.data.parent / "my-newsdesk").made) == 8


def test_a_home_folder_may_be_written_short(
    small_kit: SmallKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """~ is the user's own folder, and the report gives the whole path."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert update_workspace(Path("~/news")).folder == tmp_path / "news"


def test_a_file_in_place_of_the_folder_is_named(small_kit: SmallKit, tmp_path: Path) -> None:
    """And is still there."""
    (tmp_path / "mine.txt").write_bytes(b"mine")
    with pytest.raises(PlaceError, match=r"mine\.txt.+can't be written.+choose a folder that you may write in"):
        update_workspace(tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").read_bytes() == b"mine"


def test_reset_keeps_what_was_changed(small_kit: SmallKit, folder: Path) -> None:
    """The learner's version is renamed, and named in the answer."""
    update_workspace(folder)
    mine = edited((folder / READ).read_bytes())
    put(folder, {READ: mine})
    answer = reset_lesson(folder, "l01")
    assert (folder / READ).read_bytes() == delivered_files()[READ]
    (kept,) = (folder / "notebooks").glob("01-read.before-reset-*.ipynb")
    assert kept.read_bytes() == mine
    assert answer == f"{READ} is as delivered. Yours is kept as {kept.name}."


def test_reset_twice_keeps_both_versions(small_kit: SmallKit, folder: Path) -> None:
    """Within one second too."""
    update_workspace(folder)
    for text in ("one", "two"):
        put(folder, {READ: json.dumps(book(cell(text))).encode()})
        reset_lesson(folder, "l01")
    kept = [path.read_bytes() for path in (folder / "notebooks").glob("01-read.before-reset-*.ipynb")]
    assert sorted(b"two" in content for content in kept) == [False, True]


@pytest.mark.parametrize("change", [ran, lambda content: content])
def test_reset_of_a_lesson_that_was_only_run_leaves_one_file(
    small_kit: SmallKit, folder: Path, files_in: FilesIn, change: Callable[[bytes], bytes]
) -> None:
    """Running is not editing: the outputs go and nothing is kept aside."""
    update_workspace(folder)
    put(folder, {READ: change((folder / READ).read_bytes())})
    assert reset_lesson(folder, "l01") == f"{READ} is as delivered."
    assert sorted(files_in(folder)) == sorted([*DELIVERED, "newsdesk.json"])
    assert (folder / READ).read_bytes() == delivered_files()[READ]


def test_reset_brings_a_deleted_lesson_back_for_good(small_kit: SmallKit, folder: Path) -> None:
    """And upgrades replace it from then on."""
    update_workspace(folder)
    (folder / START).unlink()
    update_workspace(folder)
    assert reset_lesson(folder, "l00") == f"{START} is as delivered."
    assert (folder / START).read_bytes() == delivered_files()[START]
    newer(small_kit)
    assert START in update_workspace(folder).replaced


def test_reset_gives_the_newest_and_the_next_start_is_quiet_about_it(small_kit: SmallKit, folder: Path) -> None:
    """The record knows that the newer one was delivered; other files are left to the next start."""
    update_workspace(folder)
    put(folder, {START: edited((folder / START).read_bytes())})
    newer(small_kit)
    before = (folder / "data/codebook.csv").read_bytes()
    reset_lesson(folder, "l00")
    assert (folder / START).read_bytes() == delivered_files()[START]
    assert (folder / "data/codebook.csv").read_bytes() == before
    report = update_workspace(folder)
    assert report.beside == []
    assert START not in report.replaced


def test_a_lesson_that_was_reset_is_as_delivered_for_the_next_version(small_kit: SmallKit, folder: Path) -> None:
    """Reset under one version, opened under the next: replaced, not taken for the learner's own."""
    update_workspace(folder)
    newer(small_kit)
    reset_lesson(folder, "l00")
    small_kit.lesson("00-start.ipynb", "print('newer still')")
    report = update_workspace(folder)
    assert START in report.replaced
    assert report.beside == []


@pytest.mark.parametrize(
    "given", ["l01", "L01", "l1", "01", "1", "01-read", "01-read.ipynb", "notebooks/01-read.ipynb", "L1 "]
)
def test_a_lesson_may_be_written_as_people_write_it(given: str) -> None:
    """By number, with or without the letter, or by the notebook's name."""
    assert find_lesson(given, {"l00": START, "l01": READ, "e01": "x"}) == READ


@pytest.mark.parametrize("given", ["e1", "E01", "e01-claims", "exercises/e01-claims/e01-claims.ipynb"])
def test_an_exercise_is_told_from_the_lesson_of_its_number(given: str) -> None:
    """e1 is never l01."""
    assert find_lesson(given, {"l01": READ, "e01": "x"}) == "x"


@pytest.mark.parametrize("given", ["l77", "e01", "", "read", "l011", "x01", "100", "../notes", "claims"])
def test_an_unknown_lesson_is_answered_with_those_that_exist(given: str) -> None:
    """What was typed is repeated, and no other lesson is taken for it."""
    with pytest.raises(NotFoundError) as caught:
        find_lesson(given, {"l00": START, "l01": READ})
    assert f"There is no lesson {given!r}." in str(caught.value)
    assert str(caught.value).endswith("There are: l00, l01.")


def test_reset_of_an_unknown_lesson_writes_nothing(small_kit: SmallKit, folder: Path, files_in: FilesIn) -> None:
    """The error comes first."""
    update_workspace(folder)
    before = files_in(folder)
    with pytest.raises(NotFoundError, match="There are: l00, l01"):
        reset_lesson(folder, "l77")
    assert files_in(folder) == before


def test_reset_outside_a_working_copy_is_refused(small_kit: SmallKit, folder: Path) -> None:
    """No folder is made by it."""
    with pytest.raises(PlaceError, match=r"is not a working copy .+ newsdesk lab FOLDER"):
        reset_lesson(folder, "l00")
    assert not folder.exists()


def test_a_failed_reset_loses_nothing(small_kit: SmallKit, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk after the renaming: the learner's version is there, and the next reset delivers."""
    update_workspace(folder)
    mine = edited((folder / READ).read_bytes())
    put(folder, {READ: mine})

    def full(path: Path, _: bytes) -> None:
        raise PlaceError(f"{path} can't be written")

    with monkeypatch.context() as patch:
        patch.setattr(newsdesk.workspace, "write_whole", full)
        with pytest.raises(PlaceError):
            reset_lesson(folder, "l01")
    assert mine in [path.read_bytes() for path in (folder / "notebooks").iterdir()]
    reset_lesson(folder, "l01")
    assert (folder / READ).read_bytes() == delivered_files()[READ]
    assert mine in [path.read_bytes() for path in (folder / "notebooks").iterdir()]


def test_lessons_and_exercises_have_their_ids() -> None:
    """l01 for a lesson, e01 for an exercise; tables have none."""
    names = [READ, "exercises/e03-frames/e03-frames.ipynb", CLAIMS]
    assert lesson_ids(dict.fromkeys(names, b"")) == {"l01": READ, "e03": "exercises/e03-frames/e03-frames.ipynb"}


def test_a_report_tells_each_kind_in_a_line() -> None:
    """In the singular too; an empty one is empty text."""
    report = WorkspaceReport(Path("x"), made=["a"], replaced=["b", "c"], beside=["d"])
    assert str(report).splitlines() == [
        "New in x: 1 file.",
        "Brought up to date: b, c.",
        "You changed these, so the new version stands beside yours: d.",
    ]
    assert str(WorkspaceReport(Path("x"))) == ""


def test_the_answers_stay_out_when_a_key_is_added_later(
    small_kit: SmallKit, folder: Path, version: Callable[[str], None]
) -> None:
    """A table that a newer kit asks for is replaced by one without the column."""
    small_kit.write_package({name: [dict(f, key=[]) for f in fields] for name, fields in PACKAGE.items()})
    newsdesk.tables.datapackage.cache_clear()
    update_workspace(folder)
    assert b"as_reported" in (folder / CLAIMS).read_bytes()
    small_kit.write_package(PACKAGE)
    newsdesk.tables.datapackage.cache_clear()
    version("0.2.0")
    assert update_workspace(folder).replaced == [CLAIMS]
    assert b"as_reported" not in (folder / CLAIMS).read_bytes()
