"""The contract of the plan's layers: vocabulary and the properties of an item.

Identifiers are English, labels Chinese; files and links hold identifiers only.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from geodata.contract import Contract, Text

KINDS = {
    "zone": "布局单元",
    "subzone": "分区",
    "area": "片区",
    "project": "项目",
    "infrastructure": "基础设施",
    "rule": "规则",
    "target": "目标",
}

UNITS = ("zone", "subzone", "area")
"""Kinds that are places of the layout: they have a page, contents and neighbours, and can be compared."""

ROLES = {
    "zone": "全区",
    "corridor": "一廊",
    "core": "一心",
    "city": "一城",
    "clusters": "多组团",
    "cluster": "组团",
    "part": "分区",
    "area": "片区",
    "subdistrict": "街道",
    "expansion": "扩区方向",
    "reclaimed": "填海区",
    "ecology": "生态空间",
    "innovation": "创新平台",
    "park": "产业园区",
    "renewal": "城市更新",
    "urban": "城市品质",
    "community": "社区与民生",
    "digital": "数字应用",
    "green": "绿色生态",
    "institution": "体制与合作",
    "road": "道路交通",
    "rail": "轨道交通",
    "water": "供水排水",
    "power": "电力能源",
    "heat": "供热",
    "telecom": "信息网络",
    "testing": "试验测试",
    "education": "教育",
    "health": "医疗卫生",
    "culture": "文化",
    "welfare": "社会福利",
    "rule": "规则",
    "target": "目标",
}

BASE_ROLES = (
    *("land", "main_road", "metro", "tram", "station", "subdistrict"),
    *("sea", "district", "place", "waters", "hill"),
)

THEMES = {
    "layout": "布局",
    "projects": "项目",
    "infrastructure": "基础设施",
    "ecology": "生态",
    "renewal": "更新",
}

STAGES = {
    "done": "已完成（“十三五”）",
    "accelerate": "加快建设",
    "build": "建设推进",
    "pilot": "试点先行",
    "plan": "规划",
    "conceive": "谋划",
    "explore": "探索争取",
}

_NUMERALS = "零一二三四五六七八九十"

SCHEMATIC = "位置示意"
BASES = ("权威成果", "测绘成果", "公开数据", "图件矢量化", SCHEMATIC)


def _one_of(words: dict[str, str] | tuple[str, ...], *, or_none: bool = False) -> AfterValidator:
    """Let only these values be: codes with what they are called, or words."""
    told = [f"{code} {name}" for code, name in words.items()] if isinstance(words, dict) else words

    def check(value: str) -> str:
        if value not in words and (value or not or_none):
            message = f"“{value}”不在可用值（{'、'.join(told)}）之内"
            raise ValueError(message)
        return value

    return AfterValidator(check)


ItemId = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{3}$")]


class Citation(Contract):
    """Where the plan says it: paragraphs count from 1 under the section's heading, captions left out."""

    chapter: int = Field(ge=1, le=40)
    section: int = Field(ge=0, le=9)
    paragraph: int = Field(ge=1)
    line: int = Field(ge=1)
    table: str | None = None


class Item(Contract):
    """One item of the plan, in the order of the file's properties.

    `basis` and `accuracy_m` say how the place is known and are empty exactly where there is no place.
    """

    id: ItemId
    name: Text
    short: Text
    kind: Annotated[str, _one_of(KINDS)]
    role: Annotated[str, _one_of(ROLES)]
    themes: tuple[Annotated[str, _one_of(THEMES)], ...] = ()
    parent: ItemId | None = None
    function: str = ""
    industries: tuple[Text, ...] = ()
    plan_period: Text
    plan_wording: str = ""
    stage: Annotated[str, _one_of(STAGES, or_none=True)] = ""
    citation: Citation
    summary: Text
    basis: Annotated[str, _one_of(BASES)] | None = None
    accuracy_m: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _place_is_told(self) -> Self:
        if (self.basis is None) != (self.accuracy_m is None):
            message = "定位依据与定位精度须同时填写或同时留空"
            raise ValueError(message)
        return self


class Target(Contract):
    """The figures of a target, as the plan prints them (text: “<4” is a value too)."""

    id: ItemId
    category: str | None = None
    unit: str | None = None
    value_2020: str | None = None
    value_2025: str | None = None
    nature: Literal["预期性", "约束性"] | None = None


class BaseFeature(Contract):
    """A feature of the vector base map."""

    id: Text
    name: str
    role: Annotated[str, _one_of(BASE_ROLES)]
    basis: Annotated[str, _one_of(BASES)]
    accuracy_m: Annotated[int, Field(gt=0)]
    rank: Annotated[int, Field(ge=1, le=3)] = 2
    ref: str | None = None
    area_km2_public: float | None = None


def numeral(number: int) -> str:
    """Chinese numeral of 0 to 19.

    Examples
    --------
    >>> numeral(7), numeral(12)
    ('七', '十二')
    """
    return _NUMERALS[number] if number <= len(_NUMERALS) - 1 else f"十{_NUMERALS[number - 10]}"


def citation_text(place: Mapping[str, Any]) -> str:
    """Say where the plan says it.

    Examples
    --------
    >>> citation_text({"chapter": 7, "section": 1, "paragraph": 4, "line": 403, "table": None})
    '第七章第一节第4段'
    >>> citation_text({"chapter": 2, "section": 4, "paragraph": 3, "line": 170, "table": "表2"})
    '第二章第四节表2第3行'
    """
    section = f"第{numeral(place['section'])}节" if place["section"] else "引言"
    row = f"{place['table']}第{place['paragraph']}行" if place.get("table") else f"第{place['paragraph']}段"
    return f"第{numeral(place['chapter'])}章{section}{row}"


def wording_text(wording: str | None, stage: str | None) -> str:
    """Say the plan's word and the rung of the ladder it stands on, once where they are the same.

    Examples
    --------
    >>> wording_text("打造", "build"), wording_text("加快建设", "accelerate"), wording_text("设立", "done")
    ('打造（建设推进）', '加快建设', '设立（已完成，“十三五”）')
    """
    rung = STAGES[stage].replace("（", "，").replace("）", "") if stage else ""
    return f"{wording}（{rung}）" if wording and rung and rung != wording else wording or ""
