"""页面“数据”: a version is chosen, drawn and clicked; who may not see it is not told of it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from geodata import drawn, jobs, tiles
from geodata.catalogue import take_in
from geodata.config import Config
from geodata.drawn import base_of
from geodata.store.engine import Store
from geodata.versions import Intake, Version
from layers import datasets
from pages.ui import caches, dataset_map, map_view
from tests import tables
from tests.page import Open, Session, drawn_map, html, panel, query
from tests.people import manager

pytestmark = pytest.mark.usefixtures("fresh", "with_small", "held")
Take = Callable[..., Version]


@pytest.fixture
def store(held: Store) -> Store:
    """Give the store of the pages."""
    return held


@pytest.fixture
def take(config: Config, store: Store) -> Take:
    """Take three plots in: take("地块", audience="sensitive")."""

    def doing(name: str = "地块", **told: Any) -> Version:
        synthetic = told.get("synthetic", False)
        table = tables.plots(synthetic=synthetic, landuse=["0701", "0801", "1401"], name=["甲", None, "丙"])
        intake = Intake("plots", name, "测绘", scheme="guide2023", **told)
        return take_in(store, manager(store), table, intake=intake, config=config)

    return doing


def text(open_page: Open, **link: str) -> str:
    """Everything the page says, in the panel and on the map."""
    page = open_page("data.py", **link)
    assert not page.exception
    assert "出错（编号" not in html(page)
    return panel(page) + html(page) + json.dumps(drawn_map(page), ensure_ascii=False)


def test_without_data_the_page_says_so(open_page: Open) -> None:
    assert "还没有可以查看的数据。" in text(open_page)


def test_the_first_version_in_use_is_shown(open_page: Open, take: Take) -> None:
    take("甲地块")
    take("乙地块", base_year=2024)
    rows = re.findall(r'class="name">(.*?)</span><span class="tag">(.*?)<', panel(open_page("data.py")))
    assert rows == [("甲地块", "第 1 版 · 3 行 · 内部"), ("乙地块", "第 1 版 · 3 行 · 内部 · 基准年 2024")]
    assert "<h2>甲地块</h2>" in text(open_page)


def test_the_link_names_the_version(open_page: Open, take: Take) -> None:
    take("甲地块")
    take("乙地块")
    assert "<h2>乙地块</h2>" in text(open_page, data="2.1")


def test_choosing_writes_the_link(open_page: Open, take: Take) -> None:
    take("甲地块")
    take("甲地块", base_year=2024)
    page = open_page("data.py", data="1.2", rec="D1")
    page.selectbox(key="holdings_version").set_value("1.1").run()
    assert query(page) == {"data": "1.1"}


@pytest.mark.parametrize("data", ["7.1", "1.9"])
def test_a_version_that_is_not_there_is_said(open_page: Open, take: Take, data: str) -> None:
    take("甲地块")
    words = text(open_page, data=data)
    assert f"链接中的 data={data}：没有这个数据版本，或不在可查看的范围内，请在右侧另选一个。" in words
    assert "<h2>甲地块</h2>" in words


def test_what_is_not_meant_for_somebody_is_not_offered(open_page: Open, take: Take) -> None:
    take("机密地块", audience="sensitive")
    words = text(open_page, data="1.1")
    assert "机密地块" not in words
    assert "还没有可以查看的数据。" in words


def test_made_up_data_are_said_to_be(open_page: Open, take: Take) -> None:
    take(synthetic=True)
    assert "演示数据，不得引用" in text(open_page)


def test_a_row_of_the_link_has_its_card(open_page: Open, take: Take) -> None:
    take()
    words = text(open_page, rec="D3")
    assert "丙" in words
    assert "1401 公园绿地" in words
    assert "1.00 公顷" in words


def test_a_row_that_is_not_there_has_none(open_page: Open, take: Take) -> None:
    take()
    assert "关闭" not in text(open_page, rec="D9")


def test_no_sensitive_column_is_on_the_page(open_page: Open, config: Config, store: Store) -> None:
    table = tables.plots(contract_tax=[4321.5] * 3)
    take_in(store, manager(store), table, intake=Intake("plots", "地块", "测绘"), config=config)
    words = text(open_page, rec="D1")
    files = b"".join(path.read_bytes() for path in (config.data_path / "derived").rglob("*") if path.is_file())
    assert "4321" not in words
    assert b"4321" not in files


def test_a_click_selects_the_thing_and_the_sea_nothing(session: Session, take: Take) -> None:
    version = take()
    config = caches.config()
    datasets.prepare(version, tables.plots, config)
    rows = datasets.rows(base_of(config.data_path, version))
    middle = rows.geometry[rows["id"] == "D2"].iloc[0].centroid
    session[map_view._ON_CLICK] = lambda at: dataset_map.on_click(version, at)
    for at, record in (((middle.x, middle.y), "D2"), ((121.9, 38.7), "")):
        session["map"] = {"kind": "click", "lng": at[0], "lat": at[1], "zoom": 16, "detail": True}
        map_view.on_event()
        assert session["query"].get("rec", "") == record


def test_tiles_that_could_not_be_made_can_be_tried_again(
    open_page: Open, take: Take, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = take()
    key = base_of(config.data_path, version).name
    monkeypatch.setattr(drawn, "MOST_IN_ONE_FILE", 2)
    jobs._write(
        config.data_path / "jobs" / f"{tiles.job(version.audience, key)}.json", jobs.Status("failed", 0, "没有做成。")
    )
    page = open_page("data.py")
    assert "没有做成。" in [caption.value for caption in page.caption]
    next(one for one in page.button if one.label == "重新生成切片").click().run()
    assert jobs.run(config.data_path, tiles.job(version.audience, key), tiles.make).state == "done"
    assert "没有做成。" not in [caption.value for caption in page.run().caption]
