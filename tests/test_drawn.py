"""What leaves the server to be drawn: number, id, name, class and shape, and nothing that may be sensitive."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString, Point, Polygon, box

from geodata import crs, drawn
from geodata.kinds import DATASETS
from tests.plots import CODES, plots

DIGEST = "0123456789abcdef" * 4


@pytest.fixture
def mixed() -> gpd.GeoDataFrame:
    """Make a point, a line, two areas, and two rows without a place."""
    east, north = crs.to_metric(121.45, 38.85)
    shapes = [
        Point(east, north),
        LineString([(east, north, 3), (east + 100, north, 4)]),
        box(east, north, east + 10, north + 10),
        box(east, north, east + 90, north + 90),
        None,
        Polygon(),
    ]
    columns = {
        "name": ["点", "线", "小", "大", "无", "空"],
        "control_class": ["coastline", "coastline", None, "farmland", "farmland", "farmland"],
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs.METRIC, index=list("abcdef"))


def test_only_what_drawing_needs_is_drawn() -> None:
    rows, _ = drawn.drawn(plots(3, 2), "plots")
    assert list(rows.columns) == ["id", "name", "class", "geometry"]
    assert rows.index.tolist() == [0, 1, 2, 3, 4, 5]
    assert rows.crs == crs.FILE


def test_no_sensitive_value_reaches_a_file(tmp_path: Path) -> None:
    drawn.write(plots(3, 2), "plots", tmp_path / "base")
    said = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "保密单位".encode() not in said
    assert "contract_tax" not in drawn.read(tmp_path / "base")


def test_large_things_come_first_and_points_last(mixed: gpd.GeoDataFrame) -> None:
    rows, _ = drawn.drawn(mixed, "controls")
    assert rows["id"].tolist() == ["d", "c", "b", "a"]
    assert not rows.geometry.has_z.any()


def test_the_summary_counts_classes_by_shape(mixed: gpd.GeoDataFrame) -> None:
    rows, summary = drawn.drawn(mixed, "controls")
    assert (summary.features, summary.unplaced, summary.column) == (4, 2, "control_class")
    assert summary.classes == {
        "": {"Polygon": 1},
        "coastline": {"LineString": 1, "Point": 1},
        "farmland": {"Polygon": 1},
    }
    assert summary.bounds == tuple(rows.total_bounds)


def test_a_kind_without_classes_has_one() -> None:
    _, summary = drawn.drawn(plots(2, 1), "parcels")
    assert (summary.column, summary.classes) == ("", {"": {"Polygon": 2}})


def test_plots_without_present_use_are_coloured_by_planned_use() -> None:
    table = plots(2, 1).assign(landuse=None, landuse_planned=CODES[:2])
    assert drawn.drawn(table, "plots")[1].column == "landuse_planned"


def test_a_dataset_without_any_shape_is_an_empty_drawing(tmp_path: Path) -> None:
    table = plots(2, 1)
    written = drawn.write(
        table.set_geometry(gpd.GeoSeries([None, None], table.index, crs=crs.METRIC)), "plots", tmp_path / "a"
    )
    assert (written.features, written.unplaced, written.bounds) == (0, 2, None)
    assert len(drawn.read(tmp_path / "a")) == 0


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    base = tmp_path / "derived" / "public" / drawn.key(DIGEST, "plots")
    assert drawn.read_summary(base) is None
    written = drawn.write(plots(3, 2), "plots", base)
    assert drawn.read_summary(base) == written
    assert drawn.read(base).equals(drawn.drawn(plots(3, 2), "plots")[0])
    assert sorted(path.suffix for path in base.parent.iterdir()) == [".json", ".parquet"]


def test_the_table_handed_in_stays_as_it_is() -> None:
    table = plots(3, 2)
    before = table.copy()
    drawn.drawn(table, "plots")
    assert table.equals(before)


def test_each_kind_and_content_has_a_key_of_its_own() -> None:
    keys = {drawn.key(digest, kind) for digest in (DIGEST, "f" * 64) for kind in ("plots", "parcels")}
    assert len(keys) == 4


@pytest.mark.parametrize("kind", drawn.CLASS_COLUMNS)
def test_classes_are_columns_of_the_contract_that_may_leave_the_server(kind: str) -> None:
    columns = {column.name: column for column in DATASETS[kind].columns}
    for name in (*drawn.CLASS_COLUMNS[kind], "name", "id"):
        assert not columns[name].sensitive, name
