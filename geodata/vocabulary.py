"""What may stand in the columns of datasets: identifiers in files and links, labels on the screen."""

from collections.abc import Mapping
from types import MappingProxyType


def _words(**labels: str) -> Mapping[str, str]:
    return MappingProxyType(labels)


def _codes(text: str) -> Mapping[str, str]:
    """Read "G1 公园绿地、G11 综合公园" as a table of code and name."""
    return MappingProxyType(dict(entry.split(" ", 1) for entry in text.split("、")))


GREEN_CLASSES = _codes(
    "G1 公园绿地、G11 综合公园、G12 社区公园、G13 专类公园、G131 动物园、G132 植物园、G133 历史名园、G134 遗址公园、"
    "G135 游乐公园、G139 其他专类公园、G14 游园、G2 防护绿地、G3 广场用地、XG 附属绿地、RG 居住用地附属绿地、"
    "AG 公共管理与公共服务设施用地附属绿地、BG 商业服务业设施用地附属绿地、MG 工业用地附属绿地、"
    "WG 物流仓储用地附属绿地、SG 道路与交通设施用地附属绿地、UG 公用设施用地附属绿地、EG 区域绿地、"
    "EG1 风景游憩绿地、EG11 风景名胜区、EG12 森林公园、EG13 湿地公园、EG14 郊野公园、EG19 其他风景游憩绿地、"
    "EG2 生态保育绿地、EG3 区域设施防护绿地、EG4 生产绿地"
)
"""CJJ/T 85-2017. G4 and G5 belong to the classification of 2002 it replaced."""

TENURES = _codes(
    "10 国有土地所有权、20 国有土地使用权、30 集体土地所有权、31 村民小组集体所有、32 村集体经济组织所有、"
    "33 乡（镇）集体经济组织所有、34 其他农民集体所有、40 集体土地使用权"
)
"""权属性质 QSXZ of the survey."""

BOUNDARY_CLASSES = _words(
    jurisdiction="管辖范围",
    subdistrict="街道",
    community="社区",
    grid="网格",
    detailed_unit="详细规划单元",
    built_up="建成区",
    urban_extent="城区范围",
    layout_unit="布局单元",
    area="其他范围",
)
LAYOUT_UNIT = "layout_unit"
"""The official boundary of a unit of the plan's layout: names its item."""

SHORE_CLASSES = _words(strict="严格保护", limited="限制开发", optimised="优化利用")

CONTROL_CLASSES = _words(
    urban_boundary="城镇开发边界",
    farmland="永久基本农田",
    ecology="生态保护红线",
    green_line="城市绿线",
    blue_line="城市蓝线",
    purple_line="城市紫线",
    yellow_line="城市黄线",
    road_line="道路红线",
    coastline="海岸线",
    setback="退缩线",
    reclaimed="填海区",
)

FACILITY_CLASSES = _words(
    kindergarten="幼儿园",
    primary_school="小学",
    middle_school="初中",
    nine_year_school="九年一贯制学校",
    high_school="高中",
    vocational_school="中等职业学校",
    university="高等院校",
    other_school="其他学校",
    hospital="医院",
    clinic="基层医疗卫生机构",
    public_health="公共卫生机构",
    sports_venue="体育场馆",
    sports_ground="运动场地",
    fitness_spot="健身点",
    sports_park="体育公园",
)
"""Schools, health, sport."""

STREET_CLASSES = _words(
    highway="公路",
    expressway="快速路",
    arterial="主干路",
    collector="次干路",
    branch="支路",
    lane="街巷",
    footway="步行道",
    steps="梯道",
    greenway="绿道",
)

BUILDING_USES = _words(
    residential="住宅",
    factory="厂房",
    research="研发",
    office="办公",
    commerce="商业",
    hotel="旅馆",
    warehouse="仓储",
    public="公共服务",
    education="教育",
    health="医疗卫生",
    transport="交通",
    utility="公用设施",
    mixed="综合",
    other="其他",
)

OWNER_TYPES = _words(
    government="政府部门",
    platform="平台公司",
    institution="事业单位",
    state_firm="国有企业",
    private_firm="民营企业",
    foreign_firm="外资企业",
    collective="集体经济组织",
    individual="个人",
    several="多家（产权分散）",
)

RIGHT_TYPES = _words(
    granted="出让",
    allocated="划拨",
    leased="租赁",
    contributed="作价出资（入股）",
    authorised="授权经营",
    other="其他",
)

SUPPLY_WAYS = _words(
    tender="招标出让",
    auction="拍卖出让",
    listing="挂牌出让",
    agreement="协议出让",
    allocated="划拨",
    leased="租赁",
    contributed="作价出资（入股）",
)

LAND_STATES = _words(
    late_start="逾期开工",
    late_finish="逾期竣工",
    in_use="正常使用",
    suspected_idle="疑似闲置",
    suspected_inefficient="疑似低效",
    idle="闲置土地",
    inefficient="低效土地",
)
"""用地情况 of the ledgers of supplied land."""
