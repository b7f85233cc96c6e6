"""What is found in a table: the rules by number, and a finding as one Chinese sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import pandas as pd

from geodata.columns import Kind

Group = Literal["must", "should"]

GROUPS: Mapping[Group, str] = MappingProxyType({"must": "必须修改", "should": "建议修改"})

_LISTED = 1000
"""So many ids of the rows concerned are kept with a finding; `count` tells how many there are."""

_SHOWN = 3
_LONGEST = 20


@dataclass(frozen=True)
class Rule:
    """A rule by its number: what is said where it is broken, and what to do about it.

    `what` and `remedy` hold {count}, {examples} and what the check adds. What may be taken in all the same is kept with
    the version: such a rule quotes names and codes, never values of a column that may be 敏感.
    """

    group: Group
    name: str
    what: str
    remedy: str


_STEP = "“字段与分类标准”一步"
MAPPED = f"，也可在{_STEP}逐一指定对应"
"""What else can be done where each spelling can be said to mean a value."""
CHOOSE, ADD = f"请回到{_STEP}选择", f"请回到{_STEP}指定与它对应的字段，或在文件中补上该列"
"""What to do about a column that is missing: one that can be told of the whole file, and any other."""
_REPAIR = "可在检查时一并修复，或在 GIS 软件中用“修复几何图形”处理"
_SAME = "请去掉重复的行（可在检查时一并去掉）或改正图形"
_REDRAW = "请在 GIS 软件中核对这些位置并改正"

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "K001": Rule("must", "没有数据", "没有任何一行", "请检查所选的文件、图层或筛选条件"),
        "K002": Rule("must", "缺少列", "缺少“{label}”一列", "{remedy}"),
        "K003": Rule("must", "列名重复", "列名{examples}重复", "请改为不同的列名"),
        "K004": Rule("should", "多余的列", "{examples}不是本类数据的列", "这些列不会保存，需要保留的请指定对应的列"),
        "K005": Rule("must", "没有图形列", "没有图形", "请选择带有图形的文件或图层"),
        "K006": Rule("must", "坐标系不合用", "{what}", "{remedy}"),
        "K007": Rule("must", "必填项为空", "{count} 行没有填写", "请补齐"),
        "K008": Rule("must", "类型不符", "{count} 行{why}（例如{examples}）", "{remedy}"),
        "K009": Rule("must", "编号重复", "{count} 行的编号重复（例如{examples}）", "请改为不重复的编号"),
        "K010": Rule(
            "must", "不在可用值之内", "{count} 行不在可用值之内（例如{examples}）", "请改为：{allowed}{mapped}"
        ),
        "K011": Rule("must", "超出范围", "{count} 行超出{bounds}（例如{examples}）", "请核对单位后改正"),
        "K012": Rule("must", "写法不对", "{count} 行写法不对（例如{examples}）", "请按规定的编码改正"),
        "K013": Rule("must", "没有图形的行", "{count} 行没有图形", "请补绘图形或去掉这些行"),
        "K014": Rule("must", "图形种类不符", "{count} 行不是{shapes}", "请选择正确的图层或去掉这些行"),
        "K015": Rule("must", "图形无效", "{count} 行的图形有误（{faults}）", _REPAIR),
        "K016": Rule("must", "位置在底图范围之外", "{count} 行的位置在底图范围之外", "{remedy}"),
        "K017": Rule("must", "未说明分类标准", "没有说明用地代码采用的分类标准", "请选择分类标准"),
        "K018": Rule("must", "分类标准不一", "{count} 行的分类标准与所选的{scheme}不一致", "请分成几个数据集或改正"),
        "K019": Rule(
            "must",
            "代码不在分类标准之内",
            "{count} 行的代码不在{scheme}之内（例如{examples}）",
            "{remedy}",
        ),
        "K020": Rule(
            "must",
            "代码与名称不符",
            "{count} 行的代码与名称在{scheme}中不符（例如{examples}）",
            "请改正其一或重选分类标准",
        ),
        "K021": Rule("must", "上限小于下限", "{count} 行的“{upper}”小于“{lower}”", "请改正其一"),
        "K022": Rule("should", "前后矛盾", "{count} 行的“{upper}”小于“{lower}”", "请核对"),
        "K023": Rule("must", "缺少所指", "{count} 行没有填写“{label}”，{why}", "请补齐"),
        "K024": Rule("should", "面积相差较大", "{count} 行的“{label}”与图形面积相差 5% 以上", "{remedy}"),
        "K025": Rule("should", "统一社会信用代码不合校验", "{count} 行不合校验规则", "请核对"),
        "K026": Rule(
            "must",
            "面积单位不符",
            "整列像是以{unit}为单位（{share}的行按{unit}与图形面积相符）",
            "请把该列的单位选为{unit}",
        ),
        "K027": Rule("must", "图形重复", "{count} 行的图形与前面的行完全相同", _SAME),
        "K028": Rule("should", "图形相同", "{count} 行的图形与前面的行完全相同", "请核对是否重复登记"),
        "K029": Rule("should", "图形重叠", "有{least} {places} 处重叠，{areas}", _REDRAW),
        "K030": Rule("should", "图形之间有缝隙", "{places} 处缝隙，{areas}", _REDRAW),
        "K031": Rule(
            "should", "狭长或细碎的图形", "{count} 行的图形过于狭长或细碎（{bounds}）", "请核对后并入相邻图形"
        ),
        "K032": Rule("should", "在管辖范围之外", "{count} 行在管辖范围之外", "请核对，或按管辖范围裁剪"),
        "K033": Rule("should", "越出管辖范围", "{count} 行越出管辖范围，{areas}", "请核对，或按管辖范围裁剪"),
        "K034": Rule("should", "在高新区范围之外", "{count} 行在高新区范围之外", "请核对是否属于本区"),
        "K035": Rule("should", "接边处有缝隙", "各部分之间有 {places} 处缝隙，{areas}", "请与提供单位核对接边"),
        "K036": Rule("should", "接边处重叠", "各部分之间有{least} {places} 处重叠，{areas}", "请与提供单位核对接边"),
        "K037": Rule(
            "should",
            "接边处分类不一",
            "{places} 处接边两侧的“{label}”不一致（例如{examples}）",
            "请与提供单位核对",
        ),
        "K038": Rule("should", "接边处的线没有相接", "{places} 处线头没有与另一部分的线相接", "请与提供单位核对接边"),
        "K039": Rule(
            "should",
            "逗号含义不明",
            "{count} 行的逗号可能是千分位，也可能是小数点（写法如“1,234”），已按千分位读取",
            "请核对，是小数的请在文件中改用小数点",
        ),
        "K040": Rule(
            "should",
            "代码不能换算",
            "{count} 行的{scheme}代码在用地用海2023 中没有唯一对应的类（例如{examples}），已留空",
            "请核定后在文件中改为用地用海2023 的代码，并把该文件的分类标准选为用地用海2023",
        ),
        "K041": Rule(
            "should",
            "代码已换算",
            "{count} 行的{scheme}代码已按基数转换表换算为用地用海2023（例如{examples}）",
            "请抽查核对",
        ),
    }
)
"""Rules by number; numbers are never given twice."""


class Doubt(NamedTuple):
    """Values of a column that could mean one thing or another, and what was decided.

    Attributes
    ----------
    number : str
        Rule that says it.
    column : str
    written : Series of str
        As they stood, on the index of the table.
    scheme : str
        分类标准 they are of, as the screen calls it; "" for none.
    """

    number: str
    column: str
    written: pd.Series
    scheme: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule broken in one place of a table.

    Attributes
    ----------
    number : str
        The rule, as "K012".
    group : str
        must: the table cannot be taken in; should: somebody had better look.
    rule : str
        Its name.
    where, what, remedy : str
        The parts of the sentence.
    count : int
        Rows concerned, 0 where it is the table as a whole.
    ids : tuple of str
        Their ids, the first thousand; "第 n 行" where a row has none.
    sentence : str
        What is shown.
    """

    number: str
    group: Group
    rule: str
    where: str
    what: str
    remedy: str
    count: int = 0
    ids: tuple[str, ...] = ()
    sentence: str = field(init=False)
    positions: InitVar[tuple[int, ...]] = ()

    def __post_init__(self, positions: tuple[int, ...]) -> None:
        """Put the sentence together."""
        object.__setattr__(self, "sentence", f"{self.where}：{self.what}，{self.remedy}。")
        object.__setattr__(self, "_rows", positions)

    @property
    def rows(self) -> tuple[int, ...]:
        """Positions of all rows concerned in the table that was checked; no field, it is not kept with a version."""
        return tuple(vars(self)["_rows"])


