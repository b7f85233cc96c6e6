"""View: what one looks at, as a link, a scene and a picture hold it."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from geodata.crs import WINDOW
from geodata.errors import DashboardError, LinkError
from geodata.schema import THEMES

MOST_SELECTED = 50
ZOOMS = (8.0, 19.0)

_POSITION = re.compile(r"^(-?\d{1,3}\.?\d*),(-?\d{1,2}\.?\d*),(\d{1,2}\.?\d*)$")


@dataclass(frozen=True)
class View:
    """What the user looks at; keys and values are ids, never labels.

    Attributes
    ----------
    theme : str
        One of geodata.schema.THEMES.
    selection : tuple of str
        Ids of the selected items.
    at : tuple of float or None
        Longitude, latitude (degrees) and zoom of the map's centre; None = the whole zone.
    """

    theme: str = "layout"
    selection: tuple[str, ...] = ()
    at: tuple[float, float, float] | None = None

    def to_query(self) -> dict[str, str]:
        """Write the query of a link; what is as usual is left out.

        Examples
        --------
        >>> View(theme="projects", selection=("P001", "P012"), at=(121.42, 38.86, 12.5)).to_query()
        {'theme': 'projects', 'sel': 'P001,P012', 'at': '121.42000,38.86000,12.50'}
        """
        query = {}
        if self.theme != "layout":
            query["theme"] = self.theme
        if self.selection:
            query["sel"] = ",".join(self.selection[:MOST_SELECTED])
        if self.at:
            query["at"] = "{:.5f},{:.5f},{:.2f}".format(*self.at)
        return query

    @classmethod
    def from_query(cls, query: Mapping[str, Any], items: Container[str]) -> tuple["View", tuple[DashboardError, ...]]:
        """Read a link.

        Parameters
        ----------
        query : mapping of str to str
            The query of the link.
        items : container of str
            Ids that exist.

        Returns
        -------
        View, tuple of LinkError
            Unknown values fall back to the usual ones and are named.

        Examples
        --------
        >>> view, problems = View.from_query({"theme": "layouts"}, items=())
        >>> view.theme, str(problems[0])
        ('layout', '链接中的 theme=layouts：没有这个专题，已改为布局，请检查链接是否完整。')
        """
        problems: list[DashboardError] = []
        theme = _theme(query.get("theme", "layout"), problems)
        selection = _selection(query.get("sel", ""), items, problems)
        at = _position(query["at"], problems) if "at" in query else None
        problems += [_unknown(key, value) for key, value in query.items() if key not in ("theme", "sel", "at")]
        return cls(theme=theme, selection=selection, at=at), tuple(problems)


def _unknown(key: str, value: str) -> LinkError:
    if key == "missing":
        return LinkError(f"链接中的页面 {value}", "没有这个页面，已打开总览", "请从上方导航进入")
    return LinkError(f"链接中的 {key}", "不认识这一项，已忽略", "请检查链接是否完整")


def _theme(value: str, problems: list[DashboardError]) -> str:
    if value in THEMES:
        return value
    problems.append(LinkError(f"链接中的 theme={value}", "没有这个专题，已改为布局", "请检查链接是否完整"))
    return "layout"


def _selection(value: str, items: Container[str], problems: list[DashboardError]) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(part for part in value.split(",") if part))
    unknown = [part for part in ids if part not in items]
    if unknown:
        named = "、".join(unknown[:3]) + ("等" if len(unknown) > 3 else "")  # noqa: PLR2004
        problems.append(
            LinkError(f"链接中的 sel={named}", "规划数据中没有这个编号，已忽略", "请检查链接或数据是否完整")
        )
    if len(ids) > MOST_SELECTED:
        problems.append(LinkError("链接中的 sel", f"一次最多选中 {MOST_SELECTED} 项，其余未选", "请分批打开"))
    return tuple(part for part in ids if part in items)[:MOST_SELECTED]


def _position(value: str, problems: list[DashboardError]) -> tuple[float, float, float] | None:
    match = _POSITION.match(value)
    if match:
        lng, lat, zoom = (float(part) for part in match.groups())
        west, south, east, north = WINDOW
        if west <= lng <= east and south <= lat <= north and ZOOMS[0] <= zoom <= ZOOMS[1]:
            return lng, lat, zoom
    problems.append(LinkError(f"链接中的 at={value}", "位置不在底图范围内或写法不对，已显示全区", "请检查链接是否完整"))
    return None
