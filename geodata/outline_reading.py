"""Official outlines read from the dataset versions they stand in; where one has gone, the schematic stays."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geodata import parquet
from geodata.catalogue import read_version
from geodata.errors import DashboardError, DatasetError, LayerError
from geodata.land import Land
from geodata.outline import Outline
from geodata.outlines import labels
from geodata.store.outlines import EVERYWHERE, InUse, said
from geodata.versions import Version

COLUMNS = ("id", "name", "basis", "accuracy_m", "document", "geometry")


def read_outlines(used: InUse, folder: Path, land: Land) -> tuple[dict[str, Outline], tuple[DashboardError, ...]]:
    """Read the outlines in use of one plan; where a version has gone, the schematic stays, which is said once.

    Parameters
    ----------
    folder : Path
        The data folder.
    """
    wanted: dict[str, dict[str, str]] = {}
    for item, (key, row) in {**used.uses.get(EVERYWHERE, {}), **used.uses.get(land.period, {})}.items():
        wanted.setdefault(key, {})[item] = row
    found: dict[str, Outline] = {}
    problems: list[DashboardError] = []
    for key, rows in wanted.items():
        try:
            found |= outlines_of(used.versions.get(key), folder, rows)
        except DatasetError as error:
            problems.append(_lost(error, land, rows))
    return found, tuple(problems)


def outlines_of(version: Version | None, folder: Path, rows: Mapping[str, str]) -> dict[str, Outline]:
    """Read rows of a version as outlines.

    Parameters
    ----------
    rows : mapping of str to str
        Id of a unit or a subdistrict -> id of a row.

    Raises
    ------
    DatasetError
        The version is not there, was 清除, is lost or damaged, or has no such row.
    """
    if version is None:
        where = "官方边界的数据版本"
        raise DatasetError(where, "目录中已没有这个版本", "请重新导入")
    table = read_version(folder, version, columns=COLUMNS)
    if missing := sorted({row for row in rows.values() if row not in table.index}):
        raise DatasetError(version.label, f"没有编号为 {'、'.join(missing)} 的界线", "请另选一条")
    return {item: _outline(version, table.loc[row]) for item, row in rows.items()}


def state(used: InUse, folder: Path) -> str:
    """Write down all that decides which outlines are shown, so that a change of it can be seen."""
    lines = [
        f"{key}|{version.digest}|{version.purged_at}|{_file(parquet.content_path(folder, version.digest))}"
        for key, version in used.versions.items()
        if version
    ]
    return "\n".join((said(used.uses), *lines))


def _file(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_mtime_ns} {found.st_size}"


def _outline(version: Version, row: pd.Series) -> Outline:
    told = {name: "" if pd.isna(row[name]) else str(row[name]) for name in ("id", "name", "document", "basis")}
    accuracy = None if pd.isna(row["accuracy_m"]) else float(row["accuracy_m"])
    named = told["name"] or told["id"]
    return Outline(version, told["id"], named, told["document"], told["basis"], accuracy, row["geometry"])


def _lost(error: DatasetError, land: Land, rows: Mapping[str, str]) -> LayerError:
    known = labels(land)
    names = "、".join(known.get(item, item) for item in rows)
    return LayerError(f"官方边界 {error.where}", f"{error.what}，{names}已恢复为位置示意", error.remedy)
