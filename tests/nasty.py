"""Files nobody should send: name -> (maker, the sentence a person reads).

Where a file can be read all the same, the sentence is one of the notes that go with it.
"""

from tests import nasty_gis as gis
from tests import nasty_tables as tables
from tests import nasty_zips as zips
from tests.nasty_heads import HEADS, Maker

_AGAIN = "请在原软件中打开核对，重新导出后再选"
_COPY = "请重新拷贝或下载，再不行请在原软件中重新导出"
_BOAST = "相差悬殊，文件头不可信"
_HARM = "请勿使用，并向提供单位核实"
_PART = "已损坏，无法解压，请重新拷贝或下载后再选"
_OUT = "的路径以“..”指向压缩包之外，可能有害"
_IN = "Shapefile（压缩为 .zip）、GeoPackage、GeoJSON、KML/KMZ、DXF、FileGDB（压缩为 .zip）、Excel 或 CSV"
_READ = "读取，请核对文字是否正常，如有乱码请改选编码"
_EXCEL = "请在 Excel 中打开核对，另存为 .xlsx 后再选"
_DIED = "文件可能已损坏，或展开后超过 1024 MB 的内存上限"
_WHICH = "请核对文件是否属于本区、坐标单位是否为度或米，或由提供单位写明坐标系"
_HEADING = "请在匹配字段时核对"

_ZIPS: dict[str, tuple[Maker, str]] = {
    "zip bomb": (zips.bomb, f"炸弹.zip：解压后膨胀 1027 倍，疑为恶意的压缩包，{_HARM}。"),
    "workbook bomb": (zips.workbook_bomb, f"炸弹.xlsx：解压后膨胀 1024 倍，疑为恶意的 Excel 文件，{_HARM}。"),
    "huge zip": (
        zips.huge,
        "巨大.zip：解压后有 6144 MB，超过 4096 MB 的上限，请分成几个文件。",
    ),
    "overlapping zip": (zips.overlapping, f"重叠.zip：其中“0.shp”与“1.shp”占用同一段内容，疑为恶意压缩包，{_HARM}。"),
    "path upwards": (zips.upwards, f"上溯.zip：其中“../../evil.shp”{_OUT}，{_HARM}。"),
    "path upwards, Windows": (zips.upwards_as_windows_writes, f"反斜杠.zip：其中“../../evil.shp”{_OUT}，{_HARM}。"),
    "absolute path": (
        zips.absolute,
        f"绝对.zip：其中“/etc/evil.shp”用了绝对路径，指向本机的文件夹，可能有害，{_HARM}。",
    ),
    "path on a drive": (
        zips.on_a_drive,
        f"盘符.zip：其中“C:/evil.shp”的路径带有盘符，指向本机的磁盘，可能有害，{_HARM}。",
    ),
    "link in a zip": (zips.linked, "链接.zip：其中“链接.shp”是链接而不是文件，请把链接换成文件后重新压缩。"),
    "nested zip": (zips.nested, "外层.zip：里面还是压缩包（里层.zip），请先解压一层，再选其中的压缩包。"),
    "five thousand files": (zips.crowded, "众多.zip：压缩包里的文件超过 5000 个，请只压缩需要导入的数据。"),
    "a gigabyte of names": (
        zips.crowded_in_secret,
        f"暗中.zip：文件清单自称有 1024 MB，疑为恶意压缩包，{_HARM}。",
    ),
    "locked zip": (zips.locked, "密码.zip：压缩包设有密码，请去掉密码后重新压缩。"),
    "zip of another way": (
        zips.of_another_way,
        "压缩.zip：压缩方式无法读取（Deflate64 等），请用系统自带的“压缩文件夹”分开压缩后再选。",
    ),
    "empty zip": (zips.empty, "空包.zip：压缩包是空的，请核对后重新压缩。"),
    "truncated zip": (
        zips.truncated,
        "截断.zip：压缩包不完整，缺少末尾的文件清单，请重新拷贝或下载，再不行请重新压缩。",
    ),
    "truncated workbook": (
        zips.truncated_workbook,
        "截断.xlsx：Excel 文件不完整或已损坏，请在 Excel 中打开另存后再选，打不开的请重新拷贝或下载。",
    ),
    "truncated kmz": (
        zips.truncated_kmz,
        "截断.kmz：KMZ 文件不完整或已损坏，请重新拷贝或下载，再不行请在原软件中重新导出。",
    ),
    "garbled zip": (zips.garbled, "乱码.zip：压缩包已损坏，内容不是压缩数据，请由提供单位核对后重新压缩。"),
    "doubled name in a zip": (zips.doubled, "重名.zip：其中“a.shp”出现两次，请删去多余的一个后重新压缩。"),
    "damaged zip": (zips.damaged, f"损坏.zip：其中“地块.csv”{_PART}。"),
    "zip without data": (zips.without_data, f"说明.zip：没有可以读取的数据文件，请放入 {_IN}。"),
    "zip with a drawing": (
        zips.with_drawing,
        "图纸.zip 中的 总图.dwg：这是 AutoCAD 图形（.dwg），不能直接读取，请在 CAD 软件中另存为 DXF 后再选。",
    ),
    "docx": (
        zips.document,
        "报告.docx：这是 Word 文档（.docx），不能直接读取，请把其中的表格复制到 Excel 并另存为 .xlsx 后再选。",
    ),
    "project": (
        zips.project,
        "工程.qgz：这是工程或图层样式文件，其中没有数据，不能直接读取，请选择它所引用的数据文件。",
    ),
    "half a geodatabase": (
        zips.half_geodatabase,
        "地块.gdb：FileGDB 不完整，缺少 a00000001.gdbtable，请把整个 .gdb 文件夹压缩为 .zip 再选。",
    ),
    "broken geodatabase": (zips.broken_geodatabase, f"地块.gdb：不是完整的 FileGDB 文件，{_AGAIN}。"),
}

