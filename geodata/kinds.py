"""The kinds of datasets: the contract every table keeps, whoever brings it.

Areas are m2, lengths m, money yuan, shares 0 to 1; missing is NA. What belongs to a dataset as a whole (source,
date, base year, person, licence, audience, scheme) stands with its version, not in its rows.
"""

from collections.abc import Mapping
from types import MappingProxyType

from geodata import vocabulary as words
from geodata.columns import Column, GeometryKind, Kind, amount, area, code, common, count, one_of, share
from geodata.landuse_codes import SCHEMES, SETTLEMENTS

_FAR = 30
_FLOORS = 200
_HEIGHT = 1000
_ITEM_ID = r"[A-Z]\d{3}"
_INDUSTRY = r"[A-T]|[A-T]?\d{2,4}"
_YEARS = (1800, 2100)

_REMARK = Column("remark", "备注")
_TENURE = one_of("tenure", "权属性质", words.TENURES)
_PLOT = Column("plot_id", "所在规划地块编号")
_BUILDING = Column("building_id", "所在楼宇编号")
_STATED = area("area_stated_m2", "登记面积")
_INVESTED = ("contract_investment", "合同投资强度", "元/m2")
_TAX = ("contract_tax", "合同地均税收", "元/m2")

_LANDUSE = (
    code("code", "用地分类代码", required=True),
    Column("code_name", "用地分类名称"),
    one_of("scheme", "分类标准", {key: scheme.label for key, scheme in SCHEMES.items()}, required=True),
    area("area_stated_m2", "图斑面积"),
    area("deducted_m2", "扣除地类面积"),
    one_of("settlement", "城镇村属性码", SETTLEMENTS),
    _TENURE,
    code("feature_code", "要素代码"),
    code("seat_code", "坐落单位代码"),
    Column("seat_name", "坐落单位名称"),
    code("district_code", "行政区代码"),
    Column("district_name", "行政区名称"),
    _REMARK,
)

_PLOTS = (
    code("landuse", "现状用地代码"),
    Column("landuse_name", "现状用地名称"),
    code("landuse_planned", "规划用地代码"),
    Column("landuse_planned_name", "规划用地名称"),
    area("area_stated_m2", "地块面积"),
    amount("far", "现状容积率", maximum=_FAR),
    amount("far_min", "容积率下限", maximum=_FAR),
    amount("far_max", "容积率上限", maximum=_FAR),
    share("density", "现状建筑密度"),
    share("density_max", "建筑密度上限"),
    share("green_ratio", "现状绿地率"),
    share("green_ratio_min", "绿地率下限"),
    amount("height_m", "现状建筑高度", "m", maximum=_HEIGHT),
    amount("height_max_m", "建筑高度上限", "m", maximum=_HEIGHT),
    amount("contract_far", "合同容积率", maximum=_FAR, sensitive=True),
    amount(*_INVESTED, sensitive=True),
    amount(*_TAX, sensitive=True),
    one_of("owner_type", "权利人类型", words.OWNER_TYPES),
    Column("reclaimed", "填海形成", "flag"),
    Column("unit_code", "详细规划单元编号"),
    Column("document", "规划条件文号"),
    _REMARK,
)

_PARCELS = (
    _PLOT,
    Column("owner", "权利人", sensitive=True),
    _TENURE,
    one_of("right_type", "使用权类型", words.RIGHT_TYPES),
    Column("certificate", "不动产权证号", sensitive=True),
    Column("registered_use", "登记用途"),
    _STATED,
    Column("registered_on", "登记日期", "date"),
    Column("expires_on", "使用权终止日期", "date"),
    _REMARK,
)

_BUILDINGS = (
    _PLOT,
    one_of("use", "用途", words.BUILDING_USES),
    count("floors", "层数", "层", maximum=_FLOORS),
    area("floor_area_m2", "建筑面积"),
    area("vacant_m2", "空置面积"),
    count("dwellings", "住宅套数", "套"),
    count("people", "居住人数", "人", sensitive=True),
    amount("height_m", "建筑高度", "m", maximum=_HEIGHT),
    Column("built_year", "建成年份", "integer", minimum=_YEARS[0], maximum=_YEARS[1]),
    _REMARK,
)

_ENTERPRISES = (
    code("credit_code", "统一社会信用代码", sensitive=True),
    code("industry", "行业代码", pattern=_INDUSTRY),
    Column("industry_name", "行业名称"),
    Column("above_scale", "规模以上", "flag"),
    _REMARK,
)

_SITES = (
    Column("enterprise_id", "企业编号", required=True),
    _PLOT,
    _BUILDING,
    area("occupied_m2", "占用面积"),
    Column("owned", "自有", "flag"),
    _REMARK,
)

