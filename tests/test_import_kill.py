"""kill -9 at any moment of an import: the version in use stays whole, nothing is half written, the next one works."""

from pathlib import Path

import geopandas as gpd

from geodata import crs
from geodata.access import Person
from geodata.assemble import Part, Told, assemble
from geodata.catalogue import catalogue, take_in
from geodata.checking import check_all
from geodata.config import Config
from geodata.crs_recognition import candidates, to_metric
from geodata.foreign import process, reading
from geodata.foreign.model import Limits
from geodata.schema import conform
from geodata.store import events
from geodata.store.engine import Store, open_store
from geodata.versions import Intake
from tests.foreign_files import shapefile, zipped
from tests.killing import Killed, Tell, kill
from tests.left import ROWS, Look, whole
from tests.people import named
from tests.tables import square

STAGES = ("read", "check", "take in", "committed")
TIMES = 12


def import_again(tell: Tell, path: Path, config: Config, person: Person) -> None:
    """Import one file after another; each version tells by its source and by a column which one it is."""
    store = open_store(config)
    for key in tell.pieces():
        tell("read", key)
        raw, _ = reading.read(path, limits=Limits(folder=_room(config)))
        tell("check", key)
        metric = to_metric(raw, candidates(raw)[0]).assign(备注=key)
        part = Part(path.name, metric, {"id": "编号", "remark": "备注"}, told=Told("测绘成果"))
        table = assemble([part], "plots").table
        report = check_all(table, "plots")
        settled = conform(table, "plots")
        tell("take in", key)
        intake = Intake("plots", "规划地块", key, findings=report.findings)
        take_in(store, person, settled, intake=intake, config=config)
        tell("committed", key)
        tell.acknowledge(key)


def _room(config: Config) -> Path:
    """Where zips are unpacked while they are read."""
    folder = Path(config.data_folder) / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _delivery(folder: Path) -> Path:
    shapes = [square(number % 20, number // 20) for number in range(ROWS)]
    table = gpd.GeoDataFrame({"编号": [f"D{number}" for number in range(ROWS)]}, geometry=shapes, crs=crs.METRIC)
    shapefile(folder / "成果", table, "GBK")
    return zipped(folder / "成果.zip", folder / "成果")


def test_an_import_is_there_whole_or_not_at_all(store: Store, store_config: Config, tmp_path: Path) -> None:
    person, path = named(store, "李四", "report"), _delivery(tmp_path)
    delivered = path.read_bytes()
    look, room = Look(store, store_config.data_path), _room(store_config)

    def left(killed: Killed) -> None:
        look(killed)
        process.sweep(room)  # as the server does when it starts again

    kill(import_again, path, store_config, person, stages=STAGES, check=left, times=TIMES, slow=True)
    versions = catalogue(store).datasets[0].versions
    for version in versions:
        whole(store_config.data_path, version)
    assert events.verify(store).sound
    assert list(room.iterdir()) == []
    assert path.read_bytes() == delivered
