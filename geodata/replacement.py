"""Official outlines come into use by one act of a person, and go back by one step; both are events."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import shapely

from geodata.access import AUDIENCES, Person, require
from geodata.catalogue import read_version
from geodata.config import Config
from geodata.errors import AccessError, ConflictError, DatasetError
from geodata.items import SCHEMATIC
from geodata.land import Land
from geodata.outline_reading import COLUMNS
from geodata.outlines import labels, replaceable
from geodata.store import datasets, outlines
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.outlines import InUse, Uses, in_use
from geodata.versions import DEMONSTRATION, Version

KIND = "boundaries"
SEEN_BY_ALL = ("public", "internal")
"""使用范围 of what may stand in the plan, which whoever comes in sees."""

MOST_VERSIONS = 6
"""Versions in use at one time: files drawn with them are named by all of them."""


@dataclass(frozen=True)
class Act:
    """What a person wants.

    Attributes
    ----------
    version : str
        "<dataset>.<version>".
    rows : mapping of str to str
        Id of a unit of the plan or of a subdistrict -> id of the row that is its outline.
    seen : int
        `InUse.seen` of what the person was shown.
    """

    version: str
    rows: Mapping[str, str]
    seen: int


def replace_outlines(store: Store, person: Person | None, act: Act, *, land: Land, config: Config) -> InUse:
    """Let official outlines stand in place of the schematic ones of some units; all others stay as they are.

    Parameters
    ----------
    land : Land
        The plan whose units are meant.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, or not everybody who sees the plan may see the version.
    DatasetError
        The version cannot be used, or a unit or a row of the act does not exist.
    ConflictError
        Somebody has changed the outlines since, or they are in use already.
    """
    acting = require(person, "replace_boundary")
    with store.reading() as session:
        version = datasets.version_of(session, datasets.living(session, act.version))
    _refuse(version, act, land)
    _refuse_rows(read_version(config.data_path, version, columns=COLUMNS), version, act)
    with store.writing() as session:
        datasets.living(session, act.version)
        before = _last(outlines.acts(session, seen=act.seen))
        after = _with(before, act, land)
        _refuse_uses(before, after, version)
        names = "、".join(str(labels(land)[item]) for item in act.rows)
        told = Change("outline", version.key, before=outlines.said(before), after=outlines.said(after), reason=names)
        outlines.add(session, acting, after, told)
    return in_use(store)


def step_back(store: Store, person: Person | None, *, seen: int, reason: str = "") -> InUse:
    """Take the last act away: the outlines before it are in use again.

    Parameters
    ----------
    seen : int
        `InUse.seen` of what the person was shown.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    ConflictError
        There is nothing to take back, or somebody has changed the outlines since.
    """
    acting = require(person, "replace_boundary")
    with store.writing() as session:
        acts = outlines.acts(session, seen=seen)
        if not acts:
            raise ConflictError(outlines.WHERE, "没有可以退回的替换", "规划单元已是位置示意")
        told = [outlines.said(uses) for uses in (acts[-1], _last(acts[:-1]))]
        about = Change("outline", outlines.WHERE, before=told[0], after=told[1], reason=reason)
        outlines.drop(session, acting, about)
    return in_use(store)


def _refuse(version: Version, act: Act, land: Land) -> None:
    where = f"用{version.label}替换示意图形"
    if version.kind != KIND:
        raise DatasetError(where, "这不是界线数据", "请选择类别为“界线”的数据集")
    if version.synthetic:
        raise DatasetError(where, DEMONSTRATION, "请导入官方界线后再替换")
    if version.audience not in SEEN_BY_ALL:
        what = f"使用范围是“{AUDIENCES[version.audience]}”，而规划图形人人可见"
        raise AccessError(where, what, "请导入可供内部使用的界线")
    known = replaceable(land).index
    if not act.rows:
        raise DatasetError(where, "没有选择任何单元", "请先确认至少一个单元的官方界线")
    if strange := [item for item in act.rows if item not in known]:
        raise DatasetError(where, f"规划中没有单元 {'、'.join(strange)}", "请重新选择单元")


def _refuse_rows(table: pd.DataFrame, version: Version, act: Act) -> None:
    where = f"用{version.label}替换示意图形"
    if strange := sorted({row for row in act.rows.values() if row not in table.index}):
        raise DatasetError(where, f"没有编号为 {'、'.join(strange)} 的界线", "请重新选择界线")
    rows = table.loc[list(dict.fromkeys(act.rows.values()))]
    if len(vague := rows.index[rows["basis"] == SCHEMATIC]):
        raise DatasetError(where, f"界线 {'、'.join(vague)} 的定位依据是“{SCHEMATIC}”", "请选择有正式依据的界线")
    if len(broken := rows.index[~_usable(rows["geometry"])]):
        raise DatasetError(where, f"界线 {'、'.join(broken)} 的图形不能用作面", "请修复图形后重新导入")


def _usable(shapes: pd.Series) -> pd.Series:
    plain = shapes.to_numpy()
    return pd.Series(shapely.is_valid(plain) & (shapely.area(plain) > 0), shapes.index)


def _refuse_uses(before: Uses, after: Uses, version: Version) -> None:
    if after == before:
        raise ConflictError(version.label, "所选单元已经在用这些官方边界", "请改选单元或界线")
    versions = {key for units in after.values() for key, _ in units.values()}
    if len(versions) > MOST_VERSIONS:
        what = f"同时使用的数据版本会超过 {MOST_VERSIONS} 个"
        raise ConflictError(outlines.WHERE, what, "请把界线合并为较少的数据集后再替换")


def _last(acts: list[Uses]) -> Uses:
    return acts[-1] if acts else {}


def _with(before: Uses, act: Act, land: Land) -> Uses:
    after = {period: dict(units) for period, units in before.items()}
    for item, row in act.rows.items():
        period = land.period if item in land.items.index else outlines.EVERYWHERE
        after.setdefault(period, {})[item] = [act.version, row]
    return after
