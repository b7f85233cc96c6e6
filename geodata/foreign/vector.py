"""GIS and CAD files, read by GDAL through pyogrio."""

import datetime as dt
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from geodata.errors import FileError
from geodata.foreign import dxf, shapefile, shapes, staging
from geodata.foreign.cells import unique
from geodata.foreign.encoding import decode_all
from geodata.foreign.model import CODECS, OPENED, Layer, Notes, Task
from geodata.foreign.staging import Staged

_SEEN = 1000
"""Features looked at for the kinds of a layer."""

_BATCH = 16_384
"""Features read at a time."""

_DAY = "datetime64[D]"
"""What pyogrio calls a column of days, which come as dates."""

_EPOCH = dt.date(1970, 1, 1)

_RAW = "ISO-8859-1"
"""Each byte becomes the sign of the same number: the bytes come through GDAL unharmed and are decoded here."""

_OF_KML = {"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"}
"""Columns GDAL adds to every KML: how things are shown, not what they are."""

_OF_QGIS = {"layer_styles", "qgis_projects"}
"""Tables QGIS keeps in a GeoPackage beside the data."""

_STAGES: Mapping[str, Callable[[Task], Staged]] = MappingProxyType(
    {
        "shapefile": shapefile.staged,
        "gpkg": staging.geopackage,
        "gdb": staging.geodatabase,
        "geojson": staging.geojson,
        "kml": staging.kml,
        "dxf": dxf.staged,
    }
)


def inspect(task: Task) -> tuple[tuple[Layer, ...], Notes]:
    """Layers of a file.

    Raises
    ------
    FileError
    """
    staged = _STAGES[task.format](task)
    with _gdal(task, staged):
        names = [str(name) for name, _ in pyogrio.list_layers(staged.path) if str(name) not in _OF_QGIS]
        layers = [layer for name in names for layer in _layers(task, staged, name)]
    if not layers:
        raise FileError(task.file, "里面没有图层", "请核对后重新导出")
    return tuple(layers), staged.notes


def read(task: Task, name: str) -> tuple[pd.DataFrame, Notes]:
    """One layer, its columns and coordinates as they stand in the file.

    Raises
    ------
    FileError
    """
    staged = _STAGES[task.format](task)
    task.limits.progress(OPENED, "打开")
    inner = dxf.ENTITIES if task.format == "dxf" else name
    with _gdal(task, staged):
        inner = _existing(task, staged, inner)
        facts = _facts(staged, inner)
        shapes.refuse_size(task, facts["features"], len(facts["fields"]))
        _kinds(staged, inner, facts)  # the plain interface says what the faster one dies of
        rows = facts["features"] - staged.deleted
        table, notes = _frame(task, staged, inner, rows)
    _refuse_loss(task, table, rows)
    if task.format == "dxf":
        table, more = dxf.part(table, name, task.file)
        notes = (*notes, *more)
    table = table[[name for name in table.columns if _counts(task, name)]]
    return _undeclared(_decoded(table, staged), staged), (*staged.notes, *notes)


@contextmanager
def _gdal(task: Task, staged: Staged) -> Iterator[None]:
    """GDAL's settings for one file; its faults and those of the libraries above it become a sentence."""
    pyogrio.set_gdal_config_options(dict(staged.options))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (RuntimeError, ValueError, TypeError, OverflowError, ShapelyError):
        remedy = "请在原软件中打开核对，重新导出后再选"
        raise FileError(task.file, f"不是完整的 {task.said} 文件", remedy) from None
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(staged.options))


def _existing(task: Task, staged: Staged, name: str) -> str:
    names = [str(found) for found, _ in pyogrio.list_layers(staged.path)]
    if name in names:
        return name
    if name and not staged.single:
        raise FileError(task.file, f"没有图层“{name}”", "请重新选择图层")
    if not names:
        raise FileError(task.file, "里面没有图层", "请核对后重新导出")
    return names[0]


def _facts(staged: Staged, name: str) -> dict[str, Any]:
    encoding = _RAW if staged.raw else None
    return dict(pyogrio.read_info(staged.path, layer=name, encoding=encoding, force_feature_count=True))


def _layers(task: Task, staged: Staged, name: str) -> Iterator[Layer]:
    facts = _facts(staged, name)
    headings = tuple(_words(staged, [str(heading) for heading in facts["fields"] if _counts(task, heading)]))
    declared = _declared(facts["crs"]) if staged.declares else None
    rows = int(facts["features"]) - staged.deleted
    layer = Layer(staged.single or name, task.file, task.format, (), rows, headings, declared, staged.encoding)
    if task.format == "dxf":
        yield from dxf.layers(_frame(task, staged, name, rows)[0], layer)
    else:
        yield replace(layer, kinds=_kinds(staged, name, facts))


