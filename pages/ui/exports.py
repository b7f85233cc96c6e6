"""The plan's list and maps as files, each behind a link that says all there is to know.

Whatever the page does meanwhile: what was on the screen when the link was pressed is what comes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode

import geopandas as gpd
import streamlit as st
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geodata import browse, crs, shown
from geodata.access import Person
from geodata.errors import DashboardError
from geodata.items import SCHEMATIC
from geodata.land import Land
from geodata.outlines import labels
from geodata.store import events
from geodata.store.events import Change
from geodata.writing.delivery import Delivery
from geodata.writing.formats import FORMATS, written
from layers import identity
from layers.compose import foot
from layers.deliveries import approval, by_whom, plan_colours
from layers.text import html, joined
from layers.view import View
from pages.ui import caches, file_options
from pages.ui.downloads import LABELS, ROOM, download, link, refused
from pages.ui.file_options import How
from pages.ui.panel import panel


class Sheet(NamedTuple):
    """Something of the plan that goes out: its file's name, where it is asked for, its layers, rows, their filter."""

    name: str
    pages: str
    layers: tuple[str, ...]
    rows: Callable[[Land, View], gpd.GeoDataFrame]
    said: Callable[[Land, View], str]


_ITEMS = ("projects", "infrastructure")
SHEETS: Mapping[str, Sheet] = MappingProxyType(
    {
        "list": Sheet(
            "规划项目与设施",
            "“项目与设施”页",
            _ITEMS,
            lambda land, view: browse.filtered(land, view.filter),
            lambda land, view: browse.said(land, view.filter),
        ),
        "map": Sheet(
            "规划布局与项目",
            "“总览”或“空间布局”页",
            ("zones", "subzones", "areas", *_ITEMS),
            lambda land, view: shown.shown(land, view.theme, view.filter.unit),
            lambda land, view: shown.said(land, view.theme, view.filter.unit),
        ),
    }
)
"""What stands in an address -> what it is."""

_DECIMALS = 5
"""The plan's places are known to a metre at best."""


def routes() -> list[Route]:
    """List the route the links lead to."""
    return [Route("/export/{sheet}/{ending}", export)]


def links(scene: caches.Scene, given: browse.Filter, *, rows: int) -> Markup:
    """Write a link per format for the list; of no rows there is nothing to export."""
    return _links(scene, "list", given.given(), rows=rows)


def offer(scene: caches.Scene, theme: str, unit: str = "") -> None:
    """Offer what a map shows as files: the items of a theme, or a unit with what belongs to it."""
    view = View(theme=theme, filter=browse.Filter(unit=unit))
    rows = SHEETS["map"].rows(scene.land, view)
    with st.popover("导出…"):
        file_options.choices()
        said = html(
            "<p>{said}：{n} 项，其中 {placed} 项已定位。</p>{links}",
            said=SHEETS["map"].said(scene.land, view),
            n=len(rows),
            placed=int(rows.geometry.notna().sum()),
            links=_links(scene, "map", view.to_query(), rows=len(rows)),
        )
        panel(said, key="exports")


def export(request: Request) -> Response:
    """Answer with the file a link means; a link that cannot be read in full gives a sentence, not other rows."""
    sheet, ending = SHEETS.get(request.path_params["sheet"]), request.path_params["ending"]
    if sheet is None or ending not in LABELS:
        return PlainTextResponse("没有导出：没有这种文件格式，请从看板的页面重新导出。", 404)
    scene = caches.scene(request.query_params.get("period", ""))
    how, unknown = file_options.read(request.query_params)
    asked = {key: value for key, value in request.query_params.items() if key not in file_options.OPTIONS}
    view, problems = View.from_query(asked, scene.known)
    if wrong := [*(problem.where for problem in problems), *unknown]:
        return PlainTextResponse(f"没有导出：{'、'.join(wrong)} 不可用，请从{sheet.pages}重新导出。", 400)
    return _answer(request, LABELS[ending], scene, (sheet, view), how)


def metadata(
    scene: caches.Scene, sheet: Sheet, *, view: View, rows: int, system: str = crs.EXPORTED[0]
) -> dict[str, str]:
    """Say what a file holds: source, date, licence, filter, time."""
    land = scene.land
    return {
        "标题": f"{scene.config.name}：{sheet.name}",
        "说明": foot(land),
        "来源": _told(land, sheet, "source"),
        "来源日期": _told(land, sheet, "date"),
        "许可": _told(land, sheet, "licence"),
        "规划期": land.period,
        "单元界线": _outlines(land),
        "使用范围": "内部",
        "地图审核": approval(scene.config),
        "筛选条件": sheet.said(land, view),
        "条数": str(rows),
        "坐标系": crs.SYSTEMS[system].said,
        "字段": "本看板字段",
        "导出时间": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _links(scene: caches.Scene, sheet: str, asked: Mapping[str, str], *, rows: int) -> Markup:
    period = {"period": scene.land.period} if len(scene.lands) > 1 else {}
    query = urlencode({**period, **asked, **file_options.given()})
    addresses = {
        label: f"/export/{sheet}/{FORMATS[label].ending}?{query}".rstrip("?") if rows else "" for label in FORMATS
    }
    return html(
        '<div class="exports">{links}</div>',
        links=joined(link(label, address) for label, address in addresses.items()),
    )


def _outlines(land: Land) -> str:
    """What the units, by which rows are listed, are drawn by."""
    names = labels(land)
    told = [f"{names[key]}（{one.version.label}）" for key, one in land.outlines.items()]
    return f"官方边界：{'、'.join(told)}；其余为{SCHEMATIC}" if told else SCHEMATIC


def _answer(request: Request, label: str, scene: caches.Scene, meant: tuple[Sheet, View], how: How) -> Response:
    """Write the file, record that it goes out, hand it over."""
    sheet, view = meant
    rows = sheet.rows(scene.land, view)
    about = metadata(scene, sheet, view=view, rows=len(rows), system=how.system)
    try:
        who = identity.person_of(request.cookies)
        with ROOM:
            content = written(label, _delivery(scene, rows, about | {"导出人": by_whom(who)}, how))
        _remember(who, label, about)
    except DashboardError as error:
        return refused(error)
    return download(content, f"{sheet.name}{FORMATS[label].suffix}", FORMATS[label].media)


def _delivery(scene: caches.Scene, rows: gpd.GeoDataFrame, about: Mapping[str, str], how: How) -> Delivery:
    table = browse.table(scene.land, rows)
    return Delivery(
        table=table,
        metadata=about,
        system=how.system,
        decimals=how.decimals(_DECIMALS),
        encoding=how.encoding,
        colours=plan_colours(table, scene.styles) if len(table) else None,
    )


def _remember(who: Person | None, label: str, about: Mapping[str, str]) -> None:
    """Put the export into the log; in mode `local` nobody needs to have said who they are."""
    with caches.store().writing() as session:
        after = f"{about['条数']} 条；{about['坐标系']}"
        events.record(session, who, "exported", Change("plan", label, after=after, reason=about["筛选条件"]))


def _told(land: Land, sheet: Sheet, field: str) -> str:
    return "；".join(dict.fromkeys(getattr(land.sources[key], field) for key in sheet.layers if key in land.sources))
