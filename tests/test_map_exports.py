"""What a map of the plan shows goes out from its page: a theme, or a unit with what belongs to it."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from geodata.shown import said, shown
from geodata.writing.formats import FORMATS
from pages.ui import caches
from tests.exported import opened
from tests.page import Open, downloads, fetched, panel

Link = dict[str, str]


def test_a_map_is_about_its_theme_or_about_a_unit_with_what_belongs_to_it() -> None:
    land = caches.scene().land
    assert set(shown(land, "projects")["kind"]) == {"project"}
    unit = shown(land, "projects", "Z004")
    assert set(unit.index) == {"Z004", *land.inside("Z004").index}
    assert (said(land, "projects"), said(land, "layout", "Z004")) == (
        "专题：项目",
        f"布局单元：{land.items['name']['Z004']}及所属各项",
    )
    assert len(shown(land, "layout")) == land.items["themes"].map(lambda themes: "layout" in themes).sum()


@pytest.mark.parametrize(
    ("page", "given", "theme", "unit"),
    [
        ("", {}, "layout", ""),
        ("", {"theme": "projects", "sel": "P001"}, "projects", ""),
        ("layout.py", {}, "layout", ""),
        ("layout.py", {"sel": "Z004"}, "layout", "Z004"),
        ("layout.py", {"sel": "P001"}, "layout", ""),
    ],
    ids=["overview", "theme", "layout", "unit", "item"],
)
def test_the_page_offers_what_its_map_shows_and_says_how_much(
    open_page: Open, page: str, given: Link, theme: str, unit: str
) -> None:
    at = open_page(page, **given)
    rows = shown(caches.scene().land, theme, unit)
    told = f"{said(caches.scene().land, theme, unit)}：{len(rows)} 项，其中 {rows.geometry.notna().sum()} 项已定位。"
    assert told in panel(at)
    links = downloads(at)
    assert [urlsplit(link).path for link in links] == [f"/export/map/{form.ending}" for form in FORMATS.values()]
    query = {key: value for key, (value,) in parse_qs(urlsplit(links[0]).query).items()}
    assert (query.get("theme", "layout"), query.get("unit", "")) == (theme, unit)


@pytest.mark.parametrize("label", FORMATS)
@pytest.mark.parametrize("query", ["", "?theme=projects", "?unit=Z004"], ids=["layout", "projects", "unit"])
def test_the_file_holds_exactly_what_is_shown(tmp_path: Path, label: str, query: str) -> None:
    land = caches.scene().land
    given = dict([query[1:].split("=")]) if query else {}
    meant = given.get("theme", "layout"), given.get("unit", "")
    answer = fetched(f"/export/map/{FORMATS[label].ending}{query}")
    path = tmp_path / f"export{FORMATS[label].suffix}"
    path.write_bytes(bytes(answer.body))
    told = opened(path, label)
    rows: pd.DataFrame = shown(land, *meant)
    assert sorted(told.column("编号")) == sorted(rows.index)
    assert (told.note["筛选条件"], told.note["条数"]) == (said(land, *meant), str(len(rows)))
    assert land.sources["zones"].source in told.note["来源"]


def test_nothing_else_goes_out() -> None:
    answer = fetched("/export/plan/xlsx")
    assert (answer.status_code, bytes(answer.body).decode()) == (
        404,
        "没有导出：没有这种文件格式，请从看板的页面重新导出。",
    )
