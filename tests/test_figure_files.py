"""Figures leave by the door: every link of a page brings its file, says what it rests on, and is in the log."""

import re
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from shapely import LineString, box
from starlette.applications import Starlette

from geodata.access import Person
from geodata.errors import StoreError
from geodata.store import sign_in
from geodata.store.engine import Store
from geodata.versions import DEMONSTRATION
from geodata.writing.formats import FORMATS
from layers import identity, server
from pages.ui import downloads, figure_routes, person
from pages.ui.downloads import LABELS
from pages.ui.landuse_ask import PARTS
from tests.asking import Answer, Request, ask
from tests.door import with_cookie
from tests.exported import Opened, opened
from tests.page import Open, Take, html, panel
from tests.people import events, manager

EAST, NORTH = 624_000.0, 4_303_000.0
HOMES, PARK = box(EAST, NORTH, EAST + 300, NORTH + 100), box(EAST + 300, NORTH, EAST + 400, NORTH + 100)
Fetch = Callable[..., Answer]


@pytest.fixture
def who(held: Store, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Let somebody who may export look at the pages."""
    acting = manager(held)
    monkeypatch.setattr(person, "current", lambda: acting)
    return acting


@pytest.fixture
def fetch(held: Store, who: Person) -> Fetch:
    """Press a link as that person."""
    cookie = with_cookie(identity.seal(sign_in.choose(held, who.name)))

    def run(address: str, headers: dict[str, str] = cookie) -> Answer:
        path, _, query = address.partition("?")
        app = Starlette(routes=[*figure_routes.routes(), *server.routes()], middleware=server.middleware())
        return ask(Request(path, query=query, headers=headers), app)

    return run


def links(said: str) -> dict[str, str]:
    """Every link of a panel: "balance/xlsx" -> its address."""
    addresses = [unescape(one) for one in re.findall(r'href="(/export/[^"]+)"', said)]
    return {"/".join(one.partition("?")[0].split("/")[-2:]): one for one in addresses}


def file(folder: Path, name: str, answer: Answer) -> Opened:
    """Open what was answered."""
    assert (answer.status, answer.text[:80] if answer.status != 200 else "") == (200, "")
    label = LABELS[name.split("/")[1]]
    path = folder / f"a{FORMATS[label].suffix}"
    path.write_bytes(answer.content)
    return opened(path, label)


def land(take: Take, *, synthetic: bool = False) -> None:
    """Three hectares of homes that become shops, one of park; in exact units, with a hectare of neither."""
    told = {"scheme": ["guide2023"] * 2, "synthetic": synthetic}
    take("landuse", HOMES, PARK, code=["0701", "1401"], **told)
    take("landuse_planned", HOMES, PARK, code=["0901", "1401"], **told)
    planned = {"landuse": ["0701", "1401"], "landuse_planned": ["0901", "1401"], "far": [2.0, None]}
    take("plots", HOMES, PARK, synthetic=synthetic, **planned)
    take("boundaries", box(EAST, NORTH, EAST + 500, NORTH + 100), boundary_class=["grid"], synthetic=synthetic)


def test_every_link_of_land_use_brings_its_file(take: Take, open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    land(take)
    found = {
        key: address
        for part in PARTS
        for key, address in links(panel(open_page("landuse.py", per="grid", part=part))).items()
    }
    assert len(found) == 7 * 2 + 4 * 6
    told = {name: file(tmp_path, name, fetch(address)) for name, address in found.items()}
    assert told["matrix/xlsx"].column("09 商业服务业用地") == pytest.approx([3.0, 0.0], abs=0.01)
    assert told["changes/xlsx"].column("是否改变") == ["改变", "不变"]
    assert told["changed/gpkg"].column("规划") == ["0901 商业用地"]
    assert told["years/xlsx"].column("规划－现状（公顷）") == pytest.approx([-3.0, 3.0, 0.0], abs=0.01)
    assert told["spaces/xlsx"].column("三生空间") == ["生活空间", "生态空间"]
    assert told["balances/xlsx"].column("统计单元") == ["boundaries甲0"] * 4
    assert told["balances/xlsx"].column("代码") == ["07", "0701", "14", "1401"]
    assert told["urban/xlsx"].column("城市建设用地") == ["R 居住用地", "G 绿地与广场用地"]
    assert told["urban/xlsx"].column("占比（%）") == [75, 25]
    assert told["urban/xlsx"].note["建议范围"].startswith("GB 50137-2011")
    assert told["densities/shp"].column("编号") == told["densities/gdb"].column("编号") == ["plots0", "plots1"]
    assert told["intensity/geojson"].column("容积率") == [2.0]
    assert told["densities/gpkg"].column("编号") == ["plots0", "plots1"]
    assert told["tiling/xlsx"].column("类型") == []
    assert told["densities/gpkg"].table.geometry.notna().all()


def test_files_hold_what_stands_out_on_the_map(take: Take, open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    land(take)
    take("streets", LineString([(EAST, NORTH), (EAST + 1, NORTH)]), walkable=[True])
    take("green", box(EAST + 500, NORTH, EAST + 600, NORTH + 100), green_class=["G14"], public=[True])
    for page, part, only, name, column, rows, said in (
        (
            "landuse.py",
            "changes",
            "14~14",
            "changed/gpkg",
            "编号",
            ["plots1"],
            "14 绿地与开敞空间用地 → 14 绿地与开敞空间用地",
        ),
        ("landuse.py", "changes", "07~05", "changed/gpkg", "编号", [], "07 居住用地 → 05 湿地"),
        ("landuse.py", "intensity", "far.4", "densities/xlsx", "编号", ["plots0"], "容积率 2.0–3.0"),
        ("green.py", "nearest", "step2", "nearest/xlsx", "分级", ["100–300 米"], "100–300 米"),
        ("green.py", "nearest", "step1", "nearest/xlsx", "分级", [], "100 米以内"),
    ):
        address = links(panel(open_page(page, per="grid", part=part, only=only)))[name]
        told = file(tmp_path, name, fetch(address))
        assert told.column(column) == rows, only
        assert told.note["筛选"] == said


def test_overlaps_and_gaps_leave_with_their_shapes(take: Take, open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    ring = box(EAST, NORTH, EAST + 300, NORTH + 300) - box(EAST + 100, NORTH + 100, EAST + 200, NORTH + 200)
    over = box(EAST + 100, NORTH + 100, EAST + 150, NORTH + 210)
    take("landuse", ring, over, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("boundaries", box(EAST, NORTH, EAST + 300, NORTH + 300), boundary_class=["grid"])
    for per in ("grid", "zone"):
        address = links(panel(open_page("landuse.py", per=per, part="tiling")))["tiling/gpkg"]
        told = file(tmp_path, "tiling/gpkg", fetch(address))
        assert told.column("类型") == ["重叠", "空隙"]
        assert told.column("投影面积（公顷）") == [0.05, 0.5]
        assert "公顷（重复计入）；未被图斑覆盖" in told.note["单元合计"]
        assert "沿单元边界未覆盖的不列" in told.note["单元合计"]


def test_a_file_says_what_it_rests_on_and_is_in_the_log(
    held: Store, take: Take, open_page: Open, fetch: Fetch, tmp_path: Path
) -> None:
    land(take, synthetic=True)
    address = links(panel(open_page("landuse.py", per="zone")))["balance/xlsx"]
    answer = fetch(address)
    told = file(tmp_path, "balance/xlsx", answer)
    assert told.column("用地类别") == ["07 居住用地", "0701 城镇住宅用地", "14 绿地与开敞空间用地", "1401 公园绿地"]
    assert told.column("占比（%）") == [75, 75, 25, 25]
    assert told.note["声明"] == DEMONSTRATION
    assert told.note["单元界线"] == "按示意边界，数值为约数"
    assert "“landuse”第 1 版" in told.note["数据"]
    assert "椭球面积" in told.note["口径"]
    event = events(held)[-1]
    assert (event.action, event.object_id, event.field) == ("exported", "用地平衡表（名称Z001）", "Excel")


def test_what_is_little_is_nothing_neither_on_the_screen_nor_in_a_file(
    take: Take, open_page: Open, fetch: Fetch, tmp_path: Path
) -> None:
    little = box(EAST + 300, NORTH, EAST + 310, NORTH + 10)
    take("landuse", HOMES, little, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("population", HOMES.centroid, people=[300])
    said = panel(open_page("landuse.py", per="zone"))
    assert '&lt;0.1</td><td class="number">&lt;1%</td><td class="number">约 0.3</td>' in said
    assert '生态空间</td><td class="number">&lt;0.1</td><td class="number">&lt;1%</td>' in said
    told = {name: file(tmp_path, name, fetch(links(said)[name])) for name in ("balance/xlsx", "urban/xlsx")}
    for one in told.values():
        assert one.note["人均"].startswith("除以该单元的现状人口")
        assert one.column("面积（公顷）")[-1] == 0.01
        assert one.column("占比（%）")[-1] == one.column("人均（平方米/人）")[-1] == 0.33
    for name in ("balances/xlsx", "spaces/xlsx"):
        assert file(tmp_path, name, fetch(links(said)[name])).column("占比（%）")[-1] == 0.33


def test_every_link_of_green_brings_its_file(take: Take, open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    take("landuse", HOMES, code=["0701"], scheme=["guide2023"])
    take("green", box(EAST + 500, NORTH, EAST + 600, NORTH + 100), green_class=["G14"], public=[True])
    take("streets", LineString([(EAST, NORTH - 900), (EAST + 350, NORTH - 900)]), walkable=[True])
    parts = ("coverage", "nearest", "both", "kinds")
    query = {"per": "zone", "ind": "park500"}
    found = {
        key: address
        for part in parts
        for key, address in links(panel(open_page("green.py", part=part, **query))).items()
    }
    assert len(found) == 7 * 6
    told = {name: file(tmp_path, name, fetch(address)) for name, address in found.items()}
    assert told["units/xlsx"].column("数值（%）") == [100]
    assert told["units/xlsx"].note["目标值"] == "未设目标值"
    assert "口径 0" in told["units/xlsx"].note["口径"]
    assert told["left/gpkg"].column("编号") == []
    assert told["nearest/xlsx"].column("分级") == ["100–300 米"]
    assert told["ways/geojson"].column("步行（%）") == [0]
    both = [
        f"{way}{name}" for way in ("直线", "步行") for name in ("（%）", "下限", "上限", "分子（公顷）", "分母（公顷）")
    ]
    assert list(told["ways/xlsx"].table) == ["统计单元", *both, "界线"]
    assert told["ways/xlsx"].column("直线下限") == [100]
    assert told["straight_only/gpkg"].column("直线达标、步行不达标（公顷）") == [3.0]
    assert told["kinds/xlsx"].column("公园绿色（公顷）") == [1.0]
    assert told["classes/xlsx"].column("游园（公顷）") == [1.0]
    file(tmp_path, "nearest/gpkg", fetch(found["nearest/gpkg"]))
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        ((style,),) = database.execute("SELECT styleQML FROM layer_styles").fetchall()
    assert 'attr="分级"' in style
    assert "100–300 米" in style
    tried = found["units/xlsx"].replace("400%3A500", "400%3A0")
    assert "距离须在 1 至" in fetch(tried).text
    assert "没有这个指标" in fetch(found["units/xlsx"].replace("ind=park500", "ind=moon")).text


def test_a_file_says_how_distances_are_measured_and_that_no_unit_cuts_its_rows(
    take: Take, open_page: Open, fetch: Fetch, tmp_path: Path
) -> None:
    take("landuse", HOMES, code=["0701"], scheme=["guide2023"])
    take("green", box(EAST + 500, NORTH, EAST + 600, NORTH + 100), green_class=["G14"], public=[True])
    take("streets", LineString([(EAST, NORTH - 900), (EAST + 350, NORTH - 900)]), walkable=[True])
    said = panel(open_page("green.py", ind="walk5"))
    assert "3.0 公顷 · 直线距green甲0 200 米" in said
    left = file(tmp_path, "left/xlsx", fetch(links(said)["left/xlsx"]))
    assert left.column("直线距离（米）") == [200]
    assert left.note["计入的用地"] == "0701 城镇住宅用地"
    assert "同样近的取步行最短者" in left.note["计算方式"]
    assert "不按统计单元裁切" in left.note["统计单元"]
    for ind, way, metres in (("walk5", "步行", 2150), ("park500", "直线", 200)):
        said = panel(open_page("green.py", part="nearest", ind=ind))
        assert f"居住用地到最近绿地、设施的{way}距离" in said
        told = file(tmp_path, "nearest/xlsx", fetch(links(said)["nearest/xlsx"]))
        assert told.column(f"{way}距离（米）") == pytest.approx([metres], rel=0.2)


def test_a_share_that_is_little_is_not_nothing_in_a_file(
    take: Take, open_page: Open, fetch: Fetch, tmp_path: Path
) -> None:
    take("landuse", box(EAST, NORTH, EAST + 1000, NORTH + 100), code=["0701"], scheme=["guide2023"])
    take("green", box(EAST + 1498, NORTH, EAST + 1598, NORTH + 100), green_class=["G14"], public=[True])
    at = open_page("green.py", per="zone")
    assert "<b>&lt;1%</b>" in panel(at)
    told = file(tmp_path, "units/xlsx", fetch(links(panel(at))["units/xlsx"]))
    assert told.column("数值（%）") == [0.2]


def test_plots_that_change_are_told_by_the_level_of_the_matrix(
    take: Take, open_page: Open, fetch: Fetch, tmp_path: Path
) -> None:
    take("plots", HOMES, PARK, landuse=["0701", "1001"], landuse_planned=["0702", "0902"])
    take("boundaries", HOMES.union(PARK), boundary_class=["grid"])
    for level, codes in (("1", ["1001 工业用地"]), ("2", ["0701 城镇住宅用地", "1001 工业用地"])):
        said = panel(open_page("landuse.py", per="grid", part="changes", level=level))
        told = file(tmp_path, "changed/xlsx", fetch(links(said)["changed/xlsx"]))
        assert told.column("现状") == codes
        assert "不在单元边界处裁切" in told.note["地块"]


def test_differences_of_base_years_are_of_what_stands_there(
    take: Take, open_page: Open, fetch: Fetch, tmp_path: Path
) -> None:
    for year, east in ((2020, 104.0), (2023, 206.0)):
        homes, rest = box(EAST, NORTH, EAST + east, NORTH + 100), box(EAST + east, NORTH, EAST + 300, NORTH + 100)
        intake = {"base_year": year, "name": str(year)}
        take("landuse", homes, rest, code=["0701", "1401"], scheme=["guide2023"] * 2, intake=intake)
    take("boundaries", HOMES, boundary_class=["grid"])
    said = panel(open_page("landuse.py", per="grid", part="years", area="projected"))
    cells = re.findall('<td class="number">([^<]*)</td>', said)
    assert cells == ["1.0", "2.1", "+1.1", "2.0", "0.9", "−1.1", "3.0", "3.0", "0"]
    told = file(tmp_path, "years/xlsx", fetch(links(said)["years/xlsx"]))
    assert told.table.iloc[0].tolist()[1:] == [1.04, 2.06, 1.02]


def test_areas_of_a_file_have_the_decimals_of_the_screen(
    take: Take, open_page: Open, fetch: Fetch, tmp_path: Path
) -> None:
    homes = box(EAST, NORTH, EAST + 1234, NORTH + 100)
    take("landuse", homes, code=["0701"], scheme=["guide2023"])
    take("green", PARK, green_class=["G14"], public=[True])
    take("population", homes.centroid.buffer(1), people=[1500])
    at = open_page("green.py", per="zone")
    assert "居住用地约 12.3 公顷，其中约 9.0 公顷（约 73%）" in at.code[0].value
    told = file(tmp_path, "units/xlsx", fetch(links(panel(at))["units/xlsx"]))
    assert [told.column(name) for name in ("数值（%）", "分子（公顷）", "分母（公顷）")] == [[73], [9.0], [12.3]]
    at = open_page("green.py", per="zone", ind="park_per_person")
    assert "<b>约 6.7</b>" in panel(at)
    told = file(tmp_path, "units/xlsx", fetch(links(panel(at))["units/xlsx"]))
    assert [told.column(name) for name in ("数值（平方米/人）", "面积（公顷）", "人口（人）")] == [[6.7], [1.0], [1500]]


@pytest.mark.parametrize("form", ["xlsx", "gpkg", "csv"])
def test_a_share_of_a_schematic_unit_is_told_without_the_units_own_area(
    take: Take, open_page: Open, fetch: Fetch, tmp_path: Path, form: str
) -> None:
    take("landuse", PARK, code=["1701"], scheme=["guide2023"])
    told = {}
    for per in ("unit", "zone"):
        at = open_page("green.py", per=per, ind="water_ratio")
        assert "不列示意边界自身的面积" in panel(at)
        told[per] = file(tmp_path, f"units/{form}", fetch(links(panel(at))[f"units/{form}"]))
    for one in told.values():
        assert set(one.column("界线")) == {"按示意边界，约数"}
        assert pd.Series(one.column("分母（公顷）")).replace("", None).isna().all()
    assert [float(one) for one in told["zone"].column("分子（公顷）")] == [1.0]


def test_a_file_comes_in_the_system_that_is_chosen(take: Take, open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    land(take)
    at = open_page("landuse.py", per="grid", part="intensity")
    at = at.selectbox(key="exports_system").set_value("gk3_120").run()
    address = links(panel(at))["densities/gpkg"]
    told = file(tmp_path, "densities/gpkg", fetch(address))
    (west, south, *_) = told.table.total_bounds
    assert (west, south) == pytest.approx((EAST, NORTH))
    assert "120" in told.note["坐标系"]
    assert "链接中的 system=moon：不可用" in fetch(address.replace("gk3_120", "moon")).text


def test_nobody_in_particular_is_told_to_say_who_they_are(take: Take, open_page: Open) -> None:
    land(take)
    said = panel(open_page("landuse.py", per="grid"))
    assert links(said) == {}
    assert "导出要写明导出人" in said


def test_what_cannot_be_recorded_does_not_go_out(
    take: Take, open_page: Open, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        where = "数据库"
        raise StoreError(where, "暂时不可用", "请稍后再试")

    land(take)
    address = links(panel(open_page("landuse.py", per="grid")))["balance/xlsx"]
    monkeypatch.setattr(figure_routes, "figures_exported", lost)
    answer = fetch(address)
    assert (answer.status, answer.text) == (503, "没有导出：数据库：暂时不可用，请稍后再试。")


def test_a_few_files_are_made_at_a_time(take: Take, open_page: Open, fetch: Fetch) -> None:
    land(take)
    address = links(panel(open_page("landuse.py", per="grid")))["balance/xlsx"]
    with ThreadPoolExecutor(1) as pool:
        with downloads.ROOM, downloads.ROOM:
            waiting = pool.submit(fetch, address)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        assert waiting.result(timeout=60).status == 200


def test_a_wrong_link_brings_nothing(held: Store, take: Take, open_page: Open, fetch: Fetch) -> None:
    land(take)
    address = links(panel(open_page("landuse.py", per="grid")))["balance/xlsx"]
    before = len(events(held))
    assert fetch(address.replace("balance", "nothing")).status == 404
    assert fetch(address.replace("xlsx", "gpkg")).status == 404
    assert fetch(address.replace("/public/", "/internal/")).status == 404
    assert "链接中的 place=x：网格中没有这个单元" in fetch(f"{address}&place=x").text
    assert "缺少界线（社区）" in fetch(address.replace("per=grid", "per=community")).text
    assert "链接中的 per=moon" in fetch(address.replace("per=grid", "per=moon")).text
    assert fetch(address, {}).status == 403
    assert len(events(held)) == before


def test_which_outline_is_whose_leaves_as_a_file(take: Take, open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    version = take("boundaries", HOMES, PARK, boundary_class=["subdistrict"] * 2, intake={"name": "官方界线"})
    at = open_page("data.py", data=version.key)
    at.selectbox(key="official_unit").set_value("Z002").run()
    at.selectbox(key=f"official_row_{version.key}_Z002").set_value("boundaries1").run()
    address = links(html(at.button(key="official_confirm").click().run()))["official/xlsx"]
    told = file(tmp_path, "official/xlsx", fetch(address))
    (place,) = (number for number, row in enumerate(told.column("官方界线")) if row == "boundaries甲1")
    assert (told.column("对应依据")[place], told.column("状态")[place]) == ("人工指定", "将替换")
    assert fetch(address.replace("_said=", "_said=%7B")).status == 400
    assert fetch(address.replace("boundaries1", "nowhere")).status == 200
