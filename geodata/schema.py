"""The contract of the plan's layers: vocabulary and the properties of an item.

Identifiers are English, labels Chinese; files and links hold identifiers only.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

KINDS = {
    "zone": "布局单元",
    "subzone": "分区",
    "area": "片区",
    "project": "项目",
    "infrastructure": "基础设施",
    "rule": "规则",
    "target": "目标",
}

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

SCHEMATIC = "位置示意"
BASES = ("权威成果", "测绘成果", "公开数据", "图件矢量化", SCHEMATIC)


def _one_of(words: dict[str, str] | tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in words:
            message = f"“{value}”不在可用值（{'、'.join(words)}）之内"
            raise ValueError(message)
        return value

    return AfterValidator(check)


ItemId = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{3}$")]
Text = Annotated[str, StringConstraints(min_length=1)]


class Contract(BaseModel):
    """What all contracts share: frozen, and no unknown key passes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Contract):
    """Where the plan says it: paragraphs count from 1 under the section's heading, captions left out."""

    chapter: int = Field(ge=1, le=10)
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
    stage: Annotated[str, _one_of(("", *STAGES))] = ""
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
