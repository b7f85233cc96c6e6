"""Systems are told by what files declare and where their numbers lie; shifts only where they are clear."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geodata import crs, crs_offset
from geodata.crs_pipelines import old_datum, read_pipelines
from geodata.crs_recognition import candidates, misplaced, system_of, to_metric
from geodata.errors import ConfigError, FileError

PLACE = (121.5, 38.86)
METRES = (630198.48, 4304031.45)
REFUSED = "与 CGCS2000 相差数十米以上，换算参数不公开"
MEND = "请由测绘部门转换为 CGCS2000 后再导入，或在 config.yaml 的 import.pipeline_file 中指明本单位的换算文件"
WHICH = "请核对文件是否属于本区、坐标单位是否为度或米，或由提供单位写明坐标系"
TWINS = {"gk6_123": "gk3_123", "wgs84": "cgcs2000"}
ESRI = (
    'PROJCS["CGCS2000_3_Degree_GK_Zone_40",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",40500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
OLD = {"西安80": (4610, 2385, 2364, 2335), "北京54": (4214, 2437, 2416, 21461)}


def _table(key: str, *, swapped: bool = False) -> gpd.GeoDataFrame:
    """Twenty squares round a known place, in a system, without saying which."""
    west, south = METRES[0] + 100 * np.arange(20), METRES[1]
    squares = gpd.GeoSeries(shapely.box(west, south, west + 80, south + 80), crs=crs.METRIC)
    shapes = squares.to_crs(crs.SYSTEMS[key].code).to_numpy()
    if swapped:
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    return gpd.GeoDataFrame(geometry=shapes)


def _metric() -> gpd.GeoDataFrame:
    return _table("gk3_120").set_crs(crs.METRIC)


Move = Callable[[crs.Positions], crs.Positions]


@pytest.mark.parametrize(
    ("there", "back"), [(crs_offset.to_gcj02, crs_offset.from_gcj02), (crs_offset.to_bd09, crs_offset.from_bd09)]
)
@given(lng=st.floats(73, 135), lat=st.floats(4, 53))
def test_shifted_positions_come_back_wherever_they_lie(there: Move, back: Move, lng: float, lat: float) -> None:
    place = np.array([[lng, lat]])
    assert back(there(place)) == pytest.approx(place, abs=1e-9)


def test_the_published_vector_of_gcj02_is_met_and_many_go_at_once() -> None:
    many = np.tile(PLACE, (1000, 1))
    assert crs_offset.to_gcj02(many) == pytest.approx(np.tile([121.505185, 38.860923], (1000, 1)), abs=1e-6)


def test_nothing_is_shifted_outside_china() -> None:
    tokyo = np.array([[139.7, 35.7]])
    assert crs_offset.to_gcj02(tokyo).tolist() == tokyo.tolist()


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("key", crs.SYSTEMS)
def test_a_system_is_told_by_its_numbers_alone(key: str, swapped: bool) -> None:  # noqa: FBT001 - a test's case
    table = _table(key, swapped=swapped)
    found = candidates(table)
    assert (found[0].system, found[0].swapped, found[0].share) == (TWINS.get(key, key), swapped, 1)
    assert "全部要素落在高新区一带" in found[0].evidence
    assert shapely.equals_exact(to_metric(table, found[0]).geometry, _metric().geometry, tolerance=0.001).all()


@pytest.mark.parametrize("key", crs.SYSTEMS)
def test_a_declared_system_goes_first_and_says_so(key: str) -> None:
    system = crs.SYSTEMS[key]
    found = candidates(_table(key).set_crs(system.code))
    assert (found[0].system, found[0].declared) == (key, True)
    assert found[0].evidence[0] == f"文件声明为{system.said}"
    assert [one.declared for one in found[1:]] == [False] * (len(found) - 1)


def test_numbers_win_over_a_wrong_declaration() -> None:
    found = candidates(_table("gk3_zone40").set_crs(crs.SYSTEMS["gk3_zone41"].code))
    assert [(one.system, one.declared, one.share) for one in found] == [
        ("gk3_zone40", False, 1),
        ("gk3_zone41", True, 0),
    ]
    assert found[0].evidence[0] == "与文件声明的 CGCS2000 / 3-degree Gauss-Kruger zone 41 不符"
    assert found[0].evidence[1] == "横坐标 8 位，以带号 40 开头"
    assert found[1].evidence[-1] == "没有要素落在高新区一带"


def test_the_words_of_arcgis_are_understood() -> None:
    assert system_of(CRS(ESRI)) == "gk3_zone40"
    assert candidates(_table("gk3_zone40"), ESRI)[0].declared


def test_a_system_of_the_same_figures_under_another_name_is_ours() -> None:
    assert system_of(CRS(ESRI.replace("CGCS2000_3_Degree_GK_Zone_40", "高新区").replace("D_China_2000", "X"))) == (
        "gk3_zone40"
    )


def test_another_declared_system_is_taken_at_its_word() -> None:
    utm = CRS("EPSG:32651")
    table = _metric().to_crs(utm)
    found = candidates(table)
    assert (found[0].system, found[0].said, found[0].declared, found[0].share) == ("", "WGS 84 / UTM zone 51N", True, 1)
    assert shapely.equals_exact(to_metric(table, found[0]).geometry, _metric().geometry, tolerance=0.001).all()


def test_bounds_alone_may_be_asked() -> None:
    assert candidates((121.4, 38.8, 121.5, 38.9))[0].system == "cgcs2000"


def test_a_part_outside_is_said() -> None:
    far = gpd.GeoDataFrame(geometry=[*_table("gk3_120").geometry, shapely.Point(100, 100)])
    assert "约 95% 的要素落在高新区一带" in candidates(far)[0].evidence


def test_what_lies_nowhere_in_the_zone_has_no_candidate() -> None:
    nowhere = (1.0, 2.0, 3.0, 4.0)
    found = candidates(nowhere)
    lost = misplaced("甲.shp", found, nowhere)
    assert found == ()
    assert str(lost) == f"甲.shp：没有一种坐标系能使要素落在高新区一带，{WHICH}。"


@pytest.mark.parametrize(
    "table",
    [
        gpd.GeoDataFrame(geometry=[shapely.Point(119.2, 36.1)]),
        gpd.GeoDataFrame(geometry=[shapely.Point(36.1, 119.2), shapely.Point(36.1, 119.2), shapely.Point(0, 0)]),
        gpd.GeoDataFrame(geometry=[shapely.Point(119.2, 36.1)], crs="EPSG:4490").to_crs("EPSG:4549"),
    ],
    ids=["degrees", "degrees the other way", "declared metres"],
)
def test_what_lies_elsewhere_is_said_to_lie_there(table: gpd.GeoDataFrame) -> None:
    lost = misplaced("甲.shp", candidates(table), table)
    told = "没有一种坐标系能使要素落在高新区一带（数据落在约 E119.2°、N36.1°）"
    assert str(lost) == f"甲.shp：{told}，{WHICH}。"


@pytest.mark.parametrize("shapes", [[], [None], [shapely.Point()], [shapely.Point(np.nan, np.nan)]])
def test_of_a_table_without_positions_nothing_is_said_of_its_system(shapes: list[shapely.Point | None]) -> None:
    table = gpd.GeoDataFrame(geometry=shapes)
    assert misplaced("甲.shp", candidates(table), table) is None


def test_a_table_without_places_has_no_candidate_and_no_system_is_no_declaration() -> None:
    assert candidates(gpd.GeoDataFrame(geometry=[None]), "no system at all") == ()


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, codes in OLD.items() for code in codes])
@pytest.mark.parametrize("words", ["WKT1_ESRI", "WKT2_2019"])
def test_old_systems_are_refused_with_a_sentence(name: str, code: int, words: str) -> None:
    with pytest.raises(FileError) as caught:
        candidates(_table("gk3_120"), CRS(code).to_wkt(words))
    assert str(caught.value) == f"坐标系：坐标系是{name}，{REFUSED}，{MEND}。"


def test_an_office_may_name_its_own_way(tmp_path: Path) -> None:
    """A made-up offset of 100 m: real ones never stand in a repository."""
    path = tmp_path / "换算.yaml"
    path.write_text(
        "西安80: +proj=affine +xoff=100 +yoff=-50\n地方坐标系: +proj=affine +xoff=630000 +yoff=4304000\n", "utf-8"
    )
    pipelines = read_pipelines(path)
    table = _table("gk3_120").set_crs(2385)
    found = candidates(table, pipelines=pipelines)
    assert (found[0].said, found[0].declared, found[0].share) == ("西安80", True, 1)
    moved = to_metric(table, found[0]).total_bounds - table.total_bounds
    assert moved.tolist() == pytest.approx([100, -50, 100, -50])
    local = candidates((10.0, 10.0, 20.0, 20.0), pipelines=pipelines)
    assert [one.said for one in local] == ["地方坐标系"]


WRITTEN = "请核对 config.yaml 的 import.pipeline_file 与该文件的写法"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, f"换算.yaml：找不到这个文件，{WRITTEN}。"),
        ("- a", f"换算.yaml：应为若干行“键: 值”，{WRITTEN}。"),
        ("西安80: +proj=noop\n西安80: +proj=noop", f"换算.yaml 第 2 行：西安80 写了两次，{WRITTEN}。"),
        ("西安80: 2020-13-45", f"换算.yaml：格式有误，{WRITTEN}。"),
        ("西安80: nonsense", "换算.yaml 的 西安80：不是可用的 PROJ 管线，请由测绘部门改正。"),
    ],
)
def test_a_file_of_pipelines_that_cannot_be_used_is_said(text: str | None, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "换算.yaml"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_pipelines(path)
    assert str(caught.value) == sentence


def test_heights_stay_and_impossible_places_are_refused() -> None:
    flat = candidates(_table("cgcs2000"))[0]
    high = gpd.GeoDataFrame(geometry=[shapely.Point(*PLACE, 12.5)])
    assert to_metric(high, flat).geometry[0].z == 12.5
    places = [shapely.Point(*PLACE), *[shapely.Point(500, 200)] * 6]
    told = r"第 2、3、4、5、6等 行的坐标不能从“CGCS2000 经纬度.*共 6 行，全部 7 行.*若只是个别行"
    with pytest.raises(FileError, match=told):
        to_metric(gpd.GeoDataFrame(geometry=places), flat)


def test_no_datum_is_old_where_none_is_declared() -> None:
    assert old_datum(None) == ""


def test_a_number_that_is_no_system_of_ours_has_no_key() -> None:
    assert crs.system_with(32651) == ""
    assert system_of(None) == ""
