"""kill -9 at any moment of taking in a version: the one before stays whole, the new one is there whole or not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import geopandas as gpd
import pandas as pd

from geodata import catalogue, parquet
from geodata.access import Person
from geodata.catalogue import sweep, take_in
from geodata.config import Config
from geodata.store import datasets, disk, events
from geodata.store.engine import Store, open_store
from geodata.versions import Intake
from tests.killing import Tell, kill
from tests.left import ROWS, Look, whole
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


def test_a_version_is_there_whole_or_not_at_all(store: Store, store_config: Config) -> None:
    person, folder = named(store, "李四", "report"), store_config.data_path
    hits = kill(write, store_config, person, stages=STAGES, check=Look(store, folder))
    assert hits.total() >= 50
    versions = catalogue.catalogue(store).datasets[0].versions
    for version in versions:
        whole(folder, version)
    assert events.verify(store).sound
    told = {event.object_id for event in log(store) if event.action == "imported"}
    assert told == {version.key for version in versions}
    sweep(store, store_config, now=datetime.now(UTC) + timedelta(hours=2))
    assert parquet.kept(folder) == {version.digest for version in versions}
    take_in(store, person, plots(), intake=Intake("plots", "规划地块", "再次导入"), config=store_config)
