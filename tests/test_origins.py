"""The workbook of a check says of every row where it stands in the files that were delivered."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import geopandas as gpd
import openpyxl  # ships no types
import pandas as pd

from geodata.assemble import Told
from geodata.findings_excel import to_findings_excel
from geodata.intake import review
from geodata.intake.model import Draft, Ground, Piece, Ready
from geodata.intake.origins import origins
from tests.deliveries import west

SUPPLIED = ("编号", "文件", "原行号", "原编号", "原值")
LAND = {"id": "BSM", "code": "DLBM", "code_name": "DLMC", "area_stated_m2": "TBMJ"}


def _piece(label: str, table: gpd.GeoDataFrame, **more: Any) -> Piece:
    given: dict[str, Any] = {"fields": LAND, "scheme": "survey", "told": Told("测绘成果"), **more}
    return Piece(label, label, "图层", table, **given)


def _sheets(draft: Draft) -> dict[str, list[tuple[Any, ...]]]:
    """Give what is said of the rows, sheet by sheet."""
    ready = Ready(draft, review.review(draft, Ground({})))
    content = to_findings_excel(ready.checked.report, {}, origins=origins(ready))
    book = openpyxl.load_workbook(BytesIO(content))
    told = {name: [*book[name].iter_rows(values_only=True)] for name in book.sheetnames if name[0] == "K"}
    assert all(rows[0][:7] == ("序号", "编号", "对象", *SUPPLIED[1:]) for rows in told.values())
    return {name[:4]: [(row[1], *row[3:7]) for row in rows[1:]] for name, rows in told.items()}


def test_a_row_is_found_in_its_file_by_number_id_and_value() -> None:
    other = west()
    other.loc[[2, 3], "BSM"] = "X"
    other.loc[4, "DLBM"], other.loc[4, "DLMC"] = "9999", None
    other.loc[0, "TBMJ"] = 20_000
    pieces = (_piece("甲.zip", west()), _piece("乙.zip", other, prefix="乙"))
    told = _sheets(Draft("landuse", pieces=pieces))
    assert told["K009"] == [("乙X", "乙.zip", 3, "X", "X"), ("乙X", "乙.zip", 4, "X", "X")]
    assert told["K019"] == [("乙2102110004", "乙.zip", 5, "2102110004", "9999")]
    ((*_, areas),) = told["K024"]
    assert areas == "填报 2.0000 公顷，图形 0.9996 公顷，相差 100.1%"


def test_rows_that_were_taken_away_do_not_shift_the_others() -> None:
    table = gpd.GeoDataFrame(pd.concat([west().iloc[[0]], west()], ignore_index=True), crs=west().crs)
    table.loc[3, "DLBM"], table.loc[3, "DLMC"] = "9999", None
    draft = Draft("landuse", pieces=(_piece("甲.zip", table),), repairs=frozenset({"same"}))
    assert _sheets(draft)["K019"] == [("2102110002", "甲.zip", 4, "2102110002", "9999")]


def test_a_place_names_all_its_rows() -> None:
    table = west()
    table.loc[1, "geometry"] = table.geometry[1].union(table.geometry[2])
    told = _sheets(Draft("landuse", pieces=(_piece("甲.zip", table),)))
    assert told["K029"] == [("2102110001、2102110002", "甲.zip", "2、3", "2102110001、2102110002", "")]


def test_sensitive_values_are_not_told() -> None:
    raw = pd.DataFrame({"编号": ["E1"], "信用代码": ["91210200MA0XXXXX11"]})
    fields = {"id": "编号", "credit_code": "信用代码"}
    piece = Piece("企业.xlsx", "企业.xlsx", "表", raw, fields=fields, told=Told())
    assert _sheets(Draft("enterprises", pieces=(piece,)))["K025"] == [("E1", "企业.xlsx", 1, "E1", "")]


def test_a_file_without_ids_has_none() -> None:
    table = west()
    table.loc[4, "DLBM"], table.loc[4, "DLMC"] = "9999", None
    fields = {name: field for name, field in LAND.items() if name != "id"}
    (row,) = _sheets(Draft("landuse", pieces=(replace(_piece("甲.zip", table), fields=fields),)))["K019"]
    assert row[1:] == ("甲.zip", 5, "", "9999")