def finding(number: str, where: str, rows: pd.Series | None = None, **facts: Any) -> Finding:
    """Say that a rule is broken.

    Parameters
    ----------
    number : str
        Key of RULES.
    where : str
        The table, or its column, in Chinese.
    rows : Series, optional
        Ids of the rows concerned, indexed by position in the table.
    **facts
        What the rule's sentence names.

    Examples
    --------
    >>> finding("K007", "规划地块的“编号”", pd.Series([pd.NA], [4])).sentence
    '规划地块的“编号”：1 行没有填写，请补齐。'
    """
    rule = RULES[number]
    count = 0 if rows is None else len(rows)
    facts = {"count": count, **facts}
    said = rule.what.format(**facts), rule.remedy.format(**facts)
    positions = () if rows is None else tuple(rows.index.tolist())
    return Finding(number, rule.group, rule.name, where, *said, count=count, ids=_ids(rows), positions=positions)


def _ids(rows: pd.Series | None) -> tuple[str, ...]:
    if rows is None:
        return ()
    first = rows.iloc[:_LISTED]
    return tuple(
        f"第 {place + 1} 行" if missing else str(key)
        for place, key, missing in zip(first.index, first, first.isna(), strict=True)
    )


def examples(values: Iterable[object]) -> str:
    """Show the first few different values.

    Examples
    --------
    >>> examples(["约 3", "约 3", "不详", "无", "缺"])
    '“约 3”、“不详”、“无”'
    """
    spoken = (f"{value:g}" if isinstance(value, float) else str(value) for value in values)
    shown = dict.fromkeys(word[:_LONGEST] for word in spoken)
    return "、".join(f"“{value}”" for value in list(shown)[:_SHOWN])


def of_column(kind: Kind, name: str) -> str:
    """Name a column of a kind.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> of_column(DATASETS["plots"], "far")
    '规划地块的“现状容积率”'
    """
    return f"{kind.label}的“{kind.column(name).label}”"