_SUPPLIED = (
    _PLOT,
    Column("parcel_id", "宗地编号"),
    Column("contract_number", "合同编号（电子监管号）", sensitive=True),
    one_of("supply_way", "供应方式", words.SUPPLY_WAYS),
    Column("grantee", "受让人", sensitive=True),
    code("landuse", "合同用途代码"),
    Column("landuse_name", "合同用途名称"),
    area("area_stated_m2", "供应面积"),
    area("undelivered_m2", "未交地面积"),
    area("developed_m2", "已开发面积"),
    one_of("land_state", "用地情况", words.LAND_STATES),
    Column("signed_on", "合同签订日期", "date"),
    Column("delivered_on", "交地日期", "date"),
    Column("agreed_start", "约定开工日期", "date"),
    Column("actual_start", "实际开工日期", "date"),
    Column("agreed_finish", "约定竣工日期", "date"),
    Column("actual_finish", "实际竣工日期", "date"),
    amount("price_yuan", "成交价款", "元", sensitive=True),
    amount("contract_far", "合同容积率", maximum=_FAR, sensitive=True),
    amount(*_INVESTED, sensitive=True),
    amount(*_TAX, sensitive=True),
    amount("agreed_investment_yuan", "约定总投资", "元", sensitive=True),
    amount("invested_yuan", "固定资产累计投入", "元", sensitive=True),
    amount("revenue_yuan", "年营业收入", "元", sensitive=True),
    amount("tax_yuan", "年纳税总额", "元", sensitive=True),
    Column("mortgaged", "抵押", "flag", sensitive=True),
    Column("seized", "查封", "flag", sensitive=True),
    Column("inefficient", "是否低效", "flag"),
    Column("inefficient_reason", "低效原因"),
    Column("disposal", "处置意见"),
    _REMARK,
)

_GREEN = (
    one_of("green_class", "绿地类别", words.GREEN_CLASSES, required=True),
    Column("public", "向公众开放", "flag"),
    area("canopy_m2", "绿化覆盖面积"),
    _REMARK,
)

_FACILITIES = (
    one_of("facility_class", "设施类别", words.FACILITY_CLASSES, required=True),
    area("site_m2", "用地面积"),
    area("floor_area_m2", "建筑面积"),
    count("capacity", "规模（学位、床位）", "个"),
    Column("public", "向公众开放", "flag"),
    _REMARK,
)

_AREA: tuple[GeometryKind, ...] = ("Polygon",)
_LINE: tuple[GeometryKind, ...] = ("LineString",)
_POINT: tuple[GeometryKind, ...] = ("Point",)

_KINDS = (
    Kind("landuse", "现状用地", _AREA, (*common(), *_LANDUSE), ("现状用地结构", "现状与规划对比", "绿量与覆盖率")),
    Kind("landuse_planned", "规划用地", _AREA, (*common(), *_LANDUSE), ("规划用地结构", "现状与规划对比")),
    Kind("plots", "规划地块", _AREA, (*common(), *_PLOTS), ("规划条件查询", "低效用地线索", "亩均评价", "方案比选")),
    Kind("parcels", "宗地", _AREA, (*common(), *_PARCELS), ("权属查询", "产权分散线索")),
    Kind("buildings", "楼宇/用房", _AREA, (*common(), *_BUILDINGS), ("空置线索", "现状容积率核算", "按户覆盖率")),
    Kind("enterprises", "企业", (), (*common(placed=False), *_ENTERPRISES), ("亩均评价", "产业分布")),
    Kind(
        "enterprise_sites",
        "企业场所",
        ("Point", "Polygon"),
        (*common(placed=False), *_SITES),
        ("亩均评价", "产业分布"),
        placed=False,
    ),
    Kind("green", "绿地、公园", _AREA, (*common(), *_GREEN), ("见绿", "见园", "服务半径覆盖率", "绿地率")),
    Kind("entrances", "公园出入口", _POINT, (*common(), Column("green_id", "公园编号", required=True)), ("步行可达",)),
    Kind(
        "streets",
        "道路",
        _LINE,
        (
            *common(),
            one_of("street_class", "道路等级", words.STREET_CLASSES),
            Column("walkable", "可步行", "flag"),
            amount("width_m", "红线宽度", "m"),
            _REMARK,
        ),
        ("步行可达", "路网密度"),
    ),
    Kind("facilities", "公共设施", ("Point", "Polygon"), (*common(), *_FACILITIES), ("健身圈", "学校与医疗覆盖率")),
    Kind(
        "population",
        "人口",
        ("Point", "Polygon"),
        (*common(), amount("people", "人数", "人", sensitive=True), _BUILDING, _REMARK),
        ("按人口覆盖率", "人均指标"),
    ),
    Kind(
        "boundaries",
        "界线",
        _AREA,
        (
            *common(),
            one_of("boundary_class", "界线类别", words.BOUNDARY_CLASSES, required=True),
            Column("item_id", "规划事项编号", "code", pattern=_ITEM_ID),
            code("official_code", "行政区或单元代码"),
            Column("document", "批准文号"),
            _REMARK,
        ),
        ("按街道统计", "按社区统计", "建成区口径", "布局单元法定界线"),
    ),
    Kind(
        "controls",
        "控制线",
        ("Polygon", "LineString"),
        (
            *common(),
            one_of("control_class", "控制线类别", words.CONTROL_CLASSES, required=True),
            one_of("shore_class", "岸线分类", words.SHORE_CLASSES),
            Column("clause", "管控要求"),
            Column("document", "批准文号"),
            _REMARK,
        ),
        ("合规核对", "海岸退缩核对", "填海区用途核对"),
    ),
    Kind("supplied", "供地", _AREA, (*common(), *_SUPPLIED), ("闲置土地线索", "供地跟踪", "批而未供统计")),
)

DATASETS: Mapping[str, Kind] = MappingProxyType({kind.key: kind for kind in _KINDS})
"""All kinds by key."""
