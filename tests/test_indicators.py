"""Indicators: the table keeps its contract, and figures on land small enough to know by heart."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geodata import crs
from geodata.config import Config
from geodata.errors import MeasureError
from geodata.indicators import Indicator, load_indicators
from geodata.kinds import DATASETS
from geodata.land import load_land
from geodata.measures.evaluate import Answer, evaluate
from geodata.measures.inputs import BY, By
from geodata.measures.shared import Shared, in_memory, once
from geodata.sample import sample

INDICATORS, PROBLEMS = load_indicators()


def table(*shapes: object, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs.METRIC)


UNITS = table(box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), box(5000, 0, 6000, 1000)).set_axis(["甲", "乙", "丙"])
LAND: dict[str, gpd.GeoDataFrame] = {
    "landuse": table(
        box(900, 0, 1900, 100), box(0, 900, 100, 1000), box(0, 0, 500, 500), code=["0701", "1701", "0803"]
    ),
    "green": table(
        box(2200, 0, 2300, 100), box(100, 900, 110, 910), green_class=["G14", "RG"], public=[None, True], id=["p", "q"]
    ),
    "streets": table(LineString([(1900, 50), (2200, 50)]), walkable=[True]),
    "population": table(Point(950, 50), Point(1800, 50), Point(9999, 0), people=[30.0, 70.0, 5.0]),
    "buildings": table(Point(950, 50), Point(1800, 50), Point(1850, 50), dwellings=[10, 20, 0]),
    "boundaries": table(box(0, 0, 1800, 1000), box(0, 0, 9, 9), boundary_class=["built_up", "grid"]),
}


def figures(key: str, by: By = "land", **other: gpd.GeoDataFrame) -> dict[str, Any]:
    answer = evaluate(INDICATORS[key], LAND | other, UNITS, by=by)
    assert answer.missing == ()
    return {str(unit): (row.part, row.whole) for unit, row in answer.figures.iterrows()}


def test_the_table_keeps_its_contract() -> None:
    assert PROBLEMS == ()
    assert [key for key, row in INDICATORS.items() if row.shown == "headline"] == ["park500", "cov2022", "walk5"]
    assert [key for key, row in INDICATORS.items() if row.shown == "beside"] == ["green50", "green300"]
    assert {key: row.target for key, row in INDICATORS.items() if row.target}.keys() >= {"cov2022", "park_per_person"}


def test_a_park_outside_serves_inside_and_land_is_cut_at_the_border_of_units() -> None:
    assert figures("park500") == {
        "甲": (0, pytest.approx(10_000)),
        "乙": (pytest.approx(20_000), pytest.approx(90_000)),
        "丙": (0, 0),
    }
    assert evaluate(INDICATORS["park500"], LAND, UNITS).figures["value"].isna().tolist() == [False, False, True]


def test_the_larger_park_reaches_further() -> None:
    small = LAND["green"].assign(geometry=[box(2200, 0, 2240, 100), box(0, 0, 1, 1)])
    assert figures("cov2022")["乙"] == pytest.approx((10_000, 80_000))  # 500 m from 2200, and built up ends at 1800
    assert figures("cov2022", green=small)["乙"] == pytest.approx((0, 80_000))


def test_shore_by_class_is_told_by_length_in_the_unit_and_beside_it() -> None:
    shore = table(
        LineString([(0, -20), (300, -20)]), LineString([(300, -20), (1000, -20)]), box(0, 0, 9, 9),
        control_class=["coastline", "coastline", "coastline"], shore_class=["strict", "optimised", "strict"],
    )  # fmt: skip
    found = figures("shore_strict", controls=shore)
    assert found["甲"] == (pytest.approx(300), pytest.approx(1000, abs=1))
    assert found["丙"] == (0, 0)
    assert figures("shore_limited", controls=shore)["甲"][0] == 0
    bare = shore.assign(shore_class=None)
    assert evaluate(INDICATORS["shore_strict"], LAND | {"controls": bare}, UNITS).missing == ("控制线的“岸线分类”",)
    assert evaluate(INDICATORS["shore_strict"], LAND, UNITS).missing == ("控制线",)


def test_coverage_by_dwellings_and_people() -> None:
    assert figures("park500", by="dwellings") == {"甲": (0, 10), "乙": (20, 20), "丙": (0, 0)}
    assert figures("park500", by="people") == {"甲": (0, 30), "乙": (70, 70), "丙": (0, 0)}
    assert figures("park500", by="buildings") == {"甲": (0, 1), "乙": (1, 1), "丙": (0, 0)}


def test_walking_reaches_land_as_a_whole_and_uses_entrances() -> None:
    assert figures("walk5") == {"甲": (pytest.approx(10_000),) * 2, "乙": (pytest.approx(90_000),) * 2, "丙": (0, 0)}
    far = table(Point(2300, 50), id=["g"], green_id=["p"])
    street = table(LineString([(1900, 50), (2300, 50)]), walkable=[True])
    assert figures("walk5", entrances=far, streets=street)["乙"] == (0, pytest.approx(90_000))


def test_entrances_elsewhere_on_earth_are_refused_by_name() -> None:
    gates = table(Point(2300, 50), id=["g"], green_id=["p"]).set_crs(crs.FILE, allow_override=True)
    with pytest.raises(MeasureError, match="不能直接量算") as refused:
        figures("walk5", entrances=gates)
    assert refused.value.where == DATASETS["entrances"].label


def test_shares_of_the_unit_and_of_what_is_built_up() -> None:
    assert figures("water_ratio")["甲"] == (pytest.approx(10_000), pytest.approx(1_000_000))
    assert figures("green_ratio") == {
        "甲": (pytest.approx(100), pytest.approx(1_000_000)),
        "乙": (0, pytest.approx(800_000)),
        "丙": (0, 0),
    }
    twice = table(*[box(100, 900, 110, 910)] * 2, green_class=["G1", "G2"], public=[True] * 2)
    assert figures("green_ratio", green=twice)["甲"][0] == pytest.approx(100)


def test_area_per_person() -> None:
    assert figures("public_per_person")["甲"] == (pytest.approx(250_000), 30)
    assert evaluate(INDICATORS["public_per_person"], LAND, UNITS).figures["value"].isna().tolist() == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("key", "by", "without", "missing"),
    [
        ("park500", "land", "green", ("绿地、公园",)),
        ("walk5", "land", "streets", ("道路",)),
        ("cov2022", "land", "boundaries", ("建成区界线",)),
        ("park500", "people", "population", ("人口",)),
        ("canopy_ratio", "land", "", ("绿地、公园的“绿化覆盖面积”",)),
    ],
)
def test_without_data_there_is_no_figure_and_it_is_said(key: str, by: By, without: str, missing: tuple[str]) -> None:
    inputs = {kind: rows for kind, rows in LAND.items() if kind != without}
    answer = evaluate(INDICATORS[key], inputs, UNITS, by=by)
    assert answer.missing == missing
    assert answer.figures.empty


def test_what_is_not_open_to_the_public_is_no_park() -> None:
    closed = LAND["green"].assign(public=[False, True])
    assert figures("park500", green=closed)["乙"][0] == 0


@given(st.floats(1, 1999))
def test_splitting_a_unit_keeps_the_sum(where: float) -> None:
    whole = evaluate(INDICATORS["park500"], LAND, table(box(0, 0, 2000, 1000))).figures
    halves = evaluate(INDICATORS["park500"], LAND, table(box(0, 0, where, 1000), box(where, 0, 2000, 1000))).figures
    assert halves["part"].sum() == pytest.approx(whole["part"].sum())
    assert halves["whole"].sum() == pytest.approx(whole["whole"].sum())


def test_every_indicator_answers_on_the_demonstration_land() -> None:
    land = load_land(Config())
    made = sample(land, plots=300)
    zone = land.placed.loc[["Z001"]]
    answers: dict[str, Answer] = {key: evaluate(row, made, zone) for key, row in INDICATORS.items()}
    for key, answer in answers.items():
        assert bool(answer.missing) == answer.figures.empty, key
        if not answer.missing and INDICATORS[key].unit == "%":
            assert answer.figures["value"].between(0, 1).all(), key
    assert not answers["park500"].missing


@pytest.mark.parametrize("by", BY)
def test_shared_tables_change_no_figure(by: By) -> None:
    land = load_land(Config())
    made = sample(land, plots=300)
    units = land.base["subdistricts"]
    shared = Shared(made, {kind: kind for kind in made}, in_memory())
    for key, row in INDICATORS.items():
        for _ in range(2):
            found = evaluate(row, shared, units, by=by).figures
            pd.testing.assert_frame_equal(found, evaluate(row, made, units, by=by).figures, obj=key)


def test_shared_tables_are_computed_from_once_and_anew_for_others() -> None:
    turns: list[str] = []
    keep = in_memory()
    for name in ("v1", "v1", "v2"):
        once(Shared({}, {"green": name}, keep), ("green",), "count", partial(turns.append, name))
    assert turns == ["v1", "v2"]


ROW: dict[str, Any] = INDICATORS["park500"].model_dump()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"how": "share"}, "按距离计算的指标要有 bands，其他指标不能有"),
        ({"base": {"table": "population"}}, "straight 的分母应为 landuse"),
        ({"base": {"table": "landuse"}}, "分母为用地时要写明 classes"),
        ({"target": 0.5}, "有目标值就要写明 target_source，没有则不能写"),
    ],
)
def test_a_row_that_does_not_fit_together_is_refused(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Indicator.model_validate(ROW | change)


def test_an_own_indicator_needs_no_code(tmp_path: Path) -> None:
    own = INDICATORS["park500"].model_dump() | {"name": "100米见绿"}
    own["sources"]["bands"] = [{"distance_m": 100}]
    text = json.dumps({"own100": own, "bad": {"name": "缺项"}}, ensure_ascii=False)
    (tmp_path / "indicators.yaml").write_text(text, "utf-8")
    rows, problems = load_indicators(tmp_path)
    assert rows["own100"].sources.distances(np.ones(1)).tolist() == [100]
    assert "bad" not in rows
    assert problems[0].where.startswith("indicators.yaml 的 bad")
    assert evaluate(rows["own100"], LAND, UNITS).figures.loc["乙", "part"] == 0