def _kinds(staged: Staged, name: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    if facts["geometry_type"] is None:
        return ()
    few = {"max_features": _SEEN, "columns": [], "on_invalid": "ignore"}
    return shapes.kinds(pyogrio.read_dataframe(staged.path, layer=name, encoding=_encoding(staged), **few))


def _frame(task: Task, staged: Staged, name: str, rows: int) -> tuple[pd.DataFrame, Notes]:
    notes = Notes()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            table = _fetched(task, staged, name, rows)
        except NotImplementedError:
            options = {"layer": name, "encoding": _encoding(staged), "on_invalid": "ignore"}
            table = pyogrio.read_dataframe(staged.path, **options)
            notes = (FileError(task.file, "含有圆弧等曲线", "已按折线读取，请核对弧段精度"),)
    if any("Invalid content" in str(one.message) for one in said):
        table, notes = _without_days(table, notes, task.file)
    return table, notes


def _fetched(task: Task, staged: Staged, name: str, rows: int) -> pd.DataFrame:
    """What `pyogrio.read_dataframe` gives by way of Arrow, batch by batch, each of them told."""
    options = {"layer": name, "encoding": _encoding(staged), "datetime_as_string": True}
    with pyogrio.open_arrow(staged.path, batch_size=_BATCH, use_pyarrow=True, **options) as (meta, reader):
        batches = []
        for batch in reader:
            batches.append(batch)
            done = sum(one.num_rows for one in batches)
            task.tell(done, max(rows, done), "个要素")
        whole = pa.Table.from_batches(batches, reader.schema)
    table = whole.to_pandas(self_destruct=True)
    kinds = zip(meta["fields"], meta["dtypes"], strict=True)
    timed = [field for field, kind in kinds if str(kind).startswith("datetime") and kind != _DAY]
    table = table.assign(**{field: _moments(table[field]) for field in timed})
    return _shaped(table, meta["geometry_name"] or "wkb_geometry", meta["crs"])


def _moments(texts: "pd.Series[Any]") -> "pd.Series[Any]":
    """Days with their time; in UTC where they are of several zones, as they are written where they are no times."""
    for utc in (False, True):
        with suppress(ValueError):
            return pd.to_datetime(texts, format="ISO8601", utc=utc).dt.as_unit("ms")
    return texts


def _shaped(table: pd.DataFrame, name: str, crs: str | None) -> pd.DataFrame:
    if name not in table.columns:
        return table
    shapes = shapely.from_wkb(table.pop(name).to_numpy(object), on_invalid="ignore")
    made: pd.DataFrame = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    return made


def _without_days(table: pd.DataFrame, notes: Notes, where: str) -> tuple[pd.DataFrame, Notes]:
    """GDAL makes the first of January 1970 of a day that does not exist."""
    for name in table.columns:
        made_up = np.array([value == _EPOCH for value in table[name]]) if table[name].dtype == object else np.array([])
        if made_up.any():
            table = table.assign(**{name: table[name].where(~made_up, None)})
            notes = (*notes, shapefile.impossible_days(where, name, int(made_up.sum()), int(made_up.argmax())))
    return table, notes


def _encoding(staged: Staged) -> str | None:
    return _RAW if staged.raw else None


def _counts(task: Task, heading: str) -> bool:
    return task.format != "kml" or heading not in _OF_KML


def _refuse_loss(task: Task, table: pd.DataFrame, count: int) -> None:
    if len(table) < count:
        what = f"应有 {count} 个要素，只读出 {len(table)} 个，文件不完整"
        raise FileError(task.file, what, "请在原软件中打开核对，重新导出后再选")


def _decoded(table: pd.DataFrame, staged: Staged) -> pd.DataFrame:
    if not staged.raw:
        return table
    told = {name: _told(table[name], staged) for name in table.columns if _is_text(table, name)}
    table = table.assign(**told)
    raw = [name for name in table.columns if name != "geometry"]
    names = unique(_words(staged, [str(name) for name in raw]))
    return table.rename(columns=dict(zip(raw, names, strict=True)))


def _is_text(table: pd.DataFrame, name: str) -> bool:
    return name != "geometry" and bool(pd.api.types.is_string_dtype(table[name]))


def _told(column: "pd.Series[Any]", staged: Staged) -> "pd.Series[Any]":
    """The words of a column, each different value decoded once."""
    numbers, values = pd.factorize(column)
    words = pd.Series([*_words(staged, values.to_numpy(dtype=object).tolist()), None], dtype=column.dtype)
    return words.iloc[numbers].set_axis(column.index)


def _words(staged: Staged, values: Sequence[str]) -> list[str]:
    if not staged.raw or staged.encoding is None:
        return list(values)
    return decode_all([value.encode("latin-1", "replace") for value in values], CODECS[staged.encoding])


def _undeclared(table: pd.DataFrame, staged: Staged) -> pd.DataFrame:
    """GDAL gives GeoJSON degrees whatever its numbers are, and DXF nothing at all."""
    if isinstance(table, gpd.GeoDataFrame) and not (staged.declares and _declared(table.crs)):
        bare: pd.DataFrame = table.set_crs(None, allow_override=True)
        return bare
    return table


def _declared(crs: Any) -> str | None:
    """The declared system; one that lies nowhere on the globe counts for none."""
    if crs is None:
        return None
    try:
        known = CRS.from_user_input(crs)
    except CRSError:
        return None
    if not (known.is_geographic or known.is_projected):
        return None
    return str(crs) if isinstance(crs, str) else str(crs.to_wkt())
