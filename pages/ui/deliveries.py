"""Versions of datasets as files: what a link asks for, by who asks, and nothing without a line in the log."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geodata.access import may_read
from geodata.catalogue import read_version
from geodata.check_scene import Against
from geodata.errors import DashboardError
from geodata.intake import ground
from geodata.store import datasets
from geodata.store.exported import exported
from geodata.versions import Version
from geodata.writing import handover
from geodata.writing.formats import FORMATS, written
from layers import identity, wishes
from layers.deliveries import Made, Setting, made
from layers.wishes import Wish
from pages.ui import caches, holdings
from pages.ui.downloads import LABELS, ROOM, download, refused

PACKAGE = "package"
"""What stands in an address in the place of an ending for the hand-over package."""

_GONE = "没有导出：没有这个数据版本或文件格式，请从“数据”页重新导出。"


def routes() -> list[Route]:
    """List the route; the audience stands in it, so that the way in can be guarded by the address alone."""
    return [Route("/export/{audience}/{key}/{ending}", export)]


def address(version: Version, ending: str) -> str:
    """Address of a version as a file, or as the hand-over package."""
    return f"/export/{version.audience}/{version.key}/{ending}"


def export(request: Request) -> Response:
    """Answer with the file a link means, or with one sentence why there is none."""
    try:
        version = caches.catalogue().find(request.path_params["key"])
        ending = request.path_params["ending"]
        known = ending == PACKAGE or ending in LABELS
        if version is None or version.audience != request.path_params["audience"] or not known:
            return PlainTextResponse(_GONE, 404)
        return _answer(request, version, ending)
    except DashboardError as error:
        return refused(error)


def _answer(request: Request, version: Version, ending: str) -> Response:
    person = identity.person_of(request.cookies)
    cleared = identity.settings().access.cleared
    if not may_read(person, version.audience, mode=identity.mode(), cleared=cleared):
        return PlainTextResponse(_GONE, 404)
    scene = caches.scene(request.query_params.get("period", ""))
    wish = wishes.read(request.query_params, scene.land)
    setting = Setting(scene.config, scene.land, scene.styles, person)
    if ending == PACKAGE:
        return _package(version, wish, setting)
    label = LABELS[ending]
    with ROOM:
        ready = made(read_version(scene.config.data_path, version), version, wish, setting, label)
        content = written(label, ready.delivery)
    return _handed_over(version, ready, content, setting)


def _package(version: Version, wish: Wish, setting: Setting) -> Response:
    """The hand-over package: official fields, whatever the link says of them."""
    wish = wishes.official(wish)
    with ROOM:
        ready = made(read_version(setting.config.data_path, version), version, wish, setting, handover.LABEL)
        with caches.store().reading() as session:
            findings = datasets.findings(session, version.key)
        checked = handover.Checked(ready.rows, version.kind, _against(version, setting), findings, version.treatment)
        content = handover.handover(ready.delivery, checked)
    return _handed_over(version, ready, content, setting)


def _against(version: Version, setting: Setting) -> Against:
    """What the rows were held against at the import: the 管辖范围 whoever asks may read, and the zone."""
    boundary = ground.jurisdiction(setting.config, holdings.read(setting.person)[0])
    return Against(version.scheme, None, boundary, ground.zone(setting.land))


def _handed_over(version: Version, ready: Made, content: bytes, setting: Setting) -> Response:
    """Record that it goes out, then let it go."""
    exported(caches.store(), setting.person, version, ready.export)
    form = FORMATS.get(ready.export.form)
    suffix, media = (form.suffix, form.media) if form else (handover.SUFFIX, handover.MEDIA)
    return download(content, f"{version.name}_第{version.number}版{suffix}", media)
