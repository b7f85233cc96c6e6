"""CSV and Excel tables nobody should send: each maker writes one into a folder and returns its path."""

import zipfile
from pathlib import Path

import openpyxl


def csv(name: str, text: str, folder: Path, encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def ragged(folder: Path) -> Path:
    return csv("参差.csv", "编号,用途\n" + "1,a\n" * 60 + "2,b,c,d\n", folder)


def open_quote(folder: Path) -> Path:
    return csv("引号.csv", '编号,用途\n1,"a\n2,b\n' + "3,c\n" * 10, folder)


def no_headings(folder: Path) -> Path:
    return csv("无列名.csv", "121.5,38.9\n121.6,38.8\n", folder)


def doubled_headings(folder: Path) -> Path:
    return csv("重复.csv", "经度,纬度,面积,面积\n121.5,38.9,1,2\n121.6,38.8,3,4\n", folder)


def no_places(folder: Path) -> Path:
    return csv("企业.csv", "名称,行业\n甲,软件\n乙,软件\n", folder)


def lost_places(folder: Path) -> Path:
    return csv("缺坐标.csv", "名称,经度,纬度\n甲,121.5,38.9\n乙,,\n丙,不详,38.8\n", folder)


def nonsense_wkt(folder: Path) -> Path:
    rows = "\n".join(f'{n},"POINT (121.5 38.9)"' for n in range(20))
    return csv("文本.csv", f'编号,图形\n{rows}\n99,"POLYGON ((oops))"\n', folder)


def blank(folder: Path) -> Path:
    return csv("空白.csv", " \n\n , \n", folder)


def binary(folder: Path) -> Path:
    return csv("二进制.csv", "a,b\n1,\0\0\0\n", folder)


def other_encoding(folder: Path) -> Path:
    (folder / "编码.csv").write_bytes(b"a,b\n\xff\xff\x80\xff,1\n")
    return folder / "编码.csv"


def book(name: str, rows: list[list[object]], folder: Path) -> Path:
    """Write a workbook of one sheet."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    workbook.save(folder / name)
    return folder / name


def titled(folder: Path) -> Path:
    return book("标题.xlsx", [["高新区地块表"], [], ["编号", "经度", "纬度"], ["0601", 121.5, 38.9]], folder)


def merged(folder: Path) -> Path:
    path = book("合并.xlsx", [["街道", "面积"], ["凌水", 1], [None, 2]], folder)
    workbook = openpyxl.load_workbook(path)
    workbook.active.merge_cells("A2:A3")
    workbook.save(path)
    return path


def empty_book(folder: Path) -> Path:
    return book("空.xlsx", [], folder)


def with_sheet(name: str, xml: str, folder: Path) -> Path:
    """Write a workbook whose only sheet is this XML."""
    path = book("原.xlsx", [["a"]], folder)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            sheet = info.filename == "xl/worksheets/sheet1.xml"
            target.writestr(info.filename, xml if sheet else source.read(info))
    return folder / name


_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>'


def broken_sheet(folder: Path) -> Path:
    return with_sheet("坏表.xlsx", _SHEET.format('<row r="1"><c r="A1"><v>1</v'), folder)


def immense_sheet(folder: Path) -> Path:
    """Two cells in the farthest corners: seventeen thousand million cells between them."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return with_sheet("无边.xlsx", _SHEET.format(cells) + "</worksheet>", folder)
