"""Green by kind and by class: what lies near the coast, what counts once, the office's own table."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString, box

from geodata import crs
from geodata.green_kinds import areas, by_class, by_kind, load_kinds


def green(*rows: tuple[str, object]) -> gpd.GeoDataFrame:
    """Rows of class and shape."""
    return gpd.GeoDataFrame(
        {"green_class": [row[0] for row in rows]}, geometry=[row[1] for row in rows], crs=crs.METRIC
    )


UNITS = gpd.GeoDataFrame(
    index=["甲", "乙"], geometry=[box(630_000, 4_304_000, 630_300, 4_304_100), box(0, 0, 1, 1)], crs=crs.METRIC
)
E, N = 630_000, 4_304_000


def test_each_class_goes_to_its_kind() -> None:
    rows = green(
        *((code, box(0, 10 * row, 10, 10 * row + 10)) for row, code in enumerate(("G14", "MG", "RG", "G2", "G3")))
    )
    assert by_kind(rows, load_kinds()[0])["kind"].tolist() == ["park", "firm", "home", "road", "other"]


def test_a_coast_that_is_an_area_counts_from_its_edge() -> None:
    rows = green(("G14", box(0, 0, 1000, 10)))
    found = by_kind(rows, load_kinds()[0], coast=green(("", box(0, 0, 1000, 1000))))
    assert found["kind"].tolist() == ["coast"]


def test_green_that_lies_twice_counts_once_and_is_cut_at_units() -> None:
    rows = green(("G14", box(E, N, E + 200, N + 100)), ("G11", box(E + 100, N, E + 600, N + 100)))
    found = areas(by_kind(rows, load_kinds()[0]), UNITS)
    assert found["park"].tolist() == pytest.approx([30_000, 0], rel=1e-3)
    told = areas(by_class(rows), UNITS)
    assert told.loc["甲"].to_dict() == pytest.approx({"G14": 20_000, "G11": 20_000}, rel=1e-3)


def test_classes_of_other_letters_are_attached() -> None:
    rows = green(*((code, box(0, 0, 1, 1)) for code in ("G131", "G1", "MG", "EG12")))
    assert by_class(rows)["kind"].tolist() == ["G13", "G1", "XG", "EG"]


def test_the_offices_table_wins(tmp_path: Path) -> None:
    (tmp_path / "green_kinds.yaml").write_text("coast: {name: 海岸, classes: [G1], within_coast_m: 50}\n", "utf-8")
    kinds, problems = load_kinds(tmp_path)
    assert (kinds["coast"].name, kinds["coast"].within_coast_m, problems) == ("海岸", 50, ())
    shore = gpd.GeoDataFrame(geometry=[LineString([(0, -500), (0, 500)])], crs=crs.METRIC)
    found = by_kind(green(("G1", box(0, 0, 100, 10))), kinds, coast=shore)
    assert found.area.tolist() == pytest.approx([500, 500])
