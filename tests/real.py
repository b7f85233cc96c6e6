"""Real houses, plots and streets, moved into the zone, and what it means that they came back equal."""

import importlib.util
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.affinity import translate

from geodata import crs
from geodata.config import ROOT

CENTRE = (630000.0, 4304000.0)
TOLERANCE = 0.02
"""Metres; GeoJSON and KML keep seven decimals of a degree."""


def bubenec(layer: str) -> gpd.GeoDataFrame:
    """Give a layer of Prague that momepy ships: 144 buildings, 407 plots or 35 streets."""
    found = importlib.util.find_spec("momepy")
    if found is None or found.origin is None:
        pytest.skip("momepy is missing: pip install -r tests/requirements.txt")
    return in_the_zone(gpd.read_file(Path(found.origin).parent / "datasets" / "bubenec.gpkg", layer=layer))


def malta() -> Path:
    """Find the buildings, green and streets of Malta, beside the repository."""
    path = ROOT.parent / "shared" / "bench" / "malta.gpkg"
    if not path.is_file():
        pytest.skip("../shared/bench is not on this machine")
    return path


def in_the_zone(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put shapes from elsewhere where the dashboard looks, and give them what files carry."""
    middle = shapely.box(*table.total_bounds).centroid
    shapes = [translate(shape, CENTRE[0] - middle.x, CENTRE[1] - middle.y) for shape in table.force_2d().geometry]
    rows = range(len(shapes))
    told = {
        "编号": [f"{n:04d}" for n in rows],
        "用途": [("工业用地", "居住用地", "公园绿地")[n % 3] for n in rows],
        "面积": [n + 0.5 for n in rows],
        "层数": list(rows),
    }
    return gpd.GeoDataFrame(told, geometry=shapes, crs=crs.METRIC)


def without_holes(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep what a drawing has a way to write."""
    return table[[not getattr(shape, "interiors", ()) for shape in table.geometry]]


def assert_same_places(found: gpd.GeoDataFrame, expected: gpd.GeoDataFrame) -> None:
    """Expect the same shapes in the same order, wherever they begin."""
    parts = [shapely.normalize(table.geometry.explode(index_parts=False).to_numpy()) for table in (found, expected)]
    assert len(parts[0]) == len(parts[1])
    assert shapely.equals_exact(*parts, tolerance=TOLERANCE).all()


def assert_same_attributes(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Expect the same texts and numbers."""
    for name in ("编号", "用途"):
        assert found[name].tolist() == expected[name].tolist()
    for name in ("面积", "层数"):
        assert found[name].astype(float).tolist() == expected[name].tolist()
