"""Real plots, streets and points come back equal from every way a file may say, or not say, where they are."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata import crs
from geodata.crs_recognition import candidates, to_metric
from geodata.foreign import contents
from geodata.foreign.model import LIMITS, Choice
from tests.foreign_files import WRITERS, Write, csv, csv_gbk, geopackage, shapefile, workbook, zipped
from tests.real import assert_same_attributes, assert_same_places, bubenec, without_holes

METRES = [key for key, system in crs.SYSTEMS.items() if not system.degrees]


@pytest.fixture(scope="module")
def plots() -> gpd.GeoDataFrame:
    return bubenec("plots").head(80)


@pytest.fixture(scope="module")
def streets() -> gpd.GeoDataFrame:
    return bubenec("streets")


def _read(path: Path, work: Path) -> gpd.GeoDataFrame:
    work.mkdir()
    return gpd.GeoDataFrame(contents.read(path, work, Choice(), LIMITS)[0])


def _brought_home(table: gpd.GeoDataFrame, system: str, *, swapped: bool = False) -> gpd.GeoDataFrame:
    """Take the likeliest system, which has to be the one it was written in or one of the same numbers."""
    found = candidates(table)[0]
    assert found.swapped == swapped
    assert found.share == 1
    assert _area_of(found.system) == _area_of(system)
    return to_metric(table, found)


def _area_of(system: str) -> str:
    """Name systems whose numbers are the same here alike: both of degrees, and both projections about 123 degrees."""
    return {"wgs84": "cgcs2000", "gk6_123": "gk3_123"}.get(system, system)


def _swapped(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table.set_geometry(shapely.transform(table.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=table.crs)


@pytest.mark.parametrize("layer", ["plots", "streets"])
@pytest.mark.parametrize("system", crs.SYSTEMS)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_plots_and_streets_survive_every_format_in_every_system(
    write: Write, system: str, layer: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    table = request.getfixturevalue(layer)
    expected = without_holes(table) if write.__name__ == "drawing" else table
    path = write(tmp_path, expected.to_crs(crs.SYSTEMS[system].code))
    found = _read(path, tmp_path / "work")
    assert_same_places(to_metric(found, candidates(found)[0]), expected)
    if write.__name__ != "drawing":
        assert_same_attributes(found, expected)


@pytest.mark.parametrize("missing", [(), (".cpg",), (".prj",), (".cpg", ".prj")], ids="-".join)
@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("system", crs.SYSTEMS)
def test_zipped_shapefiles_with_and_without_what_goes_with_them(
    encoding: str, missing: tuple[str, ...], system: str, plots: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = shapefile(tmp_path / "成果", plots.to_crs(crs.SYSTEMS[system].code), encoding)
    for ending in missing:
        path.with_suffix(ending).unlink()
    found = _read(zipped(tmp_path / "成果.zip", tmp_path / "成果"), tmp_path / "work")
    assert (found.crs is None) == (".prj" in missing)
    assert_same_places(_brought_home(found, system), plots)
    assert_same_attributes(found, plots)


@pytest.mark.parametrize("write", [WRITERS["shapefile_gbk"], geopackage, csv, workbook])
@pytest.mark.parametrize("system", crs.SYSTEMS)
def test_northing_before_easting_is_recognised(
    write: Write, system: str, plots: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write(tmp_path, _swapped(plots.to_crs(crs.SYSTEMS[system].code)))
    assert_same_places(_brought_home(_read(path, tmp_path / "work"), system, swapped=True), plots)


def _as_csv(table: pd.DataFrame, folder: Path) -> Path:
    table.to_csv(folder / "点.csv", index=False)
    return folder / "点.csv"


def _as_gbk(table: pd.DataFrame, folder: Path) -> Path:
    table.to_csv(folder / "点.csv", index=False, encoding="gbk")
    return folder / "点.csv"


def _as_workbook(table: pd.DataFrame, folder: Path) -> Path:
    table.to_excel(folder / "点.xlsx", index=False)
    return folder / "点.xlsx"


@pytest.mark.parametrize("write", [_as_csv, _as_gbk, _as_workbook])
@pytest.mark.parametrize("order", ["east first", "north first"])
@pytest.mark.parametrize("system", crs.SYSTEMS)
def test_points_in_two_columns_come_back(
    system: str,
    order: str,
    write: Callable[[pd.DataFrame, Path], Path],
    plots: gpd.GeoDataFrame,
    tmp_path: Path,
) -> None:
    """Surveyors call the northing X: such columns are taken as written, and recognised as swapped."""
    points = plots.set_geometry(plots.representative_point())
    x, y = points.to_crs(crs.SYSTEMS[system].code).get_coordinates().to_numpy().T
    headings = ("X", "Y") if system in METRES else ("经度", "纬度")
    columns = dict(zip(headings, (y, x) if order == "north first" else (x, y), strict=True))
    path = write(pd.DataFrame(points.drop(columns="geometry")).assign(**columns), tmp_path)
    found = _read(path, tmp_path / "work")
    assert_same_places(_brought_home(found, system, swapped=order == "north first"), points)
    assert_same_attributes(found, points)


def test_a_gbk_table_of_plots_comes_back(plots: gpd.GeoDataFrame, tmp_path: Path) -> None:
    found = _read(csv_gbk(tmp_path, plots.to_crs(crs.SYSTEMS["mercator"].code)), tmp_path / "work")
    assert_same_places(_brought_home(found, "mercator"), plots)
