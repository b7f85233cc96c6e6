"""The list as files, each behind a link that says all there is to know.

Whatever the page does meanwhile: what was on the screen when the link was pressed is what comes.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geodata import browse, crs
from geodata.errors import StoreError
from geodata.items import SCHEMATIC
from geodata.land import Land
from geodata.outlines import labels
from geodata.store import events
from geodata.store.events import Change
from geodata.writers import FORMATS
from layers import identity
from layers.compose import foot
from layers.text import html, joined
from layers.view import View
from pages.ui import caches

_NAME = "规划项目与设施"
_LAYERS = ("projects", "infrastructure")
_LABELS = {ending: label for label, (ending, _, _) in FORMATS.items()}


def routes() -> list[Route]:
    """List the route the links lead to."""
    return [Route("/export/{ending}", export)]


def links(scene: caches.Scene, given: browse.Filter, *, rows: int) -> Markup:
    """Write a link per format; of no rows there is nothing to export."""
    period = {"period": scene.land.period} if len(scene.lands) > 1 else {}
    query = urlencode({**period, **given.given()})
    addresses = {ending: f"/export/{ending}?{query}".rstrip("?") if rows else "" for ending in _LABELS}
    return html(
        '<div class="exports">{links}</div>',
        links=joined(_link(_LABELS[ending], address) for ending, address in addresses.items()),
    )


def export(request: Request) -> Response:
    """Answer with the file a link means; a link that cannot be read in full gives a sentence, not other rows."""
    ending = request.path_params["ending"]
    scene = caches.scene(request.query_params.get("period", ""))
    view, problems = View.from_query(request.query_params, scene.known)
    if ending not in _LABELS:
        return PlainTextResponse("没有导出：没有这种文件格式，请从“项目与设施”页重新导出。", 404)
    if problems:
        wrong = "、".join(problem.where for problem in problems)
        return PlainTextResponse(f"没有导出：{wrong} 不可用，请从“项目与设施”页重新导出。", 400)
    label = _LABELS[ending]
    rows = browse.filtered(scene.land, view.filter)
    try:
        _remember(request, label, browse.said(scene.land, view.filter), rows=len(rows))
    except StoreError as error:
        return PlainTextResponse(f"没有导出：{error}", 503)
    content = FORMATS[label][2](browse.table(scene.land, rows), metadata(scene, view.filter, rows=len(rows)))
    named = f"attachment; filename*=UTF-8''{quote(f'{_NAME}.{ending}')}"
    return Response(content, media_type=FORMATS[label][1], headers={"Content-Disposition": named})


def metadata(scene: caches.Scene, given: browse.Filter, *, rows: int) -> Mapping[str, str]:
    """Say what a file holds: source, date, licence, filter, time."""
    land = scene.land
    return {
        "标题": f"{scene.config.name}：{_NAME}",
        "说明": foot(land),
        "来源": _told(land, "source"),
        "来源日期": _told(land, "date"),
        "许可": _told(land, "licence"),
        "规划期": land.period,
        "单元界线": _outlines(land),
        "筛选条件": browse.said(land, given),
        "条数": str(rows),
        "坐标系": crs.FILE_SAID,
        "导出时间": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _outlines(land: Land) -> str:
    """What the units, by which rows are listed, are drawn by."""
    names = labels(land)
    told = [f"{names[key]}（{one.version.label}）" for key, one in land.outlines.items()]
    return f"官方边界：{'、'.join(told)}；其余为{SCHEMATIC}" if told else SCHEMATIC


def _remember(request: Request, label: str, which: str, *, rows: int) -> None:
    """Put the export into the log; in mode `local` nobody needs to have said who they are."""
    who = identity.person_of(request.cookies)
    with caches.store().writing() as session:
        change = Change("plan", label, after=f"{rows} 条", reason=which)
        events.record(session, who, "exported", change)


def _link(label: str, address: str) -> Markup:
    if not address:
        return html('<a role="link" aria-disabled="true">导出 {label}</a>', label=label)
    return html('<a href="{address}" download>导出 {label}</a>', label=label, address=address)


def _told(land: Land, field: str) -> str:
    return "；".join(dict.fromkeys(getattr(land.sources[key], field) for key in _LAYERS if key in land.sources))
