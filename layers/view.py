"""View: what one looks at, as a link, a scene and a picture hold it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from geodata.browse import LISTED, Filter
from geodata.crs import WINDOW
from geodata.errors import DashboardError, LinkError
from geodata.items import ROLES, STAGES, THEMES
from geodata.measures.inputs import BY
from geodata.reporting import PER

MOST_SELECTED = 50
MOST_PINNED = 4
ZOOMS = (8.0, 19.0)

_POSITION = re.compile(r"^(-?\d{1,3}\.?\d*),(-?\d{1,2}\.?\d*),(\d{1,2}\.?\d*)$")
_WORD = re.compile(r"^[A-Za-z][A-Za-z0-9_]{0,39}$")
_FOCUS = re.compile(r"^[A-Za-z0-9_.~-]{1,40}$")
_NUMBER = re.compile(r"^\d{1,9}$")
_VERSION = re.compile(r"^\d{1,9}\.\d{1,9}$")
_LONGEST = 60
_LONGEST_ID = 200


@dataclass(frozen=True)
class Known:
    """Ids a link may name."""

    items: Collection[str] = ()
    units: Collection[str] = ()
    subdistricts: Collection[str] = ()
    chapters: Collection[str] = ()
    periods: Collection[str] = ()


class _Text(NamedTuple):
    """A field of the View that is a text in a link as well.

    Attributes
    ----------
    key : str
        Its name in the link.
    fits : callable
        (value, ids that exist) -> whether it can be that.
    fault : str
        What is said where it cannot.
    """

    key: str
    fits: Callable[[str, Known], bool]
    fault: str


def _like(form: re.Pattern[str]) -> Callable[[str, Known], bool]:
    return lambda value, _known: bool(form.match(value))


_WRITTEN = "写法不对，已忽略"
_OF_VERSION = "应写成“数据集.版本”，已忽略"
_TEXTS: Mapping[str, _Text] = MappingProxyType(
    {
        "period": _Text("period", lambda value, known: value in known.periods, "没有这个规划期，已改为默认规划期"),
        "data": _Text("data", _like(_VERSION), _OF_VERSION),
        "against": _Text("against", _like(_VERSION), _OF_VERSION),
        "record": _Text("rec", lambda _value, _known: True, ""),
        "measure": _Text("ind", _like(_WORD), "没有这个指标，已忽略"),
        "by": _Text("by", lambda value, _known: value in BY, "没有这种计数方式，已忽略"),
        "per": _Text("per", lambda value, _known: value in PER, "没有这种统计单元，已忽略"),
        "part": _Text("part", _like(_WORD), "没有这一部分，已忽略"),
        "focus": _Text("only", _like(_FOCUS), _WRITTEN),
        "place": _Text("place", lambda _value, _known: True, ""),
        "level": _Text("level", _like(_FOCUS), _WRITTEN),
        "area": _Text("area", _like(_WORD), _WRITTEN),
        "proposal": _Text("proposal", _like(_NUMBER), "没有这个方案，已忽略"),
    }
)
"""Field of the View -> how it stands in a link."""


@dataclass(frozen=True)
class View:
    """What the user looks at; keys and values are ids, never labels.

    Attributes
    ----------
    theme : str
        One of geodata.items.THEMES.
    period : str
        The plan's period; "" = the first plan.
    filter : Filter
        Which rows a list shows.
    selection, pinned : tuple of str
        Ids of the selected items; of the units pinned for comparison.
    compare : bool
        Whether the pinned units stand side by side.
    data, against : str
        "<dataset>.<version>" of the version that is shown, and of the one it is compared with.
    record : str
        Id of one of its rows.
    measure, by, per : str
        Key of the indicator that is read; what it counts; by which units. "" = the usual one.
    part, focus : str
        Which part of what is measured is read; what of it alone stands out on the map. "" = the usual one, all.
    place, level, area : str
        Id of the unit that is read; the levels of classes; how areas are measured. "" = the first, the usual ones.
    proposal : str
        Number of the proposal whose parks are counted as if they were there; "" = the land as it is.
    at : tuple of float or None
        Longitude, latitude (degrees) and zoom of the map's centre; None = the whole zone.
    """

    theme: str = "layout"
    period: str = ""
    filter: Filter = field(default_factory=Filter)
    selection: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    compare: bool = False
    data: str = ""
    against: str = ""
    record: str = ""
    measure: str = ""
    by: str = ""
    per: str = ""
    part: str = ""
    focus: str = ""
    place: str = ""
    level: str = ""
    area: str = ""
    proposal: str = ""
    at: tuple[float, float, float] | None = None

    def to_query(self) -> dict[str, str]:
        """Write the query of a link; what is as usual is left out.

        Examples
        --------
        >>> View(theme="projects", selection=("P001", "P012"), at=(121.42, 38.86, 12.5)).to_query()
        {'theme': 'projects', 'sel': 'P001,P012', 'at': '121.42000,38.86000,12.50'}
        """
        return {key: value for key, value in self._query().items() if value}

    def _query(self) -> dict[str, str]:
        """Everything a link can say, "" where it is as usual."""
        return {
            "theme": self.theme if self.theme != "layout" else "",
            **vars(self.filter),
            "sel": ",".join(self.selection[:MOST_SELECTED]),
            "pin": ",".join(self.pinned[:MOST_PINNED]),
            "cmp": "1" if self.compare else "",
            **{text.key: getattr(self, field) for field, text in _TEXTS.items()},
            "at": "{:.5f},{:.5f},{:.2f}".format(*self.at) if self.at else "",
        }

    @classmethod
    def from_query(cls, query: Mapping[str, Any], known: Known) -> tuple["View", tuple[DashboardError, ...]]:
        """Read a link.

        Parameters
        ----------
        query : mapping of str to str
            The query of the link.
        known : Known
            Ids that exist.

        Returns
        -------
        View, tuple of LinkError
            Unknown values fall back to the usual ones and are named.

        Examples
        --------
        >>> view, problems = View.from_query({"theme": "layouts"}, Known())
        >>> view.theme, str(problems[0])
        ('layout', '链接中的 theme=layouts：没有这个专题，已改为布局，请检查链接是否完整。')
        """
        problems: list[DashboardError] = []
        texts: dict[str, Any] = {field: _text(query, text, known, problems) for field, text in _TEXTS.items()}
        view = cls(
            theme=_one(query, "theme", THEMES, ("没有这个专题，已改为布局", problems)) or "layout",
            filter=_filter(query, known, problems),
            selection=_ids(query, "sel", known, (MOST_SELECTED, problems)),
            pinned=_ids(query, "pin", known, (MOST_PINNED, problems)),
            compare=query.get("cmp") == "1",
            **texts,
            at=_position(query["at"], problems) if "at" in query else None,
        )
        problems += [_unknown(key, value) for key, value in query.items() if key not in _KEYS]
        return view, tuple(problems)


_KEYS = frozenset(View()._query())  # noqa: SLF001 - our own


def _unknown(key: str, value: str) -> LinkError:
    if key == "missing":
        return LinkError(f"链接中的页面 {value}", "没有这个页面，已打开总览", "请从上方导航进入")
    return LinkError(f"链接中的 {key}", "不认识这一项，已忽略", "请检查链接是否完整")


def _filter(query: Mapping[str, Any], known: Known, problems: list[DashboardError]) -> Filter:
    words = {"kind": LISTED, "role": ROLES, "stage": STAGES}
    choices = {"unit": known.units, "street": known.subdistricts, **words, "chapter": known.chapters}
    values = {key: _one(query, key, among, ("没有这个值，已忽略", problems)) for key, among in choices.items()}
    return Filter(**values, q=str(query.get("q", ""))[:_LONGEST])


def _one(query: Mapping[str, Any], key: str, among: Collection[str], fault: tuple[str, list[DashboardError]]) -> str:
    value = str(query.get(key, ""))
    if not value or value in among:
        return value
    what, problems = fault
    problems.append(LinkError(f"链接中的 {key}={value}", what, "请检查链接是否完整"))
    return ""


def _text(query: Mapping[str, Any], text: _Text, known: Known, problems: list[DashboardError]) -> str:
    value = str(query.get(text.key, ""))[:_LONGEST_ID]
    if not value or text.fits(value, known):
        return value
    problems.append(LinkError(f"链接中的 {text.key}={value}", text.fault, "请检查链接是否完整"))
    return ""


def _ids(query: Mapping[str, Any], key: str, known: Known, limit: tuple[int, list[DashboardError]]) -> tuple[str, ...]:
    most, problems = limit
    fitting = known.units if key == "pin" else known.items
    ids = tuple(dict.fromkeys(part for part in str(query.get(key, "")).split(",") if part))
    unknown = [part for part in ids if part not in known.items]
    other = [part for part in ids if part in known.items and part not in fitting]
    if unknown:
        what = "规划数据中没有这个编号，已忽略"
        problems.append(LinkError(f"链接中的 {key}={_few(unknown)}", what, "请检查链接或数据是否完整"))
    if other:
        problems.append(LinkError(f"链接中的 {key}={_few(other)}", "不是布局单元，不能对比", "请改为布局单元的编号"))
    if len(ids) > most:
        problems.append(LinkError(f"链接中的 {key}", f"一次最多 {most} 项，其余未选", "请分批打开"))
    return tuple(part for part in ids if part in fitting)[:most]


def _few(ids: list[str]) -> str:
    return "、".join(ids[:3]) + ("等" if len(ids) > 3 else "")  # noqa: PLR2004


def _position(value: str, problems: list[DashboardError]) -> tuple[float, float, float] | None:
    match = _POSITION.match(value)
    if match:
        lng, lat, zoom = (float(part) for part in match.groups())
        west, south, east, north = WINDOW
        if west <= lng <= east and south <= lat <= north and ZOOMS[0] <= zoom <= ZOOMS[1]:
            return lng, lat, zoom
    problems.append(LinkError(f"链接中的 at={value}", "位置不在底图范围内或写法不对，已显示全区", "请检查链接是否完整"))
    return None
