"""A dashboard of its own that holds datasets: a copy of this one with a data folder of the tests."""

import shutil
from pathlib import Path

import geopandas as gpd

from geodata.catalogue import take_in
from geodata.config import Config
from geodata.schema import conform
from geodata.store.engine import dispose, open_store
from geodata.versions import Intake
from tests.browser.dashboard import ROOT, not_copied
from tests.people import manager


def dashboard(folder: Path, *datasets: tuple[Intake, gpd.GeoDataFrame]) -> Path:
    """Copy the dashboard into a folder and take datasets in, the first as 1.1, the second as 2.1, ..."""
    home = Path(shutil.copytree(ROOT, folder / "dashboard", ignore=not_copied))
    config = Config(data_folder=str(home / "var"))
    store = open_store(config)
    for intake, table in datasets:
        take_in(store, manager(store), conform(table, intake.kind, scheme=intake.scheme), intake=intake, config=config)
    dispose()
    return home


def made_up(kind: str, name: str) -> Intake:
    """Tell of a made-up dataset that anybody may see."""
    return Intake(kind, name, "合成网格，供测试", audience="public", scheme="guide2023", synthetic=True)
