"""Every nasty file gets its own sentence, within its limits, and nothing is left behind."""

import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import pytest

from geodata.crs_recognition import candidates, misplaced
from geodata.errors import FileError
from geodata.foreign import contents
from geodata.foreign.model import Choice, Limits
from geodata.foreign.reading import read
from tests.nasty import NASTY
from tests.nasty_rows import ROWS

LIMITS = Limits(seconds=120, memory_mb=1024)

KILLS = {"immense sheet"}
"""What ends the process that reads it."""

AFTER = {"the other side of the world"}
"""What is only seen in the next step."""

SAME = (
    frozenset({"project", "map document"}),
    frozenset({"dwg", "zip with a drawing"}),
    frozenset({"path upwards", "path upwards, Windows"}),
    frozenset({"2 GB in the header", "2 GB in the header of the table", "2 GB in the header of a geopackage"}),
    frozenset({"truncated shapefile", "truncated geopackage"}),
    frozenset({"wrong encoding declared", "drawing of another code page", "kml of another encoding"}),
    frozenset({"impossible days", "impossible days in a geopackage"}),
    frozenset({"neither encoding", "csv in another encoding"}),
    frozenset({"blank csv", "empty workbook"}),
    frozenset({"days out of range", "days out of range as days"}),
)
"""Files of one cause and one remedy, in another place or format: the sentences differ in names and numbers at most."""

Told = dict[str, list[str]]


def _sentences(path: Path) -> list[str]:
    """What a person reads on the way to the check: one refusal, or notes."""
    try:
        table, notes = read(path, limits=LIMITS)
    except FileError as error:
        return [str(error)]
    if isinstance(table, gpd.GeoDataFrame) and (lost := misplaced(path.name, candidates(table), table)):
        notes = (*notes, lost)
    return [str(note) for note in notes]


def _files(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: maker(tmp_path_factory.mktemp("nasty")) for name, (maker, _) in NASTY.items()}


@pytest.fixture(scope="module")
def told(made: dict[str, Path], workshop: Path) -> Told:
    """Read every nasty file in a process of its own, on all cores; the files must stay as they were made."""
    before, tempfile.tempdir = tempfile.tempdir, str(workshop)
    as_made = {name: _files(path.parent) for name, path in made.items()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sentences = dict(zip(NASTY, pool.map(_sentences, made.values()), strict=True))
    tempfile.tempdir = before
    assert {name: _files(path.parent) for name, path in made.items()} == as_made
    return sentences


def test_there_are_at_least_sixty_nasty_files() -> None:
    assert len(NASTY) >= 60


def _bare(sentence: str) -> str:
    """A sentence without what it is about, what it quotes and what it counts."""
    bare = re.sub(r"“[^”]*”(?:、“[^”]*”)*", "“”", sentence.partition("：")[2])
    return re.sub(r"[\d.]+( (?:GB|MB|KB|字节))?", "0", bare)


def test_each_cause_and_remedy_has_a_sentence_of_its_own() -> None:
    alike: dict[str, set[str]] = {}
    for name, sentence in [*((name, told) for name, (_, told) in NASTY.items()), *_of_rows()]:
        alike.setdefault(_bare(sentence), set()).add(name)
    assert {frozenset(names) for names in alike.values() if len(names) > 1} == set(SAME)


def _of_rows() -> list[tuple[str, str]]:
    return [(name, sentence) for name, (_, _, sentence) in ROWS.items()]


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_gets_its_sentence(name: str, told: Told) -> None:
    assert NASTY[name][1] in told[name]


def test_nothing_is_left_behind(told: Told, workshop: Path) -> None:
    assert told
    assert list(workshop.iterdir()) == []


@pytest.mark.parametrize("name", sorted(NASTY.keys() - KILLS - AFTER))
def test_looking_first_and_reading_then_says_the_same(name: str, made: dict[str, Path], tmp_path: Path) -> None:
    looked, work = tmp_path / "looked", tmp_path / "work"
    looked.mkdir()
    work.mkdir()
    try:
        found = contents.inspect(made[name], looked, Choice(), LIMITS)
        _, notes = contents.read(made[name], work, Choice(found.layers[0].name), LIMITS)
    except FileError as error:
        notes = (error,)
    assert NASTY[name][1] in [str(note) for note in notes]
