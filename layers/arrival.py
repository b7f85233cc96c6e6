"""How a version came in, in words: the files it came in, and what was done to its rows before."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from geodata.treatment import ACTS
from geodata.versions import Version
from layers.text import area, distance

SIZES: Mapping[str, Callable[[float], str]] = MappingProxyType(
    {"m2": area, "m": lambda metres: distance(round(metres)), "个": "{:,.0f} 个".format}
)
"""How a size is said, by the unit `geodata.clip` gives it."""


def files(version: Version) -> str:
    """Name the files a version came in; "" where none is known, or they were destroyed."""
    return "" if version.purged_at else "、".join(dict.fromkeys(upload.name for upload in version.uploads))


def treated(version: Version) -> str:
    """Say what was done to the rows; "" where nothing was."""
    counts = {act: sum(one.rows for one in version.treatment if one.act == act) for act in ACTS}
    lost: dict[str, float] = {}
    for one in version.treatment:
        if one.act == "cut":
            lost[one.unit] = lost.get(one.unit, 0.0) + one.before - one.after
    sizes = "、".join(SIZES[unit](size) for unit, size in lost.items())
    told = [f"{label} {counts[act]:,} 行" for act, label in ACTS.items() if counts[act] and act != "cut"]
    return "，".join([*told, *([f"裁去 {counts['cut']:,} 个图形的界外部分共 {sizes}"] if sizes else [])])
