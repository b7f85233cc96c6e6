"""Every other list goes out as well: datasets, their check, their differences, 口径, proposals, sites, the plan's."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from shapely import box

from geodata import calibers, proposals
from geodata.access import Person
from geodata.calibers import Adoption
from geodata.findings import finding
from geodata.indicators import load_indicators
from geodata.parks import Park
from geodata.store.engine import Store
from pages.ui import proposal_files, siting
from tests.exported import Opened
from tests.homes import clock, homes_and_park
from tests.page import Open, Take, html, panel
from tests.people import events
from tests.test_figure_files import EAST, HOMES, NORTH, PARK, Fetch, fetch, file, land, links, who

__all__ = ("clock", "fetch", "who")
Arrived = Callable[[str, str], Opened]
NEARER = Adoption("park500", [{"least_m2": 400, "distance_m": 150}], date(2020, 1, 1), "会议", 0)


@pytest.fixture
def arrived(fetch: Fetch, tmp_path: Path) -> Arrived:
    """Press a link and open what comes."""
    return lambda name, address: file(tmp_path, name, fetch(address))


def test_the_list_of_datasets_goes_out_with_every_version(take: Take, open_page: Open, arrived: Arrived) -> None:
    land(take)
    address = links(panel(open_page("data.py")))["holdings/xlsx"]
    told = arrived("holdings/xlsx", address)
    assert told.column("数据集") == ["landuse", "landuse_planned", "plots", "boundaries"]
    assert told.column("在用") == ["是"] * 4
    assert told.column("行数") == [2, 2, 2, 1]


def test_what_the_check_said_of_a_version_goes_out(take: Take, open_page: Open, arrived: Arrived) -> None:
    found = finding("K034", "现状用地", pd.Series(["landuse0"]))
    version = take("landuse", HOMES, code=["0701"], scheme=["guide2023"], intake={"findings": (found,)})
    address = links(html(open_page("data.py", data=version.key)))["findings/xlsx"]
    told = arrived("findings/xlsx", address)
    assert "建议修改" in told.column("分组")
    assert all(one.endswith("。") for one in told.column("说明"))


def test_what_differs_between_two_versions_goes_out_row_by_row(
    take: Take, open_page: Open, arrived: Arrived, fetch: Fetch
) -> None:
    first = take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    second = take("landuse", HOMES, code=["0901"], scheme=["guide2023"])
    at = open_page("data.py", data=second.key, against=first.key)
    told = arrived("differences/xlsx", links(html(at))["differences/xlsx"])
    assert sorted(zip(told.column("编号"), told.column("变化"), strict=True)) == [
        ("landuse0", "字段"),
        ("landuse1", "减少"),
    ]
    assert "0901" in told.column("现值")
    gone = links(html(at))["differences/xlsx"].replace(f"against={first.key}", "against=99.9")
    assert "没有这个数据版本" in fetch(gone).text


@pytest.mark.usefixtures("clock")
def test_versions_of_the_parameters_and_a_change_go_out(
    held: Store, who: Person, take: Take, open_page: Open, arrived: Arrived
) -> None:
    homes_and_park(take)
    calibers.adopt(held, who, NEARER, table=load_indicators()[0])
    at = open_page("green.py", per="zone", ind="park500")
    at = at.toggle(key="caliber_open").set_value(True).run()
    found = links(html(at))
    told = arrived("calibers/xlsx", found["calibers/xlsx"])
    assert told.column("口径") == ["口径 1（在用）", "口径 0"]
    assert told.column("理由")[0] == "会议"
    told = arrived("since/xlsx", found["since/xlsx"])
    assert told.column("口径变化（百分点）") == [-50]
    assert told.column("本次（%）") == [0]


def test_chosen_sites_go_out_with_their_shapes_and_how_they_were_chosen(
    held: Store, take: Take, open_page: Open, arrived: Arrived, fetch: Fetch
) -> None:
    take("landuse", HOMES, PARK, code=["0701", "0801"], scheme=["guide2023"] * 2)
    take("green", box(EAST + 5000, NORTH, EAST + 5100, NORTH + 100), green_class=["G14"], public=[True])
    at = open_page("green.py", per="zone")
    at.session_state[siting.OPEN] = True
    at = at.run().multiselect(key="siting_classes").set_value(["08"]).run()
    address = links(panel(at))["sites/gpkg"]
    told = arrived("sites/gpkg", address)
    assert told.column("原编号") == ["landuse1"]
    assert told.column("新增服务（公顷）") == [3.0]
    assert told.table.geometry.notna().all()
    assert "未证明为最优" in told.note["选法"]
    at = at.button(key="siting_optimum").click().run()
    assert at.session_state[siting.BEST].work.wait(60)
    at = at.run()
    told = arrived("sites/xlsx", links(panel(at))["sites/xlsx"])
    assert "已证明为最优" in told.note["选法"]
    assert "链接中的 metres=9：不可用" in fetch(address.replace("_metres=500", "_metres=9")).text
    assert events(held)[-1].object_id == "选址推荐（1处）"


def test_proposals_side_by_side_go_out(held: Store, who: Person, take: Take, open_page: Open, arrived: Arrived) -> None:
    homes_and_park(take)
    park = Park("新1", "新公园1", "drawn", "G14", public=True, shape=box(EAST, NORTH, EAST + 50, NORTH + 50))
    proposals.save(
        held, who, proposals.Draft("方案甲", "", (park,), {"landuse": "1.1", "green": "2.1"}, {"park500": 0})
    )
    at = open_page("green.py", per="zone")
    at.session_state[proposal_files.OPEN] = True
    told = arrived("compared/xlsx", links(panel(at.run()))["compared/xlsx"])
    assert told.column("指标")[0] == "500米见园"
    assert list(told.table.columns[1:]) == ["现状（不含新公园）", "方案甲", "方案甲 增减"]


def test_what_is_said_of_the_plan_goes_out(open_page: Open, arrived: Arrived) -> None:
    found = links(html(open_page("about.py")))
    told = arrived("sources/xlsx", found["sources/xlsx"])
    assert "图层" in told.table.columns
    assert len(told.table)
    assert len(arrived("defects/csv", found["defects/csv"]).table)


def test_units_side_by_side_go_out(open_page: Open, arrived: Arrived, fetch: Fetch) -> None:
    at = open_page("layout.py", pin="Z002,Z003", cmp="1")
    told = arrived("side_by_side/xlsx", links(panel(at))["side_by_side/xlsx"])
    assert told.column("项目")[:2] == ["规划内容", "功能"]
    assert len(told.table.columns) == 3
    assert "少于两个单元" in fetch(links(panel(at))["side_by_side/xlsx"].replace("Z002%2C", "")).text
