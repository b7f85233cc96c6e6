"""How each use is built, who owns it, what its green is called; and how rows of the demonstration are named."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]


class Form(NamedTuple):
    """How a use is built.

    Attributes
    ----------
    use : str
        Use of the buildings.
    depth, length : float
        A usual building, m.
    density : float
        Share of the plot under buildings.
    far : (float, float)
        Usual floor-area ratios.
    storey : float
        Height of a floor, m.
    floors : int
        Most floors.
    green : float
        Least share of green that is asked for.
    """

    use: str
    depth: float
    length: float
    density: float
    far: tuple[float, float]
    storey: float
    floors: int
    green: float


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "0701": Form("residential", 14, 46, 0.21, (1.0, 2.2), 2.9, 33, 0.35),
        "0702": Form("public", 18, 36, 0.3, (0.8, 1.5), 3.6, 6, 0.3),
        "0703": Form("residential", 10, 13, 0.26, (0.35, 0.7), 3.0, 3, 0.2),
        "0801": Form("office", 20, 60, 0.26, (1.0, 2.2), 3.8, 15, 0.35),
        "0802": Form("research", 24, 62, 0.28, (0.9, 2.4), 4.0, 20, 0.3),
        "0803": Form("public", 40, 60, 0.34, (0.6, 1.3), 5.0, 6, 0.35),
        "0804": Form("education", 18, 70, 0.2, (0.5, 0.9), 3.8, 6, 0.35),
        "0805": Form("public", 60, 90, 0.3, (0.3, 0.6), 8.0, 3, 0.35),
        "0806": Form("health", 24, 70, 0.3, (1.0, 2.0), 4.0, 16, 0.35),
        "0807": Form("public", 18, 50, 0.26, (0.7, 1.2), 3.4, 6, 0.35),
        "0901": Form("commerce", 40, 66, 0.42, (1.2, 3.0), 4.8, 12, 0.2),
        "090104": Form("hotel", 22, 60, 0.34, (1.5, 3.2), 3.6, 25, 0.25),
        "0902": Form("office", 30, 44, 0.32, (1.6, 4.2), 4.1, 45, 0.25),
        "0903": Form("commerce", 40, 60, 0.36, (0.8, 1.6), 5.0, 5, 0.25),
        "1001": Form("factory", 36, 84, 0.4, (0.6, 1.5), 5.5, 6, 0.12),
        "1101": Form("warehouse", 40, 90, 0.42, (0.5, 1.0), 8.0, 3, 0.12),
        "1204": Form("transport", 20, 60, 0.1, (0.1, 0.2), 6.0, 2, 0.1),
        "1206": Form("transport", 24, 50, 0.2, (0.2, 0.5), 5.0, 3, 0.2),
        "1208": Form("transport", 18, 40, 0.12, (0.12, 0.4), 4.5, 4, 0.2),
        "13": Form("utility", 16, 30, 0.2, (0.2, 0.5), 5.0, 3, 0.3),
    }
)
"""Use of land, by the longest beginning of its code."""

GARDENS: Mapping[str, str] = MappingProxyType(
    {"07": "RG", "08": "AG", "09": "BG", "10": "MG", "11": "WG", "12": "SG", "13": "UG"}
)
"""First two digits of a use -> class of the green that belongs to it (附属绿地, CJJ/T 85-2017)."""

INDUSTRIES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "0802": (("I65", "软件和信息技术服务业"), ("M73", "研究和试验发展"), ("M74", "专业技术服务业")),
        "0901": (("F52", "零售业"), ("H62", "餐饮业")),
        "0902": (
            ("I65", "软件和信息技术服务业"),
            ("L72", "商务服务业"),
            ("J66", "货币金融服务"),
            ("R87", "广播、电视、电影和录音制作业"),
        ),
        "1001": (
            ("C39", "计算机、通信和其他电子设备制造业"),
            ("C35", "专用设备制造业"),
            ("C26", "化学原料和化学制品制造业"),
            ("C27", "医药制造业"),
        ),
        "1101": (("G59", "装卸搬运和仓储业"),),
    }
)
"""Use of land -> industries that sit there, GB/T 4754-2017."""

OWNERS: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "0701": (("several", 0.75), ("state_firm", 0.1), ("private_firm", 0.15)),
        "0703": (("collective", 1.0),),
        "0802": (("private_firm", 0.45), ("platform", 0.2), ("institution", 0.2), ("foreign_firm", 0.15)),
        "0901": (("private_firm", 0.5), ("several", 0.35), ("state_firm", 0.15)),
        "0902": (("private_firm", 0.4), ("several", 0.25), ("platform", 0.2), ("foreign_firm", 0.15)),
        "10": (("private_firm", 0.6), ("foreign_firm", 0.2), ("state_firm", 0.2)),
        "11": (("private_firm", 0.6), ("state_firm", 0.4)),
        "01": (("collective", 1.0),),
        "03": (("collective", 1.0),),
        "08": (("institution", 0.7), ("government", 0.3)),
        "23": (("platform", 0.5), ("government", 0.5)),
    }
)
"""Use of land, by the longest beginning of its code -> types of owner and their shares."""

ANYBODY = (("government", 0.6), ("platform", 0.4))


def longest(code: str, table: Mapping[str, Any]) -> Any:
    """Value of the longest beginning of a code in a table, None where there is none.

    Examples
    --------
    >>> longest("080403", FORMS).use, longest("1401", FORMS)
    ('education', None)
    """
    return next((table[code[:end]] for end in range(len(code), 1, -1) if code[:end] in table), None)


def by_code(codes: Texts, table: Mapping[str, Any]) -> Texts:
    """Value of the longest beginning of every code, None where there is none."""
    kinds, which = np.unique(codes.astype(str), return_inverse=True)
    values = np.empty(len(kinds), object)
    values[:] = [longest(code, table) for code in kinds]
    return values[which]


def drawn(choices: Sequence[tuple[str, float]], luck: NDArray[np.float64]) -> Texts:
    """Draw by shares.

    Examples
    --------
    >>> drawn((("a", 0.5), ("b", 0.5)), np.array([0.2, 0.9])).tolist()
    ['a', 'b']
    """
    edges = np.cumsum([share for _, share in choices])
    at = np.minimum(np.searchsorted(edges, luck), len(choices) - 1)
    return np.array([key for key, _ in choices], object)[at]


def drawn_by_code(
    codes: Texts, table: Mapping[str, Sequence[tuple[str, float]]], other: Any, luck: NDArray[np.float64]
) -> Texts:
    """Draw for every code from its own choices."""
    found = np.full(len(codes), None, object)
    for code in np.unique(codes.astype(str)):
        rows = codes == code
        found[rows] = drawn(longest(str(code), table) or other, luck[rows])
    return found
