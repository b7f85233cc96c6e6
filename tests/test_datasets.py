"""A dataset is drawn in the colours of its classes, and its legend has just those."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

from geodata import crs, drawn, jobs, landuse_tables, tiles
from geodata.columns import Kind
from geodata.config import Config
from geodata.drawn import Summary
from geodata.errors import StoreError
from geodata.green_kinds import load_kinds
from geodata.kinds import DATASETS
from geodata.landuse_codes import SCHEMES, codes, palette
from geodata.measures.distances import BOTH, NEAR
from geodata.measures.reading import COVERED
from geodata.versions import DEMONSTRATION, Version
from layers import datasets, drawings
from layers.style import OF_DATASET, PLAIN, Style
from tests.plots import plots

CLASSED = [kind for kind in DATASETS.values() if kind.key in drawn.CLASS_COLUMNS]


def version(kind: str = "plots", **told: object) -> Version:
    """Make the version of a kind that the tests draw."""
    made = Version(
        dataset_id=1, kind=kind, name="演示", number=2, digest="ab" * 32, rows=6, source="合成", source_date=None,
        base_year=2025, licence="", audience="internal", scheme="guide2023", synthetic=True, person="张三",
        created_at=datetime(2026, 11, 23, tzinfo=UTC), purge=None, purged_at=None,
    )  # fmt: skip
    return replace(made, **told)  # type: ignore[arg-type]  # fields of Version


def summary(column: str, *classes: str, shape: str = "Polygon") -> Summary:
    """Make the summary of a drawn table that has some classes."""
    return Summary(len(classes), 0, column, {name: {shape: 1} for name in classes}, (121.4, 38.8, 121.5, 38.9))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Let files be written beside the test."""
    return Config(data_folder=str(tmp_path))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_land_use_has_the_colours_of_its_scheme(styles: Mapping[str, Style], scheme: str) -> None:
    coded = [code for code in codes(scheme).index if codes(scheme)["color"][code]]
    shown = datasets.signs(summary("code", *coded), version("landuse", scheme=scheme), styles)
    assert {sign.key.split(OF_DATASET)[1]: sign.style.fill for sign in shown} == {
        code: palette(scheme)[code] for code in coded
    }
    assert [sign.label for sign in shown] == [codes(scheme)["name"][code] for code in coded]


def test_classes_of_one_colour_have_one_row(styles: Mapping[str, Style]) -> None:
    shown = datasets.signs(summary("landuse", "070102", "0701", "070101"), version(), styles)
    assert [(sign.label, sorted(sign.classes)) for sign in shown] == [("城镇住宅用地", ["0701", "070101", "070102"])]


def test_codes_of_no_class_and_missing_ones_come_last_and_are_grey(styles: Mapping[str, Style]) -> None:
    shown = datasets.signs(summary("landuse", "", "9999", "1401"), version(), styles)
    assert [sign.label for sign in shown] == ["公园绿地", "其他", "未填写"]
    assert {sign.style.fill for sign in shown[1:]} == {styles["plots/"].fill}


def test_without_a_scheme_the_one_in_force_is_meant(styles: Mapping[str, Style]) -> None:
    shown = datasets.signs(summary("landuse", "1001"), version(scheme=None), styles)
    assert [sign.label for sign in shown] == ["工业用地"]


@pytest.mark.parametrize("kind", CLASSED, ids=lambda kind: kind.key)
def test_every_class_of_the_vocabulary_is_drawn_and_named(styles: Mapping[str, Style], kind: Kind) -> None:
    for column in drawn.CLASS_COLUMNS[kind.key]:
        values = kind.column(column).values
        names = list(values) if values else list(codes("guide2023").index)
        shown = datasets.signs(summary(column, *names), version(kind.key), styles)
        assert sorted(name for sign in shown for name in sign.classes) == sorted(names)
        assert [sign.key for sign in shown if sign.style == PLAIN or not sign.label] == []


@pytest.mark.parametrize("kind", [kind for kind in DATASETS.values() if kind.geometry], ids=lambda kind: kind.key)
def test_every_kind_with_a_place_has_a_style(styles: Mapping[str, Style], kind: Kind) -> None:
    assert f"{kind.key}{OF_DATASET}" in styles


def test_the_rows_of_the_styles_are_classes_that_exist(styles: Mapping[str, Style]) -> None:
    steps = max(map(len, landuse_tables.STEPS.values()))
    found = {*COVERED, *NEAR, *BOTH, *load_kinds()[0], *(f"step{place}" for place in range(steps + 1))}
    assert {f"{drawn.COVERAGE}{OF_DATASET}{name}" for name in found} <= set(styles)
    for key in (key for key in styles if OF_DATASET in key):
        kind, _, name = key.partition(OF_DATASET)
        if kind == drawn.COVERAGE:
            assert name in found, key
            continue
        columns = [DATASETS[kind].column(column) for column in drawn.CLASS_COLUMNS.get(kind, ())]
        assert not name or name in (columns[0].values or {}), key


def test_greens_are_told_apart_by_their_main_class(styles: Mapping[str, Style]) -> None:
    shown = datasets.signs(summary("green_class", "G131", "G14", "SG", "RG", "EG11", "G3"), version("green"), styles)
    assert [sign.label for sign in shown] == ["公园绿地", "广场用地", "附属绿地", "区域绿地"]


def test_a_kind_without_classes_has_one_sign_with_its_name(styles: Mapping[str, Style]) -> None:
    shown = datasets.signs(summary("", ""), version("parcels"), styles)
    assert [(sign.label, sign.style) for sign in shown] == [("宗地", styles["parcels/"])]


