"""How alike a heading and a synonym are, where they are not the same: a suggestion that a person confirms."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz

SIMILAR = 80.0
"""From this score (0 to 100) on a heading in Chinese is suggested."""

_SIMILAR_LETTERS = 92.0
_FEWEST_LETTERS = 6
"""Initials of pinyin differ in one letter and mean another thing: only long words in Latin letters are compared."""

_FIELD_BYTES = 10
"""Names of fields in a Shapefile end after so many bytes."""

_CODINGS = ("gb18030", "utf-8")

_TELLING = (
    *(("上限", "最大", "最高"), ("下限", "最小", "最低")),
    *(("现状", "已建", "建成"), ("规划", "计划"), ("实际",), ("约定", "合同", "出让"), ("登记",), ("剩余", "未")),
    *(("代码", "编码"), ("名称",), ("编号", "序号"), ("性质",), ("类别", "类型", "等级"), ("类", "种")),
    *(("面积",), ("率",), ("密度",), ("高度", "限高"), ("强度",), ("比",), ("人数", "人口"), ("户", "套"), ("层",)),
    *(
        ("日期", "时间"),
        ("年份", "年度"),
        ("开工",),
        ("竣工",),
        ("签订",),
        ("交地",),
        ("开始", "起"),
        ("终止", "截止", "到期"),
    ),
    *(("金额", "价款", "总价"), ("单价",), ("说明", "备注", "描述"), ("依据",), ("文号",), ("坐落", "地址"), ("单位",)),
    *(("地上",), ("地下",), ("建筑",), ("绿",), ("停车",), ("容积",), ("空置",), ("税",), ("投资",), ("收入",)),
)
"""Words that make another thing of a heading: those in it must be those in the synonym, in one of their forms."""


def similarity(heading: str, forms: Iterable[str]) -> float:
    """Score from 0 to 100 of the most alike form; 0 where a telling word stands in one of the two only.

    Parameters
    ----------
    heading : str
        Reduced with `geodata.fields.normal`, without its unit.
    forms : iterable of str
        Reduced synonyms.

    Examples
    --------
    >>> round(similarity("建筑密度上限值", ["建筑密度上限"])), similarity("容积率上限", ["容积率下限"])
    (92, 0.0)
    >>> similarity("ydyhfldm", ["ydyhflmc"]), similarity("mj", ["mc"])
    (0.0, 0.0)
    """
    return max((_score(heading, form) for form in forms), default=0.0)


def shortened(heading: str, word: str) -> bool:
    """Whether a heading is what a Shapefile leaves of a longer word.

    Examples
    --------
    >>> [shortened(heading, "规划用地代码") for heading in ("规划用地代", "规划用", "规划", "规划用地代码")]
    [True, True, False, False]
    """
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return any(plain == left.casefold() for coding in _CODINGS if (left := _left(word, coding)))


def _left(word: str, coding: str) -> str:
    """What a Shapefile in an encoding leaves of a word, "" where it fits."""
    written = word.encode(coding)
    return written[:_FIELD_BYTES].decode(coding, "ignore") if len(written) > _FIELD_BYTES else ""


def _score(heading: str, form: str) -> float:
    if heading.isascii() or form.isascii():
        short = min(len(heading), len(form)) < _FEWEST_LETTERS
        score = 0.0 if short else fuzz.ratio(heading, form)
        return score if score >= _SIMILAR_LETTERS else 0.0
    if _told(heading) != _told(form):
        return 0.0
    score = fuzz.ratio(heading, form)
    return score if score >= SIMILAR else 0.0


def _told(words: str) -> tuple[bool, ...]:
    return tuple(any(word in words for word in group) for group in _TELLING)
