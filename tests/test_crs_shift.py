"""A shift is named only where the sea, data in use or the base roads show it clearly."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata import crs, crs_offset, crs_scores, crs_shift
from geodata.crs_scores import AS_IS
from geodata.crs_shift import BD09, GCJ02, SAID, corrected, shift
from geodata.land import Land

References = dict[str, gpd.GeoDataFrame]
FORWARD = {GCJ02: crs_offset.to_gcj02, BD09: crs_offset.to_bd09}
OFFSET = {GCJ02: (430, 490), BD09: (1230, 1310)}


@pytest.fixture(scope="module")
def base(real: Land) -> References:
    return {"land": real.base["land"], "roads": real.base["roads"]}


def _plots(area: shapely.Geometry, wide: float = 100.0) -> gpd.GeoDataFrame:
    """Squares that fill an area."""
    west, south, east, north = area.bounds
    x, y = (one.ravel() for one in np.meshgrid(np.arange(west, east, wide + 20), np.arange(south, north, wide + 20)))
    squares = shapely.box(x, y, x + wide, y + wide)
    return gpd.GeoDataFrame(geometry=squares[shapely.contains(area, shapely.centroid(squares))], crs=crs.METRIC)


@pytest.fixture(scope="module")
def places(real: Land) -> dict[str, gpd.GeoDataFrame]:
    """Plots on the real coast of the zone, all over it, and far from the sea."""
    land = real.base["land"].geometry.union_all()
    zone = real.base["subdistricts"].geometry.union_all().intersection(land)
    shore = land.boundary
    return {
        "coast": _plots(zone.intersection(shore.buffer(600))),
        "zone": _plots(zone, 150.0),
        "inland": _plots(zone.difference(shore.buffer(2500)), 120.0),
    }


def _shifted(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    if key == AS_IS:
        return table
    return table.set_geometry(
        gpd.GeoSeries(shapely.transform(table.geometry.to_numpy(), lambda xy: crs_shift._moved(xy, FORWARD[key]))),
        crs=crs.METRIC,
    )


@pytest.mark.parametrize("place", ["coast", "zone"])
@pytest.mark.parametrize("key", FORWARD)
def test_a_shift_is_named_where_the_coast_shows_it(
    key: str, place: str, places: dict[str, gpd.GeoDataFrame], base: References
) -> None:
    found = shift(_shifted(places[place], key), "landuse", base)
    offset = next(one.offset_m for one in found.hypotheses if one.key == key)
    assert found.named == key
    assert OFFSET[key][0] < offset < OFFSET[key][1]
    told = f"数据疑似 {SAID[key]} 坐标，整体偏移约 {offset:.0f} 米，请在地图上核对后决定是否改正。"
    assert found.sentence == told


@pytest.mark.parametrize("place", ["coast", "zone"])
def test_right_data_raises_no_alarm(place: str, places: dict[str, gpd.GeoDataFrame], base: References) -> None:
    found = shift(places[place], "plots", base)
    assert (found.named, found.sentence) == (AS_IS, "未发现整体偏移。")
    assert found.evidence[0].startswith("若数据为 CGCS2000（原样）：0.0% 落在海中")


@pytest.mark.parametrize("key", SAID)
def test_inland_nothing_is_named_without_data_to_compare(
    key: str, places: dict[str, gpd.GeoDataFrame], base: References
) -> None:
    found = shift(_shifted(places["inland"], key), "plots", base)
    assert (found.named, found.sentence) == (None, "无法判断数据是否整体偏移，请在地图上对照三种情形后选定。")


@pytest.mark.parametrize("key", SAID)
def test_inland_data_in_use_tell(key: str, places: dict[str, gpd.GeoDataFrame], base: References) -> None:
    used = places["inland"].sample(frac=0.6, random_state=1)
    assert shift(_shifted(places["inland"], key), "plots", {**base, "landuse": used}).named == key


@pytest.mark.parametrize("key", SAID)
def test_streets_are_compared_with_the_base_roads(key: str, base: References) -> None:
    winding = base["roads"].explode(ignore_index=True)[["geometry"]]
    drawn = winding.set_geometry(winding.geometry.translate(12, -8))
    found = shift(_shifted(drawn, key), "streets", {"roads": base["roads"]})
    assert found.named == key
    assert min(found.hypotheses, key=lambda one: one.road_m or 0).key == key


def test_one_reclaimed_site_is_no_shift(places: dict[str, gpd.GeoDataFrame], base: References) -> None:
    """A site filled up after the base map was made lies in its sea, and moved west would lie on land."""
    coast = places["coast"]
    land = base["land"].geometry.union_all().buffer(60)
    wet = corrected(coast, GCJ02)
    east = coast[~wet.geometry.map(land.covers).to_numpy()].iloc[:6]
    site = east.set_geometry(east.geometry.translate(-300, -500))
    found = shift(
        gpd.GeoDataFrame(geometry=[*places["inland"].geometry, *site.geometry], crs=crs.METRIC), "plots", base
    )
    assert found.named in (None, AS_IS)


def test_lines_that_rightly_reach_into_the_sea_are_not_judged_by_it(
    places: dict[str, gpd.GeoDataFrame], base: References
) -> None:
    found = shift(_shifted(places["coast"], GCJ02), "controls", base)
    assert found.named is None
    assert found.evidence[0] == "若数据为 CGCS2000（原样）：没有可以对照的数据"


def test_tests_that_disagree_name_nothing(places: dict[str, gpd.GeoDataFrame], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crs_scores, "best_by_sea", lambda *_: "gcj02")
    monkeypatch.setattr(crs_scores, "best_by_agreement", lambda _: "as_is")
    assert shift(places["inland"].head(3), "plots", {}).named is None


def test_correcting_moves_a_copy(places: dict[str, gpd.GeoDataFrame]) -> None:
    table = places["inland"].head(3)
    there = _shifted(table, GCJ02)
    back = corrected(there, GCJ02)
    assert shapely.equals_exact(back.geometry, table.geometry, tolerance=0.001).all()
    assert there.geometry.distance(table.geometry).min() > 300
    assert corrected(table, AS_IS) is table
