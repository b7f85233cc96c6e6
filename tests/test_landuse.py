"""用地平衡表: known by heart, against PostGIS, and what may never happen."""

import itertools
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import momepy
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.errors import MeasureError
from geodata.landuse_codes import CURRENT, codes
from geodata.landuse_gb50137 import RANGES, URBAN, main_class, structure
from geodata.measures.landuse import AREAS, BY, RATES, UNTOLD, WHOLE, balance, changes, completeness, intensity
from geodata.measures.overlaid import overlaid
from tests.databases import Cluster

EAST, NORTH = 630_000.0, 4_304_000.0
CODES = ("070102", "0701", "1001", "1401", "1207", None)


def land(*shapes: BaseGeometry, index: list[str] | None = None, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), index=index, crs=crs.METRIC)


def at(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


TWO = {"甲": at(0, 0, 150, 100), "乙": at(150, 0, 400, 100)}
PLOTS = land(at(0, 0, 100, 100), at(100, 0, 200, 100), at(200, 0, 300, 100), landuse=["0701", "070102", "1401"])


def zones(**shapes: BaseGeometry) -> gpd.GeoDataFrame:
    return land(*shapes.values(), index=list(shapes))


def planar(plots: gpd.GeoDataFrame, **told: Any) -> pd.DataFrame:
    return balance(plots, **{"by": "landuse", "area": "projected", **told})


def test_plots_are_cut_at_the_borders_of_zones() -> None:
    found = planar(PLOTS, zones=zones(**TWO))
    assert list(found.columns) == ["area_m2", "share", "plots"]
    assert found["area_m2"].to_dict() == {("甲", "0701"): 15_000, ("乙", "0701"): 5_000, ("乙", "1401"): 10_000}
    assert found["share"].to_dict() == {
        ("甲", "0701"): 1,
        ("乙", "0701"): pytest.approx(1 / 3),
        ("乙", "1401"): pytest.approx(2 / 3),
    }
    assert found["plots"].tolist() == [2, 1, 1]
    assert found.index.names == ["zone", "code"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [(1, {"07": 20_000, "14": 10_000}), (2, {"0701": 20_000, "1401": 10_000}),
     (3, {"0701": 10_000, "070102": 10_000, "1401": 10_000})],
)  # fmt: skip
def test_classes_are_summed_at_the_level_asked_for(level: int, expected: dict[str, float]) -> None:
    assert planar(PLOTS, level=level)["area_m2"].to_dict() == {(WHOLE, code): m2 for code, m2 in expected.items()}


def test_what_has_no_code_is_a_class_of_its_own_and_comes_last() -> None:
    plots = PLOTS.assign(landuse=[None, "1401", "0701"])
    assert planar(plots).index.get_level_values("code").tolist() == ["0701", "1401", UNTOLD]


def test_zones_stay_in_their_order_and_may_overlap() -> None:
    every = zones(b=at(0, 0, 300, 100), a=at(50, 0, 100, 100), far=at(900, 0, 950, 50), edge=at(300, 0, 400, 100))
    found = planar(PLOTS, zones=every)
    assert found.index.get_level_values("zone").unique().tolist() == ["b", "a"], "what is only touched has no rows"
    assert found.loc[("a", "0701"), "area_m2"] == 5_000


def test_ellipsoidal_areas_are_smaller_here_by_what_the_projection_adds() -> None:
    true = balance(PLOTS, by="landuse")["area_m2"]
    assert true[WHOLE, "1401"] == pytest.approx(crs.ellipsoidal_areas(PLOTS.geometry).iloc[2], rel=1e-9)
    assert (planar(PLOTS)["area_m2"] / true).tolist() == pytest.approx([1.00042] * 2, abs=2e-5)


def test_a_plot_that_overlaps_counts_for_each_and_completeness_says_so() -> None:
    plots = land(at(0, 0, 100, 100), at(50, 0, 150, 100), landuse=["0701", "1401"])
    zone = zones(z=at(0, 0, 200, 100))
    assert planar(plots, zones=zone)["area_m2"].sum() == 20_000
    assert completeness(plots, zone).to_dict("index") == {
        "z": {"area_m2": 20_000, "overlap_m2": 5_000, "gap_m2": 5_000}
    }


def test_changes_have_the_balances_as_margins() -> None:
    plots = PLOTS.assign(landuse_planned=["1401", "0701", None])
    found = changes(plots, level=2, zones=zones(**TWO), area="projected")
    assert found["area_m2"].to_dict() == {
        ("甲", "0701", "0701"): 5_000,
        ("甲", "0701", "1401"): 10_000,
        ("乙", "0701", "0701"): 5_000,
        ("乙", "1401", UNTOLD): 10_000,
    }
    for by in BY:
        margin = found["area_m2"].groupby(["zone", by], sort=False).sum().rename_axis(["zone", "code"])
        expected = planar(plots, by=by, zones=zones(**TWO))["area_m2"]
        pd.testing.assert_series_equal(margin.sort_index(), expected.sort_index())


def test_rates_are_means_over_the_land_they_are_known_of() -> None:
    plots = PLOTS.assign(far=[1.0, 2.0, None], density=pd.array([0.3, pd.NA, 0.1], dtype="Float64"))
    found = intensity(plots, zones=zones(**{**TWO, "空": at(900, 0, 950, 50)}), area="projected")
    assert found["far"][["甲", "乙"]].tolist() == pytest.approx([4 / 3, 2])
    assert found["far_known"]["乙"] == pytest.approx(1 / 3)
    assert found.loc["乙", "density"] == pytest.approx(0.1)
    assert found["green_ratio"].isna().all()
    assert found.loc["甲", "green_ratio_known"] == 0
    assert found.loc["空"].isna().all()
    assert list(found.columns) == [name for rate in RATES for name in (rate, f"{rate}_known")]


def test_broken_outlines_are_mended_before_they_are_cut() -> None:
    bow = Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
    assert planar(land(bow, landuse=["0701"]), zones=zones(z=at(0, 0, 50, 100)))["area_m2"].tolist() == [2_500]


def test_two_layers_laid_over_each_other_know_both_classes() -> None:
    present = land(at(0, 0, 100, 100), at(100, 0, 200, 100), index=["x", "y"], code=["0701", "0601"])
    planned = land(at(50, 0, 150, 100), at(150, 0, 200, 50), at(200, 0, 250, 10), code=["1401", "0901", "0702"])
    found = overlaid(present, planned)
    sums = found.assign(m2=found.area).groupby(["landuse", "landuse_planned"], dropna=False)["m2"].sum()
    assert {tuple(None if pd.isna(code) else code for code in key): m2 for key, m2 in sums.items()} == {
        ("0701", "1401"): 5_000,
        ("0701", None): 5_000,
        ("0601", "1401"): 5_000,
        ("0601", "0901"): 2_500,
        ("0601", None): 2_500,
        (None, "0702"): 500,
    }
    assert found["id"].tolist() == list(found.index)
    assert found.crs == present.crs


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40), st.sampled_from(CODES[:5])), min_size=1, max_size=6))
def test_laying_layers_over_each_other_keeps_both_balances(strips: list[tuple[int, int, str]]) -> None:
    edges = np.cumsum([0, *(width for _, width, _ in strips)])
    codes = [code for *_, code in strips]
    present = land(*(at(west, 0, east, 10) for west, east in itertools.pairwise(edges)), code=codes)
    shift = strips[0][0]
    planned = land(*(at(west + shift, 3, east + shift, 13) for west, east in itertools.pairwise(edges)), code=codes)
    found = overlaid(present, planned)
    for by, rows in zip(BY, (present, planned), strict=True):
        sums = found.assign(m2=found.area).groupby(by)["m2"].sum().to_dict()
        assert sums == pytest.approx(rows.assign(m2=rows.area).groupby("code")["m2"].sum().to_dict())


