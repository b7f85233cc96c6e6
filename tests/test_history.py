"""What was held before a moment: read from the log, whatever was imported, gone back to, destroyed or restored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import geopandas as gpd
import pytest

from geodata import purge
from geodata.catalogue import Catalogue, catalogue, go_back, take_in
from geodata.config import Config
from geodata.history import as_of, gone
from geodata.store import events
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.switches import switches
from geodata.versions import Intake
from tests.people import manager, named
from tests.tables import plots

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
INTAKE = Intake("plots", "规划地块", "规划处")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a minute pass from one look at the clock to the next."""
    minutes = count(1)
    monkeypatch.setattr(events, "now", lambda: NOON + timedelta(minutes=next(minutes)))


def take(store: Store, config: Config, table: gpd.GeoDataFrame | None = None, name: str = "规划地块") -> None:
    """Take a table in, as a new version."""
    rows = plots() if table is None else table
    take_in(store, manager(store), rows, intake=replace(INTAKE, name=name), config=config)


def numbers(held: Catalogue) -> dict[str, int | None]:
    """Give the number of the version in use of each dataset."""
    return {one.name: one.number for one in held.datasets}


def steps(store: Store) -> list[dict[str, int | None]]:
    """Give what was in use before each switch, the latest first."""
    changes = switches(store)
    return [numbers(as_of(catalogue(store), changes, one.at)) for one in changes]


def test_before_each_import_the_version_before_was_in_use(store: Store, store_config: Config) -> None:
    take(store, store_config)
    take(store, store_config)
    take(store, store_config, name="另一份")
    assert numbers(catalogue(store)) == {"规划地块": 2, "另一份": 1}
    assert steps(store) == [
        {"规划地块": 2, "另一份": None},
        {"规划地块": 1, "另一份": None},
        {"规划地块": None, "另一份": None},
    ]


def test_whoever_went_back_to_a_version_is_heeded(store: Store, store_config: Config) -> None:
    take(store, store_config)
    take(store, store_config)
    go_back(store, manager(store), "1.1")
    take(store, store_config)
    assert steps(store) == [{"规划地块": number} for number in (1, 2, 1, None)]


def test_what_was_destroyed_since_is_named(store: Store, store_config: Config) -> None:
    take(store, store_config)
    take(store, store_config)
    purge.request(store, manager(store), "1.2", reason="误导入")
    purge.confirm(store, named(store, "王五", "review"), "1.2", config=store_config)
    assert numbers(catalogue(store)) == {"规划地块": 1}
    before, *rest = [as_of(catalogue(store), switches(store), one.at) for one in switches(store)]
    assert numbers(before) == {"规划地块": 2}
    assert [one.label for one in gone(before, ("plots",))] == ["“规划地块”第 2 版"]
    assert gone(before, ("green",)) == ()
    assert [numbers(one) for one in rest] == [{"规划地块": 1}, {"规划地块": None}]


def test_what_was_destroyed_and_not_in_use_changes_nothing(store: Store, store_config: Config) -> None:
    take(store, store_config)
    take(store, store_config)
    purge.request(store, manager(store), "1.1", reason="误导入")
    purge.confirm(store, named(store, "王五", "review"), "1.1", config=store_config)
    assert [one.before for one in switches(store)] == [1, None]


def test_a_restored_backup_begins_anew(store: Store, store_config: Config) -> None:
    take(store, store_config)
    take(store, store_config)
    with store.writing() as session:
        events.record(session, manager(store), "restored", Change("store", "备份"))
    assert switches(store) == ()
    take(store, store_config)
    assert [one.before for one in switches(store)] == [2]
