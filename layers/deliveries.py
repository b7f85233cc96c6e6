"""Rows that go out of the house, with all that is said of them: a version of a dataset, or the plan's list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import pandas as pd

from geodata import crs, drawn
from geodata.access import AUDIENCES, ROLES, Person, may, require, visible_columns
from geodata.config import Config
from geodata.drawn import Summary, base_of
from geodata.errors import AccessError, DatasetError, LinkError
from geodata.fields import load_fields
from geodata.items import ROLES as ITEM_ROLES
from geodata.kinds import DATASETS
from geodata.land import Land
from geodata.landuse_codes import SCHEMES
from geodata.store.exported import Export
from geodata.versions import DEMONSTRATION, Version
from geodata.writing.chosen import Choice, chosen, said
from geodata.writing.delivery import Colours, Delivery
from geodata.writing.profiles import PROFILES, Naming, profiled, said_value
from layers import arrival, datasets
from layers.drawings import Sign
from layers.qml import Category, qml
from layers.style import OF_DATASET, Style
from layers.wishes import Wish

UNAPPROVED = "内部用图，不得公开"
"""What every file says as long as config.yaml names no 审图号."""

_UNKNOWN = "未填写"
_BY = "类别"
_SECRET = ("sensitive", "secret")


class Setting(NamedTuple):
    """Where and by whom: the office's settings, the plan, the styles, and who asks."""

    config: Config
    land: Land
    styles: Mapping[str, Style]
    person: Person | None


class Made(NamedTuple):
    """A delivery, what the log says of it, and its rows and columns as the contract has them."""

    delivery: Delivery
    export: Export
    rows: pd.DataFrame


def columns(kind: str, person: Person | None, *, sensitive: bool) -> tuple[str, ...]:
    """Columns that go out to a person; the 敏感 ones only if asked for.

    Raises
    ------
    AccessError
        They are asked for by somebody who may not see them.
    """
    spec = DATASETS[kind]
    if sensitive and spec.sensitive:
        require(person, "read_sensitive")
    seen = visible_columns(kind, person.role if person else None)
    return tuple(name for name in seen if sensitive or name not in spec.sensitive)


def offered(kind: str, person: Person | None) -> tuple[str, ...]:
    """Names of the 敏感 columns a person may take along."""
    spec = DATASETS[kind]
    return tuple(spec.column(name).label for name in spec.sensitive) if may(person, "read_sensitive") else ()


def warned(version: Version) -> bool:
    """Whether whoever exports a version must first be told that all of it is 敏感."""
    return version.audience in _SECRET


def made(table: pd.DataFrame, version: Version, wish: Wish, setting: Setting, form: str) -> Made:
    """Make what is wished for of a version.

    Parameters
    ----------
    table : GeoDataFrame or DataFrame
        All it holds.
    form : str
        Format, as the screen calls it.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, or nobody has been told that the dataset is 敏感.
    DatasetError
        No row is meant.
    LinkError
        A class is named that the legend has not.
    """
    person = require(setting.person, "export")
    _refuse_untold(version, wish)
    names = columns(version.kind, person, sensitive=bool(wish.sensitive))
    summary = _summary(table, version, setting.config)
    shown = datasets.signs(summary, version, setting.styles) if summary else ()
    rows, which = _meant(table, version, wish, setting.land, _Drawn(summary, shown))
    naming = Naming(wish.profile, version.scheme, load_fields(setting.config.data_path / "tables")[0])
    told = profiled(rows, version.kind, names, naming)
    delivery = Delivery(
        table=told.table,
        metadata=_about(rows, version, which, names) | _how(wish, setting),
        system=wish.system,
        encoding=wish.encoding,
        colours=_colours(shown, summary, version, told.headings) if summary else None,
        meanings=told.meanings,
    )
    how = f"{PROFILES[wish.profile]}；{crs.SYSTEMS[wish.system].said}"
    kept = [*names, *(("geometry",) if DATASETS[version.kind].geometry else ())]
    return Made(delivery, Export(form, len(rows), which, names, how), rows[kept])


def counted(table: pd.DataFrame, version: Version, wish: Wish, setting: Setting) -> int:
    """How many rows are meant by a wish.

    Raises
    ------
    LinkError
        A class is named that the legend has not.
    """
    summary = _summary(table, version, setting.config)
    shown = datasets.signs(summary, version, setting.styles) if summary else ()
    return len(chosen(table, _choice(wish, _Drawn(summary, shown)), setting.land))


def plan_colours(table: pd.DataFrame, styles: Mapping[str, Style]) -> Colours:
    """Colours of the plan's list (`geodata.browse.table`), by the values of its column 类别."""
    there = set(table[_BY])
    categories = [Category(label, styles[role], (label,)) for role, label in ITEM_ROLES.items() if label in there]
    return Colours(_BY, partial(qml, categories))


