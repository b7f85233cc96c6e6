"""Files of formats that are not read, and files whose name lies."""

from collections.abc import Callable
from pathlib import Path

Maker = Callable[[Path], Path]


def holding(name: str, content: bytes) -> Maker:
    """Make a maker of a file with this content."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def absent(folder: Path) -> Path:
    return folder / "没有.gpkg"


def empty_folder(folder: Path) -> Path:
    (folder / "空文件夹").mkdir()
    return folder / "空文件夹"


def _office(stream: str) -> bytes:
    """An OLE file whose directory names one stream."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = b"\x09\x00"
    return bytes(head) + f"Root Entry{stream}".encode("utf-16-le").ljust(512, b"\0")


_TO = "Shapefile（压缩为 .zip）、GeoPackage、GeoJSON、KML/KMZ、DXF、FileGDB（压缩为 .zip）、Excel 或 CSV"

_MDB = "这是 Access 数据库（个人地理数据库 .mdb），不能直接读取"
_MDB += "，请在 ArcGIS 中导出为文件地理数据库（.gdb）或 Shapefile 后再选。"
_VCT = "这是国家空间数据交换格式（.vct），不能直接读取，请用数据交换软件转换为 Shapefile 或 FileGDB 后再选。"

HEADS: dict[str, tuple[Maker, str]] = {
    "absent": (absent, "没有.gpkg：找不到这个文件，请核对位置后重选。"),
    "empty folder": (empty_folder, f"空文件夹：里面没有找到文件（隐藏的和层次过深的不读），请放入 {_TO}。"),
    "empty": (holding("空.shp", b""), "空.shp：文件是空的（0 字节），请向提供单位重新索取或重新拷贝。"),
    "zeros": (holding("零.gpkg", bytes(4096)), "零.gpkg：文件里只有空字节，请向提供单位重新索取或重新拷贝。"),
    "mdb": (
        holding("地块.mdb", b"\0\1\0\0Standard Jet DB\0"),
        f"地块.mdb：{_MDB}",
    ),
    "accdb under another name": (
        holding("地块.gdb", b"\0\1\0\0Standard ACE DB\0"),
        f"地块.gdb：{_MDB.replace('这是', '扩展名为 .gdb，内容却是')}",
    ),
    "mdb by name alone": (
        holding("旧库.mdb", b"\x01\x02\x03\x04"),
        (
            "旧库.mdb：扩展名为 .mdb，内容却无法识别，可能已损坏或加了密，"
            "请先在原软件中打开核对，再在 ArcGIS 中导出为文件地理数据库（.gdb）或 Shapefile 后再选。"
        ),
    ),
    "dwg": (
        holding("总图.dwg", b"AC1032" + bytes(50)),
        "总图.dwg：这是 AutoCAD 图形（.dwg），不能直接读取，请在 CAD 软件中另存为 DXF 后再选。",
    ),
    "dwg called shp": (
        holding("总图.shp", b"AC1015" + bytes(50)),
        "总图.shp：扩展名为 .shp，内容却是 AutoCAD 图形（.dwg），不能直接读取，请在 CAD 软件中另存为 DXF 后再选。",
    ),
    "binary dxf": (
        holding("总图.dxf", b"AutoCAD Binary DXF\r\n\x1a\0"),
        "总图.dxf：这是二进制 DXF，不能直接读取，请在 CAD 软件中另存为文本（ASCII）DXF 后再选。",
    ),
    "vct": (
        holding("交换.vct", b"HeadBegin\nDatamark:LANDUSE-VCT\nVersion:3.0\n"),
        f"交换.vct：{_VCT}",
    ),
    "vct called txt": (
        holding("交换.txt", b"HeadBegin\nDatamark:LANDUSE-VCT\nVersion:3.0\n"),
        f"交换.txt：{_VCT.replace('这是', '扩展名为 .txt，内容却是')}",
    ),
    "rar called zip": (
        holding("数据.zip", b"Rar!\x1a\x07\x01\x00" + bytes(20)),
        "数据.zip：扩展名为 .zip，内容却是 RAR 压缩包，不能直接读取，请解压后重新压缩为 .zip 再选。",
    ),
    "7z": (
        holding("数据.7z", b"7z\xbc\xaf\x27\x1c" + bytes(20)),
        "数据.7z：这是 7z 压缩包或以它打包的图层文件，不能直接读取，请解压后重新压缩为 .zip 再选。",
    ),
    "gz": (
        holding("数据.gz", b"\x1f\x8b\x08" + bytes(20)),
        "数据.gz：这是 tar 或 gz 压缩包，不能直接读取，请解压后重新压缩为 .zip 再选。",
    ),
    "doc": (
        holding("通知.doc", _office("WordDocument")),
        (
            "通知.doc：这是 Word 97—2003 文档（.doc），不能直接读取，"
            "请在 Word 或 WPS 中打开，把其中的表格复制到 Excel 并另存为 .xlsx 后再选。"
        ),
    ),
    "locked workbook": (
        holding("加密.xlsx", _office("EncryptedPackage")),
        "加密.xlsx：这是加了密码的 Office 文件，不能直接读取，请去掉密码后另存为 .xlsx 再选。",
    ),
    "pdf": (
        holding("规划.pdf", b"%PDF-1.7\n"),
        "规划.pdf：这是 PDF 文档，不能直接读取，请向提供单位索取 Shapefile、GeoPackage 或 DXF。",
    ),
    "picture": (
        holding("图.png", b"\x89PNG\r\n\x1a\n" + bytes(20)),
        "图.png：这是图片，不能直接读取，请向提供单位索取 Shapefile、GeoPackage 或 DXF。",
    ),
    "web page called xls": (
        holding("导出.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        "导出.xls：扩展名为 .xls，内容却是网页，不能直接读取，请在 Excel 中打开并另存为 .xlsx 后再选。",
    ),
    "xml that names other files": (
        holding("引用.csv", b'<OGRVRTDataSource><OGRVRTLayer name="a"/></OGRVRTDataSource>'),
        "引用.csv：这是普通 XML 文件而非 KML，不能直接读取，请在 GIS 软件中导出为 KML 或 GeoPackage 后再选。",
    ),
    "json": (
        holding("设置.json", b'{"a": 1}'),
        "设置.json：这是普通 JSON 文件而非 GeoJSON，不能直接读取，请在 GIS 软件中导出为 GeoJSON 后再选。",
    ),
    "esri json": (
        holding("服务.json", b'{"geometryType": "esriGeometryPolygon", "features": []}'),
        (
            "服务.json：这是 ArcGIS 的 JSON（Esri JSON）而非 GeoJSON，不能直接读取，"
            "请在 ArcGIS 中用“要素转 JSON”并勾选 GeoJSON 后再选。"
        ),
    ),
    "database": (
        holding("应用.sqlite", b"SQLite format 3\0" + bytes(84)),
        "应用.sqlite：这是普通 SQLite 数据库而非 GeoPackage，不能直接读取，请在 GIS 软件中导出为 GeoPackage 后再选。",
    ),
    "mapinfo": (
        holding("图.tab", b"!table\n!version 300\n"),
        "图.tab：这是 MapInfo 文件，不能直接读取，请在 GIS 软件中导出为 Shapefile 或 GeoPackage 后再选。",
    ),
    "e00": (
        holding("旧.e00", b"EXP  0 C:\\A.E00\n"),
        "旧.e00：这是 ArcInfo 交换文件（.e00），不能直接读取，请在 ArcGIS 中导出为 Shapefile 后再选。",
    ),
    "program": (holding("数据.exe", b"MZ\x90\0" + bytes(60)), "数据.exe：这是程序，不能直接读取，请选择数据文件。"),
    "attributes alone": (
        holding("属性.dbf", b"\x03" + bytes(40)),
        "属性.dbf：这是 Shapefile 的一部分，不能直接读取，请把同名的 .shp、.shx、.dbf、.prj 一起压缩为 .zip 再选。",
    ),
    "noise": (
        holding("噪声.gpkg", bytes(range(256)) * 4),
        "噪声.gpkg：扩展名为 .gpkg，内容却无法识别，可能已损坏或加了密，请在原软件中打开核对，重新导出后再选。",
    ),
    "noise of no known ending": (
        holding("噪声.xyz", bytes(range(256)) * 4),
        f"噪声.xyz：这是不支持的格式，不能直接读取，请转换为 {_TO} 后再选。",
    ),
    "slides": (
        holding("汇报.ppt", _office("PowerPoint Document")),
        (
            "汇报.ppt：这是 PowerPoint 演示文稿，不能直接读取，"
            "请向提供单位索取原始数据，或把其中的表格复制到 Excel 并另存为 .xlsx 后再选。"
        ),
    ),
    "rich text": (
        holding("通知.rtf", b"{\\rtf1 a}"),
        "通知.rtf：这是 RTF 文档，不能直接读取，请把其中的表格复制到 Excel 并另存为 .xlsx 后再选。",
    ),
    "map document": (
        holding("图.mxd", _office("Maplex")),
        "图.mxd：这是工程或图层样式文件，其中没有数据，不能直接读取，请选择它所引用的数据文件。",
    ),
}