_SHAPEFILES: dict[str, tuple[Maker, str]] = {
    "truncated shapefile": (
        gis.truncated_shapefile,
        f"地块.shp：文件头写明 644 字节，实际只有 322 字节，文件不完整，{_COPY}。",
    ),
    "2 GB in the header": (
        gis.boastful_shapefile,
        f"地块.shp：文件头写明 2.0 GB，实际只有 644 字节，{_BOAST}，{_COPY}。",
    ),
    "a hundred million vertices declared": (gis.boastful_record, f"地块.shp：不是完整的 Shapefile 文件，{_AGAIN}。"),
    "2 GB in the header of the table": (
        gis.boastful_table,
        f"地块.dbf：文件头写明 1.6 GB，实际只有 742 字节，{_BOAST}，{_COPY}。",
    ),
    "no index": (
        gis.without_index,
        "地块.shp：缺少 .shx 文件，已重建索引，请核对要素数，最好向提供单位索取完整文件。",
    ),
    "no attributes": (
        gis.without_table,
        "地块.shp：缺少 .dbf 文件，没有属性，只读入图形，请向提供单位索取完整文件。",
    ),
    "no system": (
        gis.without_system,
        "地块.shp：缺少 .prj 文件，没有声明坐标系，请在“坐标系”一步核对识别的坐标系。",
    ),
    "nonsense system": (
        gis.nonsense_system,
        "地块.shp：坐标系声明（.prj）无法识别，请在“坐标系”一步核对识别的坐标系。",
    ),
    "solids": (
        gis.solids,
        "地块.shp：是三维多面体（MultiPatch），请在 ArcGIS 中用“多面体轮廓”转换为面后再选。",
    ),
    "unknown shapes": (
        gis.unknown_shapes,
        "地块.shp：图形类型 77 不认识，文件可能已损坏，请在原软件中重新导出。",
    ),
    "wrong encoding declared": (
        gis.wrong_code_page,
        f"地块.shp：声明的编码是 UTF-8，实际为 GBK，已按 GBK {_READ}。",
    ),
    "impossible days": (
        gis.impossible_days,
        "地块.shp：“建成日期”列有 4 行的日期不存在（第一处在第 1 行），已按缺失读取，请在原软件中改正。",
    ),
    "table alone in a folder": (
        gis.part_alone,
        "只有：只有 Shapefile 的一部分（地块.dbf），缺少 .shp 文件，请把同名的 .shp、.shx、.dbf、.prj 一起放入。",
    ),
}

