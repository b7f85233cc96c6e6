"""Tiles, their state and the features in view come by address, and nothing else does."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from shapely.geometry import box, shape

from geodata import drawn, jobs, tiles
from geodata.config import Config
from layers import datasets, tile_routes
from tests.asking import Answer, Request, ask
from tests.plots import plots

KEY = drawn.key("ab" * 32, "plots")
EVERYTHING = "west=121&south=38.6&east=121.9&north=39.2&zoom=12"
GONE = "没有这个图层文件，请刷新页面。"


def quiet(_progress: float, _said: str) -> None:
    """Hear the progress of work and keep it to oneself."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a data folder with the tiles of 600 synthetic plots, one of them far off."""
    folder = tmp_path_factory.mktemp("var")
    table = plots(30, 20)
    far = table.geometry.translate(xoff=-9000, yoff=4000)
    table = table.set_geometry(far.where(table.index == table.index[-1], table.geometry))
    base = folder / "derived" / "public" / KEY
    drawn.write(table, "plots", base)
    tiles.make(quiet, base)
    return folder


@pytest.fixture
def folder(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the server serve that folder."""
    monkeypatch.setattr(tile_routes, "_folder", lambda: made)
    datasets.rows.cache_clear()
    yield made
    datasets.rows.cache_clear()


def get(path: str, query: str = "") -> Answer:
    return ask(Request(path, query=query))


def in_view(query: str) -> list[int]:
    features = json.loads(get(f"/window/public/{KEY}", query).text)["features"]
    return [feature["properties"]["row"] for feature in features]


@pytest.mark.usefixtures("folder")
def test_a_tile_is_a_packed_vector_tile_kept_for_good() -> None:
    answer = get(f"/tiles/public/{KEY}/14/13719/6270")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert b"class" in gzip.decompress(answer.content)


@pytest.mark.usefixtures("folder")
def test_where_nothing_lies_the_tile_is_empty_and_not_missing() -> None:
    answer = get(f"/tiles/public/{KEY}/14/13700/6200")
    assert (answer.status, answer.content) == (204, b"")


@pytest.mark.usefixtures("folder")
def test_tiles_that_are_there_are_done() -> None:
    answer = get(f"/tiles/public/{KEY}")
    assert json.loads(answer.text) == {"state": "done", "progress": 1, "said": ""}
    assert answer.headers["cache-control"] == "no-store"


def test_the_state_of_tiles_that_are_being_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_routes, "_folder", lambda: tmp_path)
    drawn.write(plots(2, 2), "plots", tmp_path / "derived" / "public" / KEY)
    assert json.loads(get(f"/tiles/public/{KEY}").text)["state"] == "none"
    jobs._write(tmp_path / "jobs" / f"{tiles.job('public', KEY)}.json", jobs.Status("running", 0.35, "正在切片"))
    assert json.loads(get(f"/tiles/public/{KEY}").text) == {"state": "running", "progress": 0.35, "said": "正在切片"}
    assert get(f"/tiles/public/{KEY}/14/13719/6270").status == 404


def test_tiles_nobody_makes_any_more_are_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[object, ...]] = []

    def start(*told: object) -> jobs.Status:
        started.append(told)
        return jobs.Status("waiting")

    monkeypatch.setattr(tile_routes, "_folder", lambda: tmp_path)
    monkeypatch.setattr(tiles, "start", start)
    drawn.write(plots(2, 2), "plots", tmp_path / "derived" / "public" / KEY)
    assert json.loads(get(f"/tiles/public/{KEY}").text)["state"] == "none"
    monkeypatch.setattr(drawn, "MOST_IN_ONE_FILE", 3)
    assert json.loads(get(f"/tiles/public/{KEY}").text)["state"] == "waiting"
    assert started == [(tmp_path, "public", KEY)]


@pytest.mark.usefixtures("folder")
def test_the_features_in_view_are_those_that_reach_into_it() -> None:
    answer = get(f"/window/public/{KEY}", EVERYTHING)
    told = json.loads(answer.text)
    assert (told["found"], len(told["features"])) == (600, 600)
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["cache-control"] == "no-store"
    rows = drawn.read(tile_routes._folder() / "derived" / "public" / KEY)
    view = (121.45, 38.85, 121.455, 38.853)
    wanted = rows.index[rows.intersects(box(*view))].tolist()
    assert 10 < len(wanted) < 100
    assert in_view("west={}&south={}&east={}&north={}&zoom=17".format(*view)) == wanted


@pytest.mark.usefixtures("folder")
def test_what_is_in_view_says_no_more_than_drawing_needs() -> None:
    feature = json.loads(get(f"/window/public/{KEY}", EVERYTHING).text)["features"][0]
    assert set(feature["properties"]) == {"row", "id", "name", "class"}


@pytest.mark.usefixtures("folder")
def test_of_more_than_a_browser_draws_quickly_the_largest_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_routes, "MOST_IN_VIEW", 25)
    told = json.loads(get(f"/window/public/{KEY}", EVERYTHING).text)
    assert told["found"] == 600
    assert [feature["properties"]["row"] for feature in told["features"]] == list(range(25))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("zoom", [9, 12, 18])
def test_a_shape_in_view_is_as_exact_as_the_view_shows(zoom: float) -> None:
    rows = drawn.read(tile_routes._folder() / "derived" / "public" / KEY)
    told = json.loads(get(f"/window/public/{KEY}", EVERYTHING.replace("zoom=12", f"zoom={zoom}")).text)
    pixel = 360 / 256 / 2**zoom
    for feature in told["features"]:
        whole = rows.geometry[feature["properties"]["row"]]
        simple = shape(feature["geometry"])
        assert simple.hausdorff_distance(whole) < pixel + 1e-6
        assert simple.area > whole.area * 0.49


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "query",
    ["", "west=121", "west=a&south=38&east=122&north=39&zoom=12", "west=nan&south=38&east=122&north=39&zoom=12",
     "west=122&south=38&east=121&north=39&zoom=12", "west=121&south=39&east=122&north=38&zoom=12",
     "west=-inf&south=38&east=122&north=39&zoom=12", "west=121&south=38&east=122&north=39&zoom=99",
     "west=121&south=38&east=122&north=39&zoom=nan"],
)  # fmt: skip
def test_a_view_that_is_none_is_refused(query: str) -> None:
    answer = get(f"/window/public/{KEY}", query)
    assert answer.status == 400
    assert answer.text == "视图范围不对：west、south、east、north 应为经纬度，zoom 应为缩放级别，请刷新页面。"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "place",
    ["public/0123456789abcdef0123456789abcdef", f"internal/{KEY}", f"nobody/{KEY}", f"public/{KEY[:-1]}",
     f"public/{KEY}0", f"public/{KEY.upper()}", f"public/{KEY}.pmtiles", f"public/..%2fpublic%2f{KEY}", "public/.."],
)  # fmt: skip
def test_nothing_else_comes_out_of_the_folder(place: str) -> None:
    for path in (f"/tiles/{place}", f"/tiles/{place}/14/13719/6270", f"/window/{place}"):
        answer = get(path, EVERYTHING)
        assert (answer.status, answer.content[:2]) == (404, GONE.encode()[:2])
        assert answer.text == GONE


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("tile", ["14/13719", "14/13719/-1", "a/b/c", "14/13719/6270.pbf"])
def test_what_is_no_tile_is_not_found(tile: str) -> None:
    assert get(f"/tiles/public/{KEY}/{tile}").status == 404


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("tile", ["10/857/392", "15/27442/12544", "14/16384/16384", "99/1/1", "31/5/5"])
def test_a_tile_of_another_zoom_is_empty(tile: str) -> None:
    assert get(f"/tiles/public/{KEY}/{tile}").status == 204


def test_what_was_destroyed_on_the_disk_does_not_live_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_routes, "_folder", lambda: tmp_path)
    base = tmp_path / "derived" / "public" / KEY
    drawn.write(plots(2, 2), "plots", base)
    assert get(f"/window/public/{KEY}", EVERYTHING).status == 200
    for path in base.parent.iterdir():
        path.unlink()
    assert get(f"/window/public/{KEY}", EVERYTHING).text == GONE
    assert datasets.rows.cache_info().currsize == 0


def test_the_tiles_lie_in_the_data_folder() -> None:
    tile_routes._folder.cache_clear()
    assert tile_routes._folder() == Config().data_path
