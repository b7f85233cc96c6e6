"""Old coordinate systems are refused, unless the office names its own way from them to CGCS2000."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geodata import crs
from geodata.config import read_yaml
from geodata.crs import Positions
from geodata.errors import ConfigError, FileError

Pipelines: TypeAlias = Mapping[str, str]

NO_PIPELINES: Pipelines = MappingProxyType({})
_WHERE = "坐标系"
_REMEDY = "请核对 config.yaml 的 import.pipeline_file 与该文件的写法"
_OLD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"西安80": ("xian 1980", "xian_1980", "西安"), "北京54": ("beijing 1954", "beijing_1954", "new beijing", "北京")}
)
"""Datum on the screen -> how files name it; what leads from them to CGCS2000 is not public."""


def known(declared: Any) -> CRS | None:
    """What a file declares as pyproj has it; None where it declares nothing that can be understood."""
    if declared is None or declared == "":
        return None
    try:
        return CRS.from_user_input(declared)
    except CRSError:
        return None


def refuse_old(declared: CRS | None, pipelines: Pipelines = NO_PIPELINES) -> None:
    """Refuse Xi'an 80 and Beijing 54, unless the office has its own way to convert them.

    Raises
    ------
    FileError
    """
    name = old_datum(declared)
    if name and name not in pipelines:
        what = f"坐标系是{name}，与 CGCS2000 相差数十米以上，换算参数不公开"
        remedy = "请由测绘部门转换为 CGCS2000 后再导入，或在 config.yaml 的 import.pipeline_file 中指明本单位的换算文件"
        raise FileError(_WHERE, what, remedy)


def old_datum(declared: CRS | None) -> str:
    """西安80 or 北京54 where a system rests on them, otherwise empty.

    Examples
    --------
    >>> old_datum(CRS("+proj=longlat +ellps=GRS80 +type=crs"))
    ''
    """
    if declared is None:
        return ""
    text = declared.to_wkt().lower()
    return next((name for name, signs in _OLD.items() if any(sign in text for sign in signs)), "")


def read_pipelines(path: Path) -> Pipelines:
    """The office's own ways to CGCS2000: a YAML file, name -> PROJ pipeline.

    A pipeline takes the numbers of the file (easting or longitude first) to CGCS2000 degrees or EPSG:4549 metres.
    The names 西安80 and 北京54 lift the refusal of these; others are offered for choice.

    Raises
    ------
    ConfigError
        Where the file or a pipeline cannot be used, or a name stands there twice.
    """
    raw, problems = read_yaml(path)
    for problem in problems:
        raise ConfigError(problem.where, problem.what, _REMEDY)
    return MappingProxyType({str(name): _checked(path.name, str(name), str(text)) for name, text in raw.items()})


def _checked(where: str, name: str, text: str) -> str:
    try:
        Transformer.from_pipeline(text)
    except ProjError:
        key = f"{where} 的 {name}"
        raise ConfigError(key, "不是可用的 PROJ 管线", "请由测绘部门改正") from None
    return text


def pipelined(xy: Positions, text: str) -> Positions:
    """Positions in EPSG:4549 by an office's pipeline."""
    x, y = Transformer.from_pipeline(text).transform(xy[:, 0], xy[:, 1])
    moved = np.column_stack([x, y])
    degrees = len(moved) and all(crs.are_degrees(*pair) for pair in moved[:100])
    return crs.transformed(moved, crs.FILE, crs.METRIC) if degrees else moved
