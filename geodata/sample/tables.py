"""What the demonstration's uses are chosen by; codes of the guide of 2023, classes of CJJ/T 85-2017."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

LEADING: Mapping[str, float] = MappingProxyType({"0701": 1.4, "0802": 0.3, "0902": 0.3, "0901": 0.18, "1001": 0.16})
"""Uses that give a quarter its character, and how much each is wished for anywhere."""

WORDS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "科": {"0802": 0.35},
        "技术": {"0802": 0.3, "1001": 0.1},
        "创新": {"0802": 0.3, "0902": 0.2},
        "制造": {"1001": 1.0},
        "材料": {"1001": 3.0},
        "工业": {"1001": 0.5},
        "能源": {"1001": 0.5},
        "健康": {"1001": 0.4, "0802": 0.3},
        "产业": {"1001": 0.25, "0802": 0.2},
        "数字": {"0802": 0.3, "0902": 0.3},
        "总部": {"0902": 2.0},
        "金融": {"0902": 0.5},
        "商务": {"0902": 0.6, "0901": 0.3},
        "商贸": {"0901": 0.5},
        "传媒": {"0901": 0.5, "0902": 0.5},
        "休闲": {"0901": 0.4, "0701": 0.5},
        "居": {"0701": 1.2},
        "生活": {"0701": 1.2},
        "国际化城区": {"0701": 1.5},
        "院所": {"0802": 0.4},
    }
)
"""Words of the plan for a unit's function -> what they add to the wishes there."""

NEAR_AXIS: Mapping[str, float] = MappingProxyType({"0902": 1.2, "0901": 1.0, "0802": 0.3})
NEAR_SHORE: Mapping[str, float] = MappingProxyType({"1001": -0.8, "0901": 0.5, "0701": 0.3})
"""What the corridor and the sea add, as a share."""


class Site(NamedTuple):
    """A use that takes single lots: how many of 3 000, how large (m2), out of which leading uses."""

    code: str
    number: int
    smallest: float
    largest: float
    out_of: tuple[str, ...] = ()
    green_class: str = ""


SITES = (
    Site("1401", 12, 24_000, 60_000, green_class="G12"),
    Site("1401", 16, 10_000, 24_000, green_class="G12"),
    Site("1401", 1, 15_000, 60_000, green_class="G131"),
    Site("1401", 2, 15_000, 60_000, green_class="G132"),
    Site("1401", 1, 8_000, 40_000, green_class="G133"),
    Site("1401", 1, 8_000, 40_000, green_class="G134"),
    Site("1401", 2, 15_000, 60_000, green_class="G135"),
    Site("1401", 5, 8_000, 40_000, green_class="G139"),
    Site("1401", 130, 450, 9_500, green_class="G14"),
    Site("1402", 20, 450, 9_500, green_class="G2"),
    Site("1403", 26, 1_000, 9_500, ("0901", "0902", "0701"), "G3"),
    Site("080601", 5, 20_000, 60_000, ("0701", "0902")),
    Site("080402", 2, 15_000, 60_000, ("0701", "0802")),
    Site("080403", 34, 14_000, 45_000, ("0701",)),
    Site("080404", 46, 3_000, 13_000, ("0701",)),
    Site("080501", 6, 12_000, 50_000, ("0701", "0802")),
    Site("080602", 16, 800, 9_000, ("0701",)),
    Site("0702", 40, 450, 6_000, ("0701",)),
    Site("0807", 9, 2_000, 15_000, ("0701",)),
    Site("0803", 10, 5_000, 20_000, ("0901", "0902", "0701")),
    Site("0801", 14, 4_000, 20_000, ("0902", "0802")),
    Site("0901", 60, 450, 9_000, ("0701",)),
    Site("0903", 8, 3_000, 15_000, ("0901",)),
    Site("090104", 10, 4_000, 20_000, ("0901", "0902")),
    Site("1101", 36, 6_000, 30_000, ("1001",)),
    Site("1206", 4, 2_000, 15_000, ("0902", "0701")),
    Site("120802", 8, 2_000, 9_000, ("0701", "0902")),
    Site("120803", 24, 800, 6_000, ("0901", "0902", "0701", "0802")),
    Site("1301", 4, 2_000, 15_000, ("1001", "0802")),
    Site("1302", 4, 8_000, 30_000, ("1001", "0802")),
    Site("1303", 8, 1_000, 9_000, ("1001", "0802", "0701")),
    Site("1305", 8, 2_000, 12_000, ("0701", "1001")),
    Site("1309", 8, 800, 6_000, ("0701", "1001")),
    Site("1310", 6, 2_000, 9_000, ("0902", "0701", "1001")),
    Site("16", 30, 5_000, 30_000, ("0802", "1001", "0902")),
)

PORT = "1204"
RESERVED = "16"
PORTS = 3

MATURITY: Mapping[str, float] = MappingProxyType({"core": 1.9, "city": -0.2, "cluster": 0.9})
"""How far the town has come in units of a role; where 0, half the lots are built on."""

ELSEWHERE = 0.8

BEFORE: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "07": (("2301", 0.45), ("0703", 0.35), ("0103", 0.2)),
        "08": (("2301", 0.55), ("0703", 0.2), ("0103", 0.25)),
        "09": (("2301", 0.5), ("0703", 0.25), ("1001", 0.25)),
        "10": (("2301", 0.65), ("0103", 0.35)),
        "14": (("2301", 0.5), ("0304", 0.3), ("0103", 0.2)),
    }
)
"""First two digits of the planned use -> what stands on lots the town has not reached."""

VACANT = "2301"

STILL: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"0902": ("1001", 0.14), "0802": ("1001", 0.08), "0901": ("1101", 0.06), "0701": ("0703", 0.05)}
)
"""Planned use -> what is still there in the built town, and how often: works and villages to be renewed."""

WHOLE = ("12", "13", "14", "15", "16", "0804", "0805", "0806")
"""Uses whose lots are never cut into several plots."""

HILLS: tuple[tuple[str, str, float], ...] = (
    ("0301", "EG14", 0.05),
    ("0103", "", 0.06),
    ("0201", "EG4", 0.05),
    ("0304", "EG3", 0.04),
    ("1704", "", 0.015),
    ("0506", "EG13", 0.015),
    ("0301", "EG12", 0.05),
    ("0301", "EG19", 0.02),
    ("0301", "EG11", 0.04),
    ("0303", "EG2", 0.13),
    ("0301", "EG2", 0.53),
)
"""Outside the town, the nearest first: use, class of the green, share of the patches."""

ELSEWHERE_USED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"verge": ("1402", "G2"), "shore": ("1401", "G139"), "road": ("1207", ""), "highway": ("1202", "")}
)
"""Part of the zone that is neither lot nor hill -> use, class of the green."""