def approval(config: Config) -> str:
    """What a file says of whether its map may be published."""
    return f"审图号：{config.export.map_approval}" if config.export.map_approval else UNAPPROVED


def _refuse_untold(version: Version, wish: Wish) -> None:
    if warned(version) and not wish.known:
        where, what = f"导出{version.label}", f"使用范围是“{AUDIENCES[version.audience]}”，导出前须确认"
        raise AccessError(where, what, "请从“数据”页勾选确认后导出")


class _Drawn(NamedTuple):
    """What is drawn of a version, and by which signs; None for a kind that has no shapes."""

    summary: Summary | None
    signs: Sequence[Sign]


def _meant(table: pd.DataFrame, version: Version, wish: Wish, land: Land, seen: _Drawn) -> tuple[pd.DataFrame, str]:
    """Rows that are wished for, and how that is said."""
    choice = _choice(wish, seen)
    labels = [sign.label for sign in seen.signs if group(sign) in wish.groups]
    rows = chosen(table, choice, land)
    if not len(rows):
        where = f"导出{version.label}"
        raise DatasetError(where, "没有符合条件的行", "请放宽范围或类别")
    return rows, said(choice, land, labels)


def _summary(table: pd.DataFrame, version: Version, config: Config) -> Summary | None:
    """What is drawn of it; None for a kind that has no shapes."""
    if not DATASETS[version.kind].geometry:
        return None
    return drawn.read_summary(base_of(config.data_path, version)) or drawn.drawn(table, version.kind)[1]


def group(sign: Sign) -> str:
    """Name of a line of the legend in a link; "" = rows that have no class."""
    return sign.key.partition(OF_DATASET)[2]


def _choice(wish: Wish, seen: _Drawn) -> Choice:
    if not wish.groups:
        return Choice(wish.unit, wish.street)
    known = {group(sign): sign.classes for sign in seen.signs}
    if seen.summary is None or not seen.summary.column or set(wish.groups) - set(known):
        where = f"链接中的 classes={wish.classes[:40]}"
        raise LinkError(where, "不可用", "请从“数据”页重新导出")
    classes = frozenset(name for group in wish.groups for name in known[group])
    return Choice(wish.unit, wish.street, seen.summary.column, classes)


def _colours(shown: Sequence[Sign], summary: Summary, version: Version, headings: Mapping[str, str]) -> Colours | None:
    """The map's signs as categories; rows without a class are all that no other category stands for."""
    if not shown:
        return None
    column = DATASETS[version.kind].column(summary.column) if summary.column else None
    categories = [
        Category(sign.label, sign.style, tuple(said_value(name, column) for name in sign.classes if name and column))
        for sign in shown
    ]
    return Colours(headings.get(summary.column, ""), partial(qml, categories))


def _about(rows: pd.DataFrame, version: Version, which: str, names: Sequence[str]) -> dict[str, str]:
    """What the rows are."""
    spec = DATASETS[version.kind]
    left = [spec.column(name).label for name in spec.names if name not in names]
    taken = [spec.column(name).label for name in names if name in spec.sensitive]
    return {
        "标题": f"{version.name}（{spec.label}）",
        **({"声明": DEMONSTRATION} if version.synthetic else {}),
        "数据集": version.name,
        "版本": f"第 {version.number} 版（编号 {version.key}，内容校验值 {version.digest}）",
        "数据类别": spec.label,
        "来源": version.source,
        "来源文件": arrival.files(version) or _UNKNOWN,
        "入库前处理": arrival.treated(version) or "无",
        "来源日期": version.source_date.isoformat() if version.source_date else _UNKNOWN,
        "基准年": str(version.base_year or _UNKNOWN),
        "分类标准": SCHEMES[version.scheme].label if version.scheme else "不适用",
        "许可": version.licence or _UNKNOWN,
        "使用范围": AUDIENCES[version.audience],
        "定位依据": _basis(rows),
        "筛选条件": which,
        "条数": f"{len(rows)}（本版本共 {version.rows} 行）",
        "未导出的字段": "、".join(left) or "无",
        "敏感字段": "、".join(taken) or "无",
    }


def _how(wish: Wish, setting: Setting) -> dict[str, str]:
    """How the file is written, by whom, when."""
    return {
        "字段": PROFILES[wish.profile],
        "坐标系": crs.SYSTEMS[wish.system].said,
        "地图审核": approval(setting.config),
        "导出人": by_whom(setting.person),
        "导出时间": datetime.now().astimezone().isoformat(timespec="seconds"),
        "导出自": setting.config.name,
    }


def by_whom(person: Person | None) -> str:
    """Say who exports."""
    if person is None:
        return "未登记姓名"
    return f"{person.name}（{person.department}，{ROLES[person.role]}{'' if person.authenticated else '，未认证'}）"


def _basis(rows: pd.DataFrame) -> str:
    counts = rows["basis"].astype("string").fillna(_UNKNOWN).value_counts()
    return "、".join(f"{name} {count} 行" for name, count in counts.items())
