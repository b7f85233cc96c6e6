"""Figures of measures as files: what a link asks for, by who asks, and nothing without a line in the log."""

from collections.abc import Iterable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geodata import crs
from geodata.access import AUDIENCES, Person, may_read, require
from geodata.errors import DashboardError, LinkError
from geodata.store.exported import Export, figures_exported
from geodata.versions import DEMONSTRATION, Version, narrowest
from geodata.writing.delivery import Delivery
from geodata.writing.formats import FORMATS, written
from layers import identity
from layers.deliveries import approval, by_whom
from layers.view import View
from pages.ui import (
    caches,
    caliber_files,
    file_options,
    green_files,
    holdings,
    holdings_files,
    landuse_files,
    measured,
    official_files,
    plan_files,
    proposal_files,
    siting_files,
)
from pages.ui.downloads import LABELS, ROOM, download, refused
from pages.ui.figure_files import Asked, Content, File
from pages.ui.file_options import How

FILES = {
    name: file
    for room in (
        *(landuse_files, green_files, caliber_files, proposal_files),
        *(siting_files, holdings_files, plan_files, official_files),
    )
    for name, file in room.FILES.items()
}
"""Name in an address -> file."""

_GONE = "没有导出：没有这种统计结果或文件格式，请从页面上重新导出。"
_DECIMALS = 6


def routes() -> list[Route]:
    """List the route; the audience stands in it, so that the way in can be guarded by the address alone."""
    return [Route("/export/{audience}/figures/{name}/{ending}", export)]


def export(request: Request) -> Response:
    """Answer with the file a link means, or with one sentence why there is none."""
    file, ending = FILES.get(request.path_params["name"]), request.path_params["ending"]
    if file is None or LABELS.get(ending) not in file.formats:
        return PlainTextResponse(_GONE, 404)
    try:
        who = require(identity.person_of(request.cookies), "export")
        asked = _asked(request, who)
        how = _how(asked)
        with ROOM:
            content = file.make(asked)
            if narrowest(content.versions) != request.path_params["audience"] or not _may(who, content.versions):
                return PlainTextResponse(_GONE, 404)
            return _handed_over(file, LABELS[ending], content, (who, how))
    except DashboardError as error:
        return refused(error)


def _asked(request: Request, who: Person) -> Asked:
    """Read a link in full.

    Raises
    ------
    LinkError
        Something of it is unknown.
    """
    scene = caches.scene(request.query_params.get("period", ""))
    beside = {key[1:]: value for key, value in request.query_params.items() if key.startswith("_")}
    given = {key: value for key, value in request.query_params.items() if not key.startswith("_")}
    view, problems = View.from_query(given, scene.known)
    held, lost = holdings.read(who)
    for problem in (*problems, *lost):
        raise problem
    return Asked(scene, held, view, beside)


def _how(asked: Asked) -> How:
    """Tell how the file is to be written.

    Raises
    ------
    LinkError
        No such system or encoding.
    """
    how, unknown = file_options.read(asked.options)
    for where in unknown:
        raise LinkError(where, "不可用", "请从页面上重新导出")
    return how


def _may(who: Person, versions: Iterable[Version]) -> bool:
    cleared = identity.settings().access.cleared
    return all(may_read(who, version.audience, mode=identity.mode(), cleared=cleared) for version in versions)


def _handed_over(file: File, form: str, content: Content, by: tuple[Person, How]) -> Response:
    """Write the file, record that it goes out, then let it go."""
    config, (who, how) = caches.config(), by
    synthetic = any(version.synthetic for version in content.versions)
    title = f"{file.label}（{content.of}）"
    told = {
        "标题": title,
        **({"声明": DEMONSTRATION} if synthetic else {}),
        **content.told,
        "数据": measured.named(content.versions),
        "使用范围": AUDIENCES[narrowest(content.versions)],
        "条数": str(len(content.rows)),
        "坐标系": crs.SYSTEMS[how.system].said,
        "地图审核": approval(config),
        "导出人": by_whom(who),
        "导出时间": datetime.now().astimezone().isoformat(timespec="seconds"),
        "导出自": config.name,
    }
    delivery = Delivery(
        table=content.rows.reset_index(drop=True),
        metadata=told,
        system=how.system,
        decimals=how.decimals(_DECIMALS),
        encoding=how.encoding,
        colours=content.colours,
    )
    made = written(form, delivery)
    headings = tuple(str(name) for name in content.rows.columns if name != "geometry")
    which = "；".join(f"{key}：{value}" for key, value in content.told.items())
    figures_exported(caches.store(), who, title, Export(form, len(content.rows), which, headings, told["坐标系"]))
    mark = "演示数据_" if synthetic else ""
    return download(made, f"{mark}{file.label}_{content.of}{FORMATS[form].suffix}", FORMATS[form].media)
