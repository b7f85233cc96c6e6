"""A proposal leaves as files: parks with their shapes, gains, all that is said of them, an event each."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from geodata import proposals
from geodata.catalogue import catalogue
from geodata.store.engine import Store
from geodata.versions import DEMONSTRATION
from geodata.writing.formats import FORMATS
from pages.ui import proposal_files
from tests.land import town
from tests.page import Open, panel
from tests.people import events
from tests.test_figure_files import Fetch, fetch, file, links, who
from tests.test_proposals_page import held, pressed, saved, store, take, zhang

__all__ = ("fetch", "held", "store", "who", "zhang")
pytestmark = pytest.mark.usefixtures("fresh", "with_small", "held")


def test_the_parks_of_a_proposal_come_with_their_shapes(open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    out = links(panel(saved(open_page, "方案甲")))
    offered = {name for name in out if name.startswith(("parks/", "gains/"))}
    assert offered == {*(f"parks/{form.ending}" for form in FORMATS.values()), "gains/xlsx", "gains/csv"}
    rows = file(tmp_path, "parks/gpkg", fetch(out["parks/gpkg"]))
    assert rows.column("名称") == ["新公园1"]
    assert rows.column("绿地类别") == ["G14 游园"]
    assert rows.column("投影面积（平方米）")[0] == pytest.approx(3000, abs=0.5)
    told = rows.note
    assert (told["声明"], told["方案"], told["时效"]) == (DEMONSTRATION, "方案甲", "与现用数据和口径一致")
    assert told["说明"].startswith("比选方案，公园尚未实施。")
    assert told["编制所依数据"] == "；".join(
        f"{label} “{kind}”第 1 版"
        for kind, label in (
            ("buildings", "楼宇/用房"),
            ("green", "绿地、公园"),
            ("landuse", "现状用地"),
            ("population", "人口"),
            ("streets", "道路"),
        )
    )


def test_outlines_a_proposal_rests_on_are_named(store: Store) -> None:
    told = {"green": "", "landuse": "13.2", proposals.OUTLINES: "D001 7.1 B1、D002 7.1 B 2"}
    one = SimpleNamespace(versions=told)
    assert proposal_files._based_on(catalogue(store), one) == "现状用地 第 2 版；单元界线 第 1 版"  # type: ignore[arg-type]


def test_proposals_side_by_side_leave_with_what_they_change(open_page: Open, fetch: Fetch, tmp_path: Path) -> None:
    at = saved(open_page, "方案甲")
    at.session_state[proposal_files.OPEN] = True
    rows = file(tmp_path, "compared/csv", fetch(links(panel(at.run()))["compared/csv"]))
    assert list(rows.table) == ["指标", "现状（不含新公园）", "方案甲", "方案甲 增减"]
    assert "约 +1.0 公顷，+6 个百分点" in rows.column("方案甲 增减")
    assert "约 +1.0 公顷，+6 个百分点" in panel(at)
    assert "500米见园：口径 0（指标表，随看板）" in rows.note["口径"]


def test_gains_say_when_newer_data_have_come(
    open_page: Open, fetch: Fetch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    out = links(panel(saved(open_page, "方案甲")))
    kept: Store = request.getfixturevalue("held")
    take(kept, request.getfixturevalue("zhang"), request.getfixturevalue("config"), "green", town()["green"].iloc[:2])
    rows = file(tmp_path, "gains/xlsx", fetch(out["gains/xlsx"]))
    assert "500米见园" in rows.column("指标")
    assert "约 +1.0 公顷，+6 个百分点" in rows.column("增减")
    assert rows.note["时效"] == "结果已过期：绿地、公园有新版本，已按现用数据重新计算"
    assert events(kept)[-1].action == "exported"


def test_a_proposal_that_is_gone_is_said(open_page: Open, fetch: Fetch) -> None:
    at = saved(open_page, "方案甲")
    out = links(panel(at))
    pressed(at, "撤回方案")
    answer = fetch(out["parks/geojson"])
    assert answer.status == 400
    assert "没有这个方案或已被撤回，请从“绿地与公园”页重新导出" in answer.text