def test_the_office_may_change_the_colour_of_a_class(styles: Mapping[str, Style]) -> None:
    own = {**styles, "streets/lane": Style(color="#123456")}
    shown = datasets.signs(summary("street_class", "lane", shape="LineString"), version("streets"), own)
    assert shown[0].style.color == "#123456"


def test_the_legend_has_a_row_per_sign_and_shape(styles: Mapping[str, Style]) -> None:
    mixed = Summary(3, 0, "control_class", {"coastline": {"LineString": 1, "Point": 1}, "": {"Polygon": 1}}, None)
    rows = datasets.legend(mixed, version("controls"), styles)
    assert rows.count("legend-row") == 3
    assert rows.count("<path") == rows.count("<circle") == rows.count("<rect") == 1
    assert "控制线类别" in rows


def test_the_legend_says_that_data_are_made_up(styles: Mapping[str, Style]) -> None:
    assert DEMONSTRATION == "演示数据，不得引用"
    for synthetic in (True, False):
        rows = datasets.legend(summary("landuse", "1401"), version(synthetic=synthetic), styles)
        assert (DEMONSTRATION in rows) == synthetic


def test_a_hostile_name_stays_text(styles: Mapping[str, Style]) -> None:
    rows = datasets.legend(summary("", ""), version("parcels", name="<img src=x>"), styles)
    assert "<img" not in rows


def test_the_browser_is_told_a_sign_for_every_class(styles: Mapping[str, Style]) -> None:
    prepared = drawings.Prepared(summary("landuse", "1401", "070102", "", "9999"), ready=True)
    told = datasets.drawing(prepared, version(), styles, marks={"3": "#123456"})
    assert set(told["classes"]) == {"1401", "070102", "", "9999"}
    fills = {name: told["signs"][number]["fill"] for name, number in told["classes"].items()}
    assert fills["1401"] == palette("guide2023")["1401"]
    assert told["marks"] == {"3": "#123456"}
    assert told["said"] == "演示数据，不得引用"
    assert json.loads(json.dumps(told)) == {**told, "zooms": [11, 14], "edges": [0.0, 0.0]}


def test_real_data_carry_no_such_note(styles: Mapping[str, Style]) -> None:
    prepared = drawings.Prepared(summary("landuse", "1401"), ready=True)
    assert datasets.drawing(prepared, version(synthetic=False), styles)["said"] == ""


def test_a_small_dataset_is_one_file_and_is_read_once(config: Config, styles: Mapping[str, Style]) -> None:
    prepared = datasets.prepare(version(), lambda: plots(3, 2), config)
    again = datasets.prepare(version(), lambda: pytest.fail("read again"), config)
    assert prepared == again
    assert prepared.ready
    told = datasets.drawing(prepared, version(), styles)
    assert "tiles" not in told
    path = config.data_path / told["file"].strip("/")
    features = json.loads(path.read_text("utf-8"))["features"]
    assert [feature["properties"]["class"] for feature in features] == plots(3, 2)["landuse"].tolist()


def test_a_large_dataset_is_made_into_tiles(
    config: Config, styles: Mapping[str, Style], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[object, ...]] = []
    monkeypatch.setattr(drawn, "MOST_IN_ONE_FILE", 5)
    monkeypatch.setattr(tiles, "start", lambda *told: started.append(told))
    prepared = datasets.prepare(version(), lambda: plots(3, 2), config)
    told = datasets.drawing(prepared, version(), styles)
    key = drawn.key("ab" * 32, "plots")
    assert started == [(config.data_path, "internal", key)]
    assert (told["ready"], told["tiles"], told["window"]) == (
        False,
        f"/tiles/internal/{key}",
        f"/window/internal/{key}",
    )
    assert "file" not in told
    tiles.archive(drawn.base_of(config.data_path, version())).write_bytes(b"tiles")
    assert datasets.prepare(version(), lambda: pytest.fail("read again"), config).ready
    assert len(started) == 1


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_tiles_that_failed_are_not_tried_at_every_run(
    config: Config, monkeypatch: pytest.MonkeyPatch, state: jobs.State
) -> None:
    monkeypatch.setattr(drawn, "MOST_IN_ONE_FILE", 5)
    monkeypatch.setattr(tiles, "status", lambda *_told: jobs.Status(state))
    monkeypatch.setattr(tiles, "start", lambda *_told: pytest.fail("started"))
    assert not datasets.prepare(version(), lambda: plots(3, 2), config).ready


def test_each_audience_has_files_of_its_own(config: Config) -> None:
    for audience in ("public", "sensitive"):
        datasets.prepare(version(audience=audience), lambda: plots(1, 1), config)
    folders = {path.parent.name for path in (config.data_path / "derived").rglob("*.geojson")}
    assert folders == {"public", "sensitive"}


def test_things_of_every_shape_are_published(config: Config) -> None:
    east, north = crs.to_metric(121.45, 38.85)
    shapes = [Point(east, north), LineString([(east, north), (east + 9, north)]), box(east, north, east + 9, north + 9)]
    table = gpd.GeoDataFrame({"name": ["点", "线", "面"]}, geometry=shapes, crs=crs.METRIC, index=["a", "b", "c"])
    prepared = datasets.prepare(version("controls"), lambda: table, config)
    assert prepared.summary.classes == {"": {"LineString": 1, "Point": 1, "Polygon": 1}}


def test_a_folder_that_cannot_be_written_is_said(config: Config) -> None:
    config.data_path.joinpath("derived").write_text("a file in the way", "utf-8")
    with pytest.raises(StoreError, match=r"derived.internal：所在的文件或文件夹打不开，请检查"):
        datasets.prepare(version(), lambda: plots(1, 1), config)