def test_layers_without_rows_lie_over_each_other() -> None:
    nothing = PLOTS.rename(columns={"landuse": "code"}).iloc[:0]
    assert len(overlaid(nothing, nothing)) == 0
    assert overlaid(PLOTS.rename(columns={"landuse": "code"}), nothing)["landuse_planned"].isna().all()


def test_no_plots_make_an_empty_balance() -> None:
    nothing = PLOTS.iloc[:0]
    assert len(planar(nothing)) == 0
    assert len(planar(nothing, zones=zones(**TWO))) == 0
    assert intensity(nothing, zones=zones(**TWO)).isna().all(axis=None)
    assert completeness(nothing, zones(**TWO))["gap_m2"].tolist() == [15_000, 25_000]


REFUSED: dict[str, tuple[Any, str]] = {
    "degrees": (lambda: planar(PLOTS.to_crs(crs.FILE)), "规划地块：坐标系是"),
    "no system": (
        lambda: planar(PLOTS.set_crs(None, allow_override=True)),
        "规划地块：没有坐标系，请在导入时指定坐标系。",
    ),
    "points": (lambda: planar(land(shapely.Point(0, 0), landuse=["0701"])), "图形种类不对"),
    "no shape": (lambda: planar(PLOTS.assign(geometry=[None, *PLOTS.geometry.iloc[1:]])), "1 行没有图形（如 0）"),
    "twice": (lambda: planar(PLOTS.set_axis(["a", "a", "b"])), "规划地块：编号重复（a），请先去掉重复的编号。"),
    "zones twice": (lambda: planar(PLOTS, zones=zones(**TWO).set_axis(["a", "a"])), "统计单元：编号重复（a）"),
    "no column": (
        lambda: planar(PLOTS, by="landuse_planned"),
        "规划地块：没有“规划用地代码”这一列，请补上后再统计。",
    ),
    "level": (
        lambda: planar(PLOTS, level=4),
        "规划地块：没有“landuse”第 4 级的用地平衡，请选择现状用地代码或规划用地代码，级别为 1 至 3。",
    ),
    "area": (lambda: planar(PLOTS, area="flat"), "面积口径：没有“flat”这种面积，请选择椭球面积或投影面积。"),
    "another scheme": (
        lambda: planar(PLOTS.assign(landuse=["R2", "R2", "1401"])),
        "规划地块：2 行的现状用地代码不在用地用海2023 之内（如 R2），请先按基数转换表换算。",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_measured_is_refused(what: str) -> None:
    doing, sentence = REFUSED[what]
    with pytest.raises(MeasureError) as said:
        doing()
    assert sentence in str(said.value)


def test_nothing_is_changed_in_place() -> None:
    plots = PLOTS.copy()
    before = plots.to_wkb().to_csv()
    balance(plots, by="landuse", zones=zones(**TWO))
    assert plots.to_wkb().to_csv() == before


# what may never happen


SIDES = st.integers(1, 40)


@given(st.lists(st.tuples(SIDES, SIDES, SIDES, SIDES, st.sampled_from(CODES)), min_size=1, max_size=12), SIDES)
def test_splitting_zones_and_plots_keeps_the_sum(boxes: list[tuple[Any, ...]], border: int) -> None:
    shapes = [at(x, y, x + width, y + height) for x, y, width, height, _ in boxes]
    plots = land(*shapes, landuse=[code for *_, code in boxes])
    whole = planar(plots, zones=zones(z=at(-10, -10, 100, 100))).droplevel("zone")
    halves = zones(left=at(-10, -10, border, 100), right=at(border, -10, 100, 100))
    parts = planar(plots, zones=halves)["area_m2"].groupby("code").sum()
    pd.testing.assert_series_equal(parts.sort_index(), whole["area_m2"].sort_index(), rtol=1e-9)
    cut = [piece for shape in shapes for piece in (shape & halves.geometry["left"], shape & halves.geometry["right"])]
    split = land(*cut, landuse=np.repeat(plots["landuse"].to_numpy(object), 2))
    again = planar(split[split.area > 0])["area_m2"].droplevel("zone")
    pd.testing.assert_series_equal(again.sort_index(), whole["area_m2"].sort_index(), rtol=1e-9)


@given(st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_moving_everything_changes_nothing_on_the_plane(east: int, north: int) -> None:
    moved = PLOTS.set_geometry(PLOTS.translate(east, north))
    there = zones(**{key: shapely.affinity.translate(shape, east, north) for key, shape in TWO.items()})
    pd.testing.assert_frame_equal(planar(moved, zones=there), planar(PLOTS, zones=zones(**TWO)))


@pytest.mark.parametrize("area", AREAS)
def test_shares_of_a_zone_sum_to_one(area: str) -> None:
    found = balance(PLOTS, by="landuse", zones=zones(**TWO), area=area)  # type: ignore[arg-type]  # a key of AREAS
    assert found["share"].groupby("zone").sum().tolist() == pytest.approx([1, 1])


# against PostGIS


@pytest.fixture(scope="module")
def postgis(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """Open a database with PostGIS."""
    url = cluster.create("landuse")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        yield connection
    cluster.drop("landuse")


def test_a_real_quarter_balances_as_in_postgis(postgis: psycopg.Connection) -> None:
    houses = gpd.read_file(momepy.datasets.get_path("bubenec"), layer="buildings").set_crs(
        crs.METRIC, allow_override=True
    )
    told = [("0701", "1401", "1001", "0801")[number % 4] for number in range(len(houses))]
    plots = houses[["geometry"]].assign(landuse=told)
    west, south, east, north = houses.total_bounds
    cut = shapely.Point((west + east) / 2, (south + north) / 2).buffer((east - west) / 3)
    grounds = zones(west=box(west, south, (west + east) / 2, north), middle=cut)
    found = planar(plots, zones=grounds)["area_m2"]
    with postgis.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE p (code text, g geometry); CREATE TEMP TABLE z (id text, g geometry)")
        cursor.executemany(
            "INSERT INTO p VALUES (%s, ST_GeomFromWKB(%s))", list(zip(told, plots.to_wkb()["geometry"], strict=True))
        )
        cursor.executemany("INSERT INTO z VALUES (%s, ST_GeomFromWKB(%s))", list(grounds.to_wkb()["geometry"].items()))
        cursor.execute(
            "SELECT z.id, p.code, sum(ST_Area(ST_Intersection(z.g, p.g))) FROM z JOIN p ON ST_Intersects(z.g, p.g) "
            "GROUP BY 1, 2"
        )
        expected = {(zone, code): m2 for zone, code, m2 in cursor.fetchall() if m2 > 0}
    assert found.to_dict() == {key: pytest.approx(m2, rel=1e-9) for key, m2 in expected.items()}
    assert len(found) == 8


# GB 50137


def test_every_class_of_the_guide_is_one_main_class_or_none() -> None:
    found = main_class(pd.Series(codes(CURRENT).index))
    assert set(found.dropna()) == {*URBAN, "H", "E"}
    assert main_class(pd.Series(["1208", "12", "1506", "XX"])).fillna("").tolist() == ["S", "", "H", ""]


def test_the_structure_is_of_urban_land_with_its_ranges() -> None:
    plots = PLOTS.assign(landuse=["0701", "1401", "0301"])
    found = structure(planar(plots, zones=zones(b=at(0, 0, 300, 100), a=at(0, 0, 100, 100))))
    assert found["share"].to_dict() == {("b", "R"): 0.5, ("b", "G"): 0.5, ("a", "R"): 1.0}
    assert (found["least"]["b", "G"], found["most"]["b", "G"]) == RANGES["G"]
    assert set(RANGES) <= set(URBAN)
    road = structure(planar(PLOTS.assign(landuse=["1301", "0901", "1101"])))
    assert road.index.get_level_values("code").tolist() == ["B", "W", "U"]
    assert road["least"].isna().all()
