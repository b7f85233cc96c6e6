"""kill -9 at any moment of taking in a version: the one before stays whole, the new one is there whole or not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import geopandas as gpd
import pandas as pd

from geodata import catalogue, parquet
from geodata.access import Person
from geodata.catalogue import read_version, sweep, take_in
from geodata.config import Config
from geodata.store import datasets, disk, events
from geodata.store.engine import Store, open_store
from geodata.versions import Intake, Version
from tests.killing import Killed, Tell, kill
from tests.people import events as log
from tests.people import named
from tests.tables import plots, square

STAGES = ("begin", "file", "row", "event", "commit", "committed")
STEPS: tuple[tuple[Any, str, str], ...] = (
    (disk, "write", "file"),
    (datasets, "add", "row"),
    (events, "record", "event"),
)
"""Before which step of taking in which stage begins."""
ROWS = 400


def write(tell: Tell, config: Config, person: Person) -> None:
    """Take in one version after another; each tells by its source and by a column which one it is."""
    store = open_store(config)
    table = plots(*(square(number % 20, number // 20) for number in range(ROWS)))
    for key in tell.pieces():
        tell("begin", key)
        with _told(tell, key):
            take_in(store, person, _marked(table, key), intake=Intake("plots", "规划地块", key), config=config)
        tell("committed", key)
        tell.acknowledge(key)


def _marked(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    return table.assign(remark=pd.array([key] * len(table), dtype="string"))


@contextmanager
def _told(tell: Tell, key: str) -> Iterator[None]:
    """Tell at which step the work is."""
    with ExitStack() as patches:
        for module, name, stage in STEPS:
            told = _telling(tell, key, stage, getattr(module, name))
            patches.enter_context(patch.object(module, name, told))
        yield


def _telling(tell: Tell, key: str, stage: str, step: Callable[..., Any]) -> Callable[..., Any]:
    def told(*args: Any, **kwargs: Any) -> Any:
        tell(stage, key)
        done = step(*args, **kwargs)
        if stage == "event":
            tell("commit", key)
        return done

    return told


class Look:
    """Look at what was left; versions seen whole before are looked at again at the end."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder, self.seen = store, folder, 1
        self.files: frozenset[str] = frozenset()

    def __call__(self, killed: Killed) -> None:
        """Look at what is new, and at the version in use."""
        held = catalogue.catalogue(self.store).datasets
        versions = held[0].versions if held else ()
        sources = [version.source for version in versions]
        assert set(killed.acknowledged) <= set(sources) <= set(killed.begun)
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        assert not held or held[0].current == versions[-1]
        for version in versions[self.seen - 1 :]:
            _whole(self.folder, version)
        self.seen = max(1, len(versions))
        files = parquet.kept(self.folder)
        for digest in files - self.files:
            assert len(parquet.read_content(self.folder, digest, columns=[])) == ROWS
        self.files = files


def _whole(folder: Path, version: Version) -> None:
    table = read_version(folder, version)
    assert len(table) == version.rows == ROWS
    assert set(table["remark"]) == {version.source}


def test_a_version_is_there_whole_or_not_at_all(store: Store, store_config: Config) -> None:
    person, folder = named(store, "李四", "report"), store_config.data_path
    hits = kill(write, store_config, person, stages=STAGES, check=Look(store, folder))
    assert hits.total() >= 50
    versions = catalogue.catalogue(store).datasets[0].versions
    for version in versions:
        _whole(folder, version)
    assert events.verify(store).sound
    told = {event.object_id for event in log(store) if event.action == "imported"}
    assert told == {version.key for version in versions}
    sweep(store, store_config, now=datetime.now(UTC) + timedelta(hours=2))
    assert parquet.kept(folder) == {version.digest for version in versions}
    take_in(store, person, plots(), intake=Intake("plots", "规划地块", "再次导入"), config=store_config)
