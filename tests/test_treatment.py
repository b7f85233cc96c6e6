"""What repairs and the cut did to the rows stays with the version: on its panel, in what is exported, until 清除."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl  # ships no types
import pytest

from geodata import crs
from geodata.clip import clip
from geodata.findings import finding
from geodata.repair import repaired
from geodata.schema import conform
from geodata.store.engine import Store
from geodata.treatment import Treatment, treatments
from geodata.uploads import Upload
from geodata.versions import Version
from layers import arrival, holdings
from pages.ui import deliveries
from tests.deliveries import west
from tests.exported import unpacked
from tests.people import named
from tests.tables import square
from tests.test_dataset_exports import Came, came, fetch, file, kept, table

__all__ = ("came", "kept")
DONE = (
    Treatment("mended", "修复无效的面", 1, 9000.0, 9000.0),
    Treatment("removed", "去掉完全相同的行", 2, 0.0, 0.0),
    Treatment("cut", "裁去一部分", 30, 500_000.0, 312_100.0),
)
SAID = "修复 1 行，去掉 2 行，裁去 30 个图形的界外部分共 18.79 公顷（281.9 亩）"
UPLOADS = (Upload("甘井子.zip", "0" * 64, "0.zip", 1), Upload("旅顺口.zip", "1" * 64, "1.zip", 1))


def test_repairs_and_cuts_are_summed_up() -> None:
    rows, accounts = repaired(west(faults=True), "landuse", ["valid", "same", "flat"])
    edge = gpd.GeoDataFrame(geometry=[rows.geometry.iloc[:2].union_all().buffer(-5)], crs=crs.METRIC)
    mended, removed, cut, gone = treatments(accounts, clip(rows.rename(columns={"BSM": "id"}), edge).cuts)
    assert [(one.act, one.label, one.rows) for one in (mended, removed)] == [
        ("mended", "修复无效的面", 1),
        ("removed", "去掉完全相同的行", 1),
    ]
    assert [(one.label, one.rows, one.unit) for one in (cut, gone)] == [
        ("裁去一部分", 2, "m2"),
        ("整个裁去", 18, "m2"),
    ]
    assert gone.after == 0
    assert cut.before - cut.after == pytest.approx(20_000 - 90 * 190, rel=0.01)


def test_nothing_that_was_done_is_nothing_said(came: Came) -> None:
    version = came(table())
    assert (arrival.treated(version), arrival.files(version)) == ("", "")
    assert "入库前处理" not in holdings.facts(version, ())


def test_it_is_kept_with_the_version_and_shown(came: Came) -> None:
    version = came(table(), treatment=DONE, uploads=UPLOADS)
    assert version.treatment == DONE
    told = holdings.facts(version, ())
    assert f"<dd>{SAID}</dd>" in told
    assert "<dd>甘井子.zip、旅顺口.zip</dd>" in told


def test_an_export_tells_of_it(came: Came, kept: Store, tmp_path: Path) -> None:
    version, who = came(table(), treatment=DONE, uploads=UPLOADS), named(kept, "王五", "report")
    note = file(tmp_path, "Excel", fetch(deliveries.address(version, "xlsx"), who)).note
    assert (note["来源文件"], note["入库前处理"]) == ("甘井子.zip、旅顺口.zip", SAID)


def test_of_what_was_purged_neither_is_told(came: Came) -> None:
    version = came(table(), uploads=UPLOADS)
    assert "甘井子.zip" not in holdings.facts(replace(version, purged_at=version.created_at), ())


def _report(version: Version, store: Store, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give the sheets of the report in the package of a version."""
    answer = fetch(deliveries.address(version, deliveries.PACKAGE), named(store, "王五", "report"))
    assert answer.status == 200
    (folder / "a.zip").write_bytes(answer.content)
    book = openpyxl.load_workbook(unpacked(folder / "a.zip") / "检查报告.xlsx")
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}


def test_a_package_reports_what_was_found_and_done_when_the_version_came_in(
    came: Came, kept: Store, tmp_path: Path
) -> None:
    seam = finding("K037", "规划地块", places=2, label="现状用地代码", examples="“0701、1001”")
    told = _report(came(table(), treatment=DONE, findings=(seam,)), kept, tmp_path)
    assert [row[1] for row in told["入库时检查"][1:]] == ["K037"]
    assert told["已作修复"][1:] == [
        ("修复无效的面", 1, 0.9, 0.9, 0, "公顷"),
        ("去掉完全相同的行", 2, 0, 0, 0, "公顷"),
    ]
    assert told["裁剪"][1:] == [("裁去一部分", 30, 50, 31.21, 18.79, "公顷")]


def test_a_package_is_checked_against_the_boundaries_in_use(came: Came, kept: Store, tmp_path: Path) -> None:
    limits = gpd.GeoDataFrame({"id": ["J"], "boundary_class": "jurisdiction"}, geometry=[square(0)], crs=crs.METRIC)
    limits = conform(limits.assign(synthetic=False, basis="权威成果"), "boundaries")
    came(limits, kind="boundaries", name="管辖范围", scheme=None)
    told = _report(came(table()), kept, tmp_path)
    assert "K032" in [row[0] for row in told["建议修改"]]
    assert not {"K032", "K033", "K034"} & {row[0] for row in told["未检查"]}
