"""kill -9 at any moment of an import: the version in use stays whole, nothing is half written, the next one works."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from geodata import crs
from geodata.access import Person
from geodata.assemble import Told
from geodata.catalogue import catalogue
from geodata.config import Config
from geodata.foreign.model import Inspection
from geodata.intake import opening, placing, review, room, taking
from geodata.intake.model import About, Draft, Ground, Piece, Ready, Source
from geodata.store import events
from geodata.store.engine import open_store
from tests.foreign_files import shapefile, zipped
from tests.killing import Killed, Tell, kill
from tests.left import ROWS, Look, whole
from tests.people import named
from tests.tables import square

STAGES = ("read", "check", "take in", "committed")
TIMES = 12
GROUND = Ground({})


def import_again(tell: Tell, path: Path, config: Config, person: Person) -> None:
    """Import one file after another; each version tells by its source and by a column which one it is."""
    store = open_store(config)
    for key in tell.pieces():
        place = room.open_room(config, person.id)
        tell("read", key)
        used = catalogue(store).current("plots")
        draft = _draft(Draft("plots", follows=used.key if used else "", folder=place.folder), path, key)
        tell("check", key)
        checked = review.review_apart(draft, GROUND)
        tell("take in", key)
        taking.take(store, person, Ready(draft, checked), about=About("规划地块", key), config=config)
        tell("committed", key)
        tell.acknowledge(key)
        room.close(place)


def _draft(draft: Draft, path: Path, key: str) -> Draft:
    """Go as far as the check."""
    source = Source(path.name, path, Inspection("Shapefile", ()))
    draft = opening.with_pieces(replace(draft, sources=(source,)), [(path.name, "地块")], GROUND)
    draft = placing.with_shifts(draft, GROUND)
    return replace(draft, pieces=tuple(_told(piece, key) for piece in draft.pieces))


def _told(piece: Piece, key: str) -> Piece:
    fields = {"id": "编号", "remark": "备注"}
    return replace(piece, raw=piece.raw.assign(备注=key), fields=fields, told=Told("测绘成果"), hypothesis="as_is")


def _delivery(folder: Path) -> Path:
    shapes = [square(number % 20, number // 20) for number in range(ROWS)]
    table = gpd.GeoDataFrame({"编号": [f"D{number}" for number in range(ROWS)]}, geometry=shapes, crs=crs.METRIC)
    shapefile(folder / "成果", table, "GBK")
    return zipped(folder / "成果.zip", folder / "成果")


def test_an_import_is_there_whole_or_not_at_all(config: Config, tmp_path: Path) -> None:
    store = open_store(config)  # what a killed write leaves in other databases: tests/test_versions_kill.py
    person, path = named(store, "李四", "report"), _delivery(tmp_path)
    delivered = path.read_bytes()
    look = Look(store, config.data_path)

    def left(killed: Killed) -> None:
        look(killed)
        room.sweep(config)  # as the server does when it starts again

    kill(import_again, path, config, person, stages=STAGES, check=left, times=TIMES, slow=True)
    versions = catalogue(store).datasets[0].versions
    for version in versions:
        whole(config.data_path, version)
    assert events.verify(store).sound
    assert not (config.data_path / room.FOLDER).exists()
    assert path.read_bytes() == delivered
