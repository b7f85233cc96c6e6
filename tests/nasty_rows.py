"""Files that can be read, and hold what no dataset may: name -> (kind, maker, the sentence of the check)."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from geodata.findings import MAPPED
from tests.nasty_gis import CRS, EAST, NORTH, no_rows, written

Maker = Callable[[Path], Path]


def squares(count: int = 4) -> list[Any]:
    """Squares of 100 m side by side."""
    return [shapely.box(EAST + 100 * n, NORTH, EAST + 100 * n + 100, NORTH + 100) for n in range(count)]


def rows(folder: Path, shapes: Sequence[Any] = (), **columns: Any) -> Path:
    """Write rows A0, A1, ... with these columns, squares unless told."""
    told = list(shapes) or squares()
    ids = {"地块编号": [f"A{n}" for n in range(len(told))]}
    table = gpd.GeoDataFrame({**ids, **columns}, geometry=gpd.GeoSeries(told), crs=CRS)
    return written(folder / "地块.gpkg", table, use_arrow=True)


def made(*shapes: Any, **columns: Any) -> Maker:
    """Make a maker of such a file."""
    return partial(rows, shapes=shapes, **columns)


def _bow() -> Any:
    return shapely.Polygon([(EAST, NORTH), (EAST + 90, NORTH + 90), (EAST + 90, NORTH), (EAST, NORTH + 90)])


def _spike() -> Any:
    """A hole that reaches out of its outline."""
    outer = [(EAST, NORTH), (EAST + 90, NORTH), (EAST + 90, NORTH + 90), (EAST, NORTH + 90)]
    return shapely.Polygon(outer, [[(EAST + 50, NORTH + 50), (EAST + 150, NORTH + 50), (EAST + 50, NORTH + 60)]])


def _far_away() -> Any:
    return shapely.box(EAST + 500_000, NORTH, EAST + 500_100, NORTH + 100)


def _line() -> Any:
    return shapely.LineString([(EAST, NORTH), (EAST + 100, NORTH)])


_REST = squares()[1:]
_SCRIPT = "<script>alert(1)</script>"
_AS_TEXT = "请把该列改为文本后补上"
_MEND = "可在检查时一并修复，或在 GIS 软件中用“修复几何图形”处理"
_BROKEN = f"规划地块：1 行的图形有误（{{}} 1 行），{_MEND}。"
_CODE, _FAR = "规划地块的“规划用地代码”", "规划地块的“容积率上限”"
_DAY = "宗地的“登记日期”：{} 行"
_FAR_DAY, _YEAR = f"{_DAY}的日期不在 1800—2199 年之内", "请核对年份后改正"
_OWNERS = "政府部门、平台公司、事业单位、国有企业、民营企业、外资企业、集体经济组织、个人、多家（产权分散）"

ROWS: dict[str, tuple[str, Maker, str]] = {
    "self-intersection": ("plots", made(_bow(), *_REST), _BROKEN.format("轮廓自相交")),
    "hole across its outline": ("plots", made(_spike(), *_REST), _BROKEN.format("洞或各部分相互交叉")),
    "line among areas": ("plots", made(_line(), *_REST), "规划地块：1 行不是面，请选择正确的图层或去掉这些行。"),
    "row without a shape": ("plots", made(None, *_REST), "规划地块：1 行没有图形，请补绘图形或去掉这些行。"),
    "row far away": ("plots", made(_far_away(), *_REST), "规划地块：1 行的位置在底图范围之外，请检查坐标系与坐标。"),
    "the same shape twice": (
        "plots",
        made(*squares(), squares()[0]),
        "规划地块：1 行的图形与前面的行完全相同，请去掉重复的行（可在检查时一并去掉）或改正图形。",
    ),
    "ids given twice": (
        "plots",
        made(地块编号=["A", "A", "B", "C"]),
        "规划地块的“编号”：2 行的编号重复（例如“A”），请改为不重复的编号。",
    ),
    "ids left empty": ("plots", made(地块编号=["A", " ", None, "C"]), "规划地块的“编号”：2 行没有填写，请补齐。"),
    "unknown codes": (
        "plots",
        made(YDYHFLDM=["9999", "1001", "XX", "1001"]),
        f"{_CODE}：2 行的代码不在用地用海2023之内（例如“9999”、“XX”），请改正代码或重选分类标准{MAPPED}。",
    ),
    "codes without their zero": (
        "plots",
        made(YDYHFLDM=[701, 801, 901, 702]),
        f"{_CODE}：4 行的代码不在用地用海2023之内（例如“701”、“801”、“901”），像是丢了开头的 0，{_AS_TEXT}。",
    ),
    "code beside another name": (
        "plots",
        made(YDYHFLDM=["1001"] * 4, YDYHFLMC=["工业用地"] * 3 + ["公园绿地"]),
        f"{_CODE}：1 行的代码与名称在用地用海2023中不符（例如“1001 公园绿地”），请改正其一或重选分类标准。",
    ),
    "words where numbers belong": (
        "plots",
        made(容积率=["约 3", "2.5", "不详", "1"]),
        f"{_FAR}：2 行不能读作数值（例如“约 3”、“不详”），请改正这些值。",
    ),
    "beyond all bounds": (
        "plots",
        made(容积率=[300, 2, -1, 1]),
        f"{_FAR}：1 行超出 0—30 的范围（例如“300”），请核对单位后改正。",
    ),
    "endless numbers": (
        "plots",
        made(容积率=["inf", "nan", "1e999", "1"]),
        f"{_FAR}：3 行不是有限的数（无穷大或 NaN）（例如“inf”、“nan”、“1e999”），请改为实际数值，没有的留空。",
    ),
    "fractions where whole numbers belong": (
        "buildings",
        made(层数=["2.5", "3", "4", "约 5"]),
        "楼宇/用房的“层数”：1 行是小数，应为整数（例如“2.5”），请核对后改为整数。",
    ),
    "lower bound above the upper": (
        "plots",
        made(容积率下限=[3, 1, 1, 1], 容积率上限=[2, 2, 2, 2]),
        "规划地块：1 行的“容积率上限”小于“容积率下限”，请改正其一。",
    ),
    "areas in another unit": (
        "plots",
        made(用地面积=[15.0] * 4),
        "规划地块的“地块面积”：整列像是以亩为单位（100%的行按亩与图形面积相符），请把该列的单位选为亩。",
    ),
    "script where a class belongs": (
        "plots",
        made(权属类型=[_SCRIPT] * 4),
        f"规划地块的“权利人类型”：4 行不在可用值之内（例如“{_SCRIPT[:20]}”），请改为：{_OWNERS}{MAPPED}。",
    ),
    "days out of range": (
        "parcels",
        made(登记日期=["0202-05-18", "9999-12-31", "2021-05-18", None]),
        f"{_FAR_DAY.format(2)}（例如“0202-05-18”、“9999-12-31”），{_YEAR}。",
    ),
    "days that do not exist": (
        "parcels",
        made(登记日期=["2021-02-30", "昨天", "2021-05-18", "20231301"]),
        f"{_DAY.format(2)}的日期不存在（例如“2021-02-30”、“20231301”），请按当月的天数核对后改正。",
    ),
    "words where days belong": (
        "parcels",
        made(登记日期=["2021-02-30", "昨天", "2021-05-18", "待定"]),
        f"{_DAY.format(2)}不能读作日期（如 2021-05-18）（例如“昨天”、“待定”），请改正这些值。",
    ),
    "days out of range as days": (
        "parcels",
        made(登记日期=[dt.date(202, 5, 18), *[dt.date(2021, 5, 18)] * 3]),
        f"{_FAR_DAY.format(1)}（例如“0202-05-18”），{_YEAR}。",
    ),
    "codes saved as numbers": (
        "parcels",
        made(不动产权证号=[2.1021e17] * 4),
        "宗地的“不动产权证号”：4 行不能读作文字（长编码须存为文本，不能存为数值）（例如“2.1021e+17”），请改正这些值。",
    ),
    "no rows": ("plots", no_rows, "规划地块：没有任何一行，请检查所选的文件、图层或筛选条件。"),
}