_PACKAGES: dict[str, tuple[Maker, str]] = {
    "truncated geopackage": (
        gis.truncated_package,
        f"地块.gpkg：文件头写明 96.0 KB，实际只有 57.6 KB，文件不完整，{_COPY}。",
    ),
    "scribbled geopackage": (gis.scribbled_package, f"地块.gpkg：不是完整的 GeoPackage 文件，{_AGAIN}。"),
    "2 GB in the header of a geopackage": (
        gis.boastful_package,
        f"地块.gpkg：文件头写明 2.0 GB，实际只有 96.0 KB，{_BOAST}，{_COPY}。",
    ),
    "geopackage without contents": (
        gis.empty_package,
        f"地块.gpkg：图层目录（gpkg_contents）中没有任何图层，无法按图形读取，{_AGAIN}。",
    ),
    "geopackage called shp": (
        gis.misnamed_package,
        "地块.shp：扩展名为 .shp，内容却是 GeoPackage，已按 GeoPackage 读取，请核对是否选对了文件。",
    ),
    "no geometry": (
        gis.without_places,
        "名单.gpkg：图层不带图形，只读入属性；需要位置时请另选图层或文件。",
    ),
    "impossible days in a geopackage": (
        gis.impossible_days_in_package,
        "地块.gpkg：“建成日期”列有 1 行的日期不存在（第一处在第 2 行），已按缺失读取，请在原软件中改正。",
    ),
    "curves": (gis.curves, "弧.gpkg：含有圆弧等曲线，已按折线读取，请核对弧段精度。"),
    "not a number": (
        gis.not_a_number,
        "点.gpkg：有 1 个图形的坐标不是数值（NaN）（第一处在第 2 行），这些行按没有图形读取，请在原软件中改正。",
    ),
    "infinite": (
        gis.infinite,
        "点.gpkg：有 1 个图形的坐标为无穷大（第一处在第 2 行），这些行按没有图形读取，请在原软件中改正。",
    ),
    "mixed kinds": (
        gis.mixed,
        "混合.gpkg：图形种类不一（点、线、面），导入时只取所需的一种，其余列入检查结果。",
    ),
    "self-intersection": (
        gis.bow_tie,
        "蝴蝶.gpkg：有 1 个图形自相交或环有误（第一处在第 1 行），可在检查时一并修复。",
    ),
    "a million vertices": (
        gis.million_vertices,
        "百万.gpkg：第 1 行的图形有 1000000 个顶点，检查与显示会较慢，建议在 GIS 软件中简化或拆分。",
    ),
    "300 columns": (gis.many_columns, "宽表.gpkg：有 300 列，匹配字段时只选用需要的列，其余不会导入。"),
    "1100 columns": (
        gis.far_too_many_columns,
        "宽表.gpkg：有 1102 列，超过 1000 列的上限，请分成几个文件，或只保留需要的部分。",
    ),
    "formulas and scripts": (
        gis.scripts,
        "脚本.gpkg：“名称<script>”等 2 列中有形似公式或脚本的文字，一律按普通文字处理，不会执行，请核对来源。",
    ),
    "no rows": (gis.no_rows, "空表.gpkg：图层中没有要素，请核对是否选对了图层。"),
    "no shapes": (gis.no_shapes, "无图形.gpkg：所有要素都没有图形，请核对是否选对了图层，或补充坐标列。"),
    "the other side of the world": (
        gis.other_side,
        f"对跖.gpkg：没有一种坐标系能使要素落在高新区一带，{_WHICH}。",
    ),
}

