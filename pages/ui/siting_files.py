"""选址推荐 as a file: the ranked sites with their shapes, what each adds, whose they are, what stands against them."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd

from geodata.candidates import Wanted
from geodata.errors import DatasetError, LinkError
from geodata.measures.siting import greedy
from geodata.parameters import exact
from layers import measures
from layers import siting as shown
from pages.ui import draft, siting_read
from pages.ui.figure_files import PLACED, Asked, Content, File
from pages.ui.siting_read import METRES, MOST_SITES, Question

_WHERE, _AGAIN = "导出选址推荐", "请从“选址推荐”重新导出"
_HA = 10_000.0
_LARGEST_M2 = 1e9


def link(question: Question, *, proven: bool) -> dict[str, str]:
    """What stands in a link beside the View."""
    wanted = question.wanted
    told = {
        "classes": ",".join(wanted.classes),
        "idle": "1" if wanted.idle else "",
        "least": exact(wanted.least_m2),
        "most": exact(wanted.most_m2),
        "count": str(question.count),
        "goal": question.goal,
        "metres": exact(question.metres),
        "own": "1" if question.own else "",
        "proven": "1" if proven else "",
    }
    return {f"_{name}": value for name, value in told.items()}


def _sites(asked: Asked) -> Content:
    question = _question(asked)
    if why := siting_read.lacking(asked.held, draft.tables(asked.held, siting_read.KINDS)):
        raise DatasetError(_WHERE, why.removesuffix("。"), "请补上数据后再导出")
    sites, more = siting_read.sites(asked.held, question)
    if sites.empty:
        raise DatasetError(_WHERE, "没有符合条件的候选地块", "请放宽类别或面积")
    reach = siting_read.reach_of(asked.held, sites, question)
    quick = greedy(reach, question.count)
    best = siting_read.best(reach, question.count) if asked.options.get("proven") else None
    gains = shown.worthwhile(best or quick, question.goal)
    rows = sites.loc[gains.index]
    scale = _HA if question.goal == "land" else 1.0
    table = gpd.GeoDataFrame(
        {
            "名次": range(1, len(rows) + 1),
            "名称": rows["name"],
            "原编号": rows["id"],
            f"新增服务（{measures.UNITS[question.goal]}）": (gains / scale).round(4),
            "投影面积（平方米）": rows.area.round(1),
            "权利人类型": rows["owner"].replace("", "未知"),
            "规划用途": [shown.use(code) or "未知" for code in rows["planned"]],
            "控制线": [shown.against(one) for one in rows["conflicts"]],
        },
        geometry=rows.geometry,
        crs=rows.crs,
    )
    told = _told(question, more) | {
        "选法": siting_read.said(quick, best, question.goal) + shown.fewer(len(rows), question.count)
    }
    return Content(f"{len(rows)}处", table, told, siting_read.used(asked.held, question))


def _told(question: Question, more: int) -> dict[str, str]:
    """What was wanted, in words."""
    wanted = question.wanted
    among = [f"用地类别 {'、'.join(wanted.classes) or '无'}", *(["闲置、低效的供地"] if wanted.idle else [])]
    left = [f"只看最大的，另有 {more} 处未参与"] if more else []
    return {
        "目标": f"新增服务的{shown.GOALS[question.goal]}，直线 {exact(question.metres)} 米",
        "候选": "；".join((*among, f"{exact(wanted.least_m2)}—{exact(wanted.most_m2)} 平方米", *left)),
        "方案中的公园": "为候选" if question.own else "视为在建" if question.tried else "无",
    }


def _question(asked: Asked) -> Question:
    """What a link asks.

    Raises
    ------
    LinkError
        Something of it is unknown or out of bounds.
    """
    kept = draft.living().get(asked.view.proposal)
    if asked.view.proposal and kept is None:
        where = f"链接中的 proposal={asked.view.proposal}"
        raise LinkError(where, "没有这个方案或已被撤回", _AGAIN)
    classes = tuple(filter(None, asked.options.get("classes", "").split(",")))
    sizes = _number(asked, "least", (0, _LARGEST_M2)), _number(asked, "most", (0, _LARGEST_M2))
    return Question(
        Wanted(classes, bool(asked.options.get("idle")), *sizes),
        int(_number(asked, "count", (1, MOST_SITES))),
        asked.option("goal", shown.GOALS),  # type: ignore[arg-type]  # a key of GOALS
        _number(asked, "metres", METRES),
        bool(asked.options.get("own")),
        draft.parks_of(kept, asked.held)[0] if kept else (),
    )


def _number(asked: Asked, name: str, bounds: tuple[float, float]) -> float:
    told = asked.options.get(name, "")
    try:
        value = float(told)
    except ValueError:
        value = float("nan")
    if not bounds[0] <= value <= bounds[1]:
        where = f"链接中的 {name}={told[:40]}"
        raise LinkError(where, "不可用", _AGAIN)
    return value


FILES: Mapping[str, File] = MappingProxyType({"sites": File("选址推荐", PLACED, _sites)})
"""Name in an address -> file."""
