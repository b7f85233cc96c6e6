"""用地结构: the balance of held land, what is missing for it, and never demonstration and real data together."""

from collections.abc import Callable, Iterator
from typing import Any

import geopandas as gpd
import pytest
from shapely import box

from geodata import crs, demonstration
from geodata.catalogue import take_in
from geodata.config import Config
from geodata.land import load_land
from geodata.schema import conform
from geodata.store.engine import Store, dispose, open_store
from geodata.versions import DEMONSTRATION, Intake
from layers import identity
from tests.page import Open, html, panel
from tests.people import manager

pytestmark = pytest.mark.usefixtures("fresh", "with_small", "known")
Take = Callable[..., None]
EAST, NORTH = 624_000.0, 4_303_000.0
HOMES, PARK = box(EAST, NORTH, EAST + 300, NORTH + 100), box(EAST + 300, NORTH, EAST + 400, NORTH + 100)


@pytest.fixture
def known(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the pages use a store of the test's beside the plan."""
    monkeypatch.setattr(identity, "settings", lambda: config)
    yield
    dispose()


@pytest.fixture
def store(config: Config) -> Store:
    """Open that store."""
    return open_store(config)


@pytest.fixture
def take(config: Config, store: Store) -> Take:
    """Take a table in: take("landuse", shapes, code=[...])."""

    def doing(kind: str, *shapes: object, synthetic: bool = False, **columns: Any) -> None:
        rows = range(len(shapes))
        table = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs.METRIC)
        table = table.assign(id=[f"{kind}{row}" for row in rows], name=[f"{kind}甲{row}" for row in rows])
        table = table.assign(basis="测绘成果", accuracy_m=1.0, synthetic=synthetic)
        scheme = "guide2023" if kind == "plots" else None
        intake = Intake(kind, kind, "测绘", audience="public", scheme=scheme, synthetic=synthetic)
        take_in(store, manager(store), conform(table, kind, scheme=scheme), intake=intake, config=config)

    return doing


def test_without_data_it_is_said_what_is_missing(open_page: Open) -> None:
    assert "无数据：缺少现状用地，请在“数据”页导入。" in panel(open_page("landuse.py"))
    assert "无数据：缺少规划用地，请在“数据”页导入。" in panel(open_page("landuse.py", ind="landuse_planned"))


def test_the_balance_says_classes_areas_and_what_it_rests_on(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    said = panel(open_page("landuse.py", per="zone"))
    assert (
        '0701 城镇住宅用地</td><td class="number" title="3.0–3.0 公顷">约 3.0</td><td class="number">75%</td>' in said
    )
    assert "按示意边界" in said
    assert "“landuse”第 1 版" in said
    assert "椭球面积" in said
    assert 'R 居住用地</td><td class="number">75%</td><td class="number">25%–40%</td>' in said
    assert "未被图斑覆盖" not in said
    assert "没有同类来源的规划地块数据" in said


def test_codes_of_the_survey_are_counted_by_the_guide(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "0601"], scheme=["survey"] * 2)
    assert "1001 工业用地" in panel(open_page("landuse.py", per="zone"))


def test_imported_units_are_exact_and_say_their_gaps(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("boundaries", box(EAST, NORTH, EAST + 500, NORTH + 100), boundary_class=["grid"])
    said = panel(open_page("landuse.py", per="grid"))
    assert "75.0%" in said
    assert "未被图斑覆盖 1.0 公顷" in said
    assert "约" not in said


def test_changes_and_intensity_come_from_plots(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("plots", HOMES, PARK, landuse=["0701", "1401"], landuse_planned=["0901", "1401"], far=[2.0, None])
    said = panel(open_page("landuse.py", per="zone"))
    assert "0701 城镇住宅用地</td><td>0901 商业用地</td>" in said
    assert "2.00（75%）" in said


def test_demonstration_and_real_data_are_never_mixed(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("boundaries", box(EAST, NORTH, EAST + 500, NORTH + 100), boundary_class=["grid"], synthetic=True)
    assert "无数据（界线为演示数据）" in panel(open_page("landuse.py", per="grid"))


def test_demonstration_data_fill_the_page_and_say_so(open_page: Open, store: Store, config: Config) -> None:
    demonstration.load(store, manager(store), load_land(config), config)
    for kind in ("landuse", "landuse_planned"):
        at = open_page("landuse.py", ind=kind)
        assert not at.exception
        assert "出错（编号" not in html(at)
        assert DEMONSTRATION in panel(at)
        assert "开发强度" in panel(at)
    at = at.selectbox(key="balance_level").set_value("1").run()
    assert "07 居住用地" in panel(at)