_TEXTS: dict[str, tuple[Maker, str]] = {
    "truncated geojson": (gis.truncated_geojson, f"地块.geojson：不是完整的 GeoJSON 文件，{_AGAIN}。"),
    "geojson without features": (gis.no_features, "地块.geojson：没有要素，请核对导出的范围与筛选条件，重新导出。"),
    "ring of two points": (
        gis.short_ring,
        "地块.geojson：有 1 行没有图形（第一处在第 2 行），请在原软件中补绘或删去。",
    ),
    "a hundred thousand brackets": (gis.deep, f"深.geojson：括号嵌套超过 100 层，疑为恶意文件，{_HARM}。"),
    "neither encoding": (
        gis.neither_encoding,
        "拉丁.geojson：文字既不是 UTF-8 也不是 GBK 编码，请在原软件或记事本中以 UTF-8 编码另存后再选。",
    ),
    "truncated drawing": (
        gis.truncated_drawing,
        "图.dxf：DXF 没有结束标志，文件不完整，请重新拷贝，或在 CAD 软件中重新另存为 DXF。",
    ),
    "drawing of another code page": (
        gis.drawing_of_another_page,
        f"图.dxf：声明的编码是 UTF-8，实际为 GBK，已按 GBK {_READ}。",
    ),
    "entities in a kml": (gis.entities, f"实体.kml：KML 中定义了实体，可能有害，{_HARM}。"),
    "truncated kml": (gis.truncated_kml, f"截断.kml：不是完整的 KML 文件，{_AGAIN}。"),
    "kml of another encoding": (
        gis.kml_of_another_encoding,
        f"编码.kml：声明的编码是 UTF-8，实际为 GBK，已按 GBK {_READ}。",
    ),
    "kml that only links": (
        gis.without_placemarks,
        "链接.kml：KML 中没有地标（可能只是指向网络数据的链接），请在原软件中另存为含有数据的 KML 后再选。",
    ),
}

_TABLES: dict[str, tuple[Maker, str]] = {
    "ragged csv": (tables.ragged, f"参差.csv：第 62 行有 4 格，而前面只有 2 格，{_EXCEL}。"),
    "open quote": (tables.open_quote, f"引号.csv：引号没有成对，或文件不完整，{_EXCEL}。"),
    "no headings": (
        tables.no_headings,
        f"无列名.csv：第一行就是数值，没有列名，已按第1列、第2列……命名，{_HEADING}。",
    ),
    "duplicate columns": (
        tables.doubled_headings,
        f"重复.csv：列名重复：面积，后面的列已加上序号（如 _2），{_HEADING}。",
    ),
    "csv without places": (
        tables.no_places,
        "企业.csv：没有找到坐标列，只读入属性；需要位置时请选择或补充坐标列。",
    ),
    "csv with lost places": (
        tables.lost_places,
        "缺坐标.csv：有 2 行的坐标为空或不是数值（第一处在第 2 行），这些行没有位置，请在表中补齐或改正坐标。",
    ),
    "nonsense wkt": (
        tables.nonsense_wkt,
        "文本.csv：有 1 行的“图形”不能读作 WKT 图形（第一处在第 21 行），请核对括号与坐标后改正。",
    ),
    "blank csv": (tables.blank, "空白.csv：表中没有内容，请核对后重选。"),
    "binary csv": (
        tables.binary,
        "二进制.csv：扩展名为 .csv，内容却不是文字，请在 Excel 中打开核对，另存为 CSV 或 .xlsx 后再选。",
    ),
    "csv in another encoding": (
        tables.other_encoding,
        "编码.csv：文字既不是 UTF-8 也不是 GBK 编码，请在原软件或记事本中以 UTF-8 编码另存后再选。",
    ),
    "titles above headings": (
        tables.titled,
        "标题.xlsx 的 Sheet：前 1 行是标题，已从第 2 个非空行读取列名，请核对。",
    ),
    "merged cells": (
        tables.merged,
        "合并.xlsx 的 Sheet：有 1 处跨行合并的单元格，只有第一行有值，请取消合并并逐行填写，否则其余各行视为空。",
    ),
    "empty workbook": (tables.empty_book, "空.xlsx：表中没有内容，请核对后重选。"),
    "broken sheet": (tables.broken_sheet, f"坏表.xlsx：工作表“Sheet”无法读出，{_EXCEL}。"),
    "immense sheet": (
        tables.immense_sheet,
        f"无边.xlsx：读取中途失败，{_DIED}，请在 GIS 软件中打开核对，重新导出后再选。",
    ),
}

NASTY: dict[str, tuple[Maker, str]] = {**HEADS, **_ZIPS, **_SHAPEFILES, **_PACKAGES, **_TEXTS, **_TABLES}
