"""交付包: the data in official fields, what they are, what the checks say, and the digest of every file, as one zip."""

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from geodata.apart import Bounds, apart
from geodata.check_scene import Against
from geodata.checking import CHECKED, Outcome, Report, check_all
from geodata.errors import DatasetError
from geodata.findings import GROUPS, Finding, of_column
from geodata.findings_excel import to_findings_excel
from geodata.kinds import DATASETS
from geodata.store import disk
from geodata.treatment import Treatment, listed
from geodata.watch import UNWATCHED
from geodata.writing import notes, vector
from geodata.writing.delivery import LAYER, Delivery
from geodata.writing.zips import zipped

DIGESTS = "sha256.txt"
LABEL = "交付包"
SUFFIX, MEDIA = "_交付包.zip", "application/zip"
BOUNDS = Bounds(seconds=90.0)
"""What checking anew may take: somebody waits for the file (100 000 plots: 10 s)."""

_ANEW = "本次导出的行，导出时重新检查；没有导出的行与字段不在检查之内"
_KEPT = "入库时的检查结果（数据较多，导出时没有重新检查）；没有导出的字段不在其内"


@dataclass(frozen=True)
class Checked:
    """What is checked for a report.

    Attributes
    ----------
    rows : DataFrame or GeoDataFrame
        The rows that go out, with the columns of the contract that go out: what stays in the house is not told by the
        report either.
    kind : str
        Key of DATASETS.
    against : Against
        分类标准 of the dataset, 管辖范围 and zone in use.
    findings : tuple of Finding
        What the check said when the version came in.
    treatment : tuple of Treatment
        What was done to the rows before they came in.
    """

    rows: pd.DataFrame
    kind: str
    against: Against
    findings: tuple[Finding, ...] = ()
    treatment: tuple[Treatment, ...] = ()


def handover(delivery: Delivery, checked: Checked) -> bytes:
    """Write a hand-over package.

    Parameters
    ----------
    delivery : Delivery
        Rows headed with official fields.
    checked : Checked
    """
    report, how = _report(checked)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / LABEL
        (folder / "Shapefile").mkdir(parents=True)
        vector.gpkg(delivery, folder / f"{LAYER}.gpkg")
        vector.shapefiles(delivery, folder / "Shapefile")
        told = {**delivery.metadata, "检查对象": how}
        (folder / "检查报告.xlsx").write_bytes(to_findings_excel(report, told, more=_before(checked)))
        (folder / "说明.txt").write_bytes(notes.as_text(delivery.metadata))
        (folder / "metadata.json").write_bytes(notes.as_json(delivery.metadata, 字段说明=dict(delivery.meanings)))
        (folder / DIGESTS).write_text(digests(folder), "utf-8", newline="\n")
        zipped(path := Path(place) / "whole.zip", {}, folder)
        return path.read_bytes()


def digests(folder: Path) -> str:
    """List the files of a folder, each with its sha256, as `sha256sum -c` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{disk.digest_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return "".join(lines)


def _report(checked: Checked) -> tuple[Report, str]:
    """Check anew; where that takes too much, tell what was found when the version came in."""
    job = partial(check_all, checked.rows, checked.kind, against=checked.against)
    try:
        return apart(job, watch=UNWATCHED, bounds=BOUNDS), _ANEW
    except DatasetError:
        return kept(checked), _KEPT


def kept(checked: Checked) -> Report:
    """Report what was found when a version came in, but nothing of columns that do not go out."""
    order = list(CHECKED)
    outcomes = (Outcome(one.number, one.rule, one.group, one.sentence, one) for one in _open(checked))
    ids = pd.Series(checked.rows.index.astype(str), dtype=object)
    ordered = sorted(outcomes, key=lambda one: (order.index(one.group), one.number))
    return Report(checked.kind, ids, None, tuple(ordered))


def _open(checked: Checked) -> list[Finding]:
    """What was found when the version came in, but nothing of columns that do not go out."""
    spec = DATASETS[checked.kind]
    hidden = {of_column(spec, name) for name in spec.names if name not in checked.rows.columns}
    return [one for one in checked.findings if one.where not in hidden]


def _before(checked: Checked) -> dict[str, list[list[object]]]:
    """Sheets of what was found and done when the whole version came in: at seams, in rows that are gone since."""
    found = [[GROUPS[one.group], one.number, one.rule, one.sentence, one.count] for one in _open(checked)]
    heading: list[object] = ["结论", "规则编号", "规则", "说明", "涉及行数"]
    return {"入库时检查": [heading, *found], **listed(checked.treatment)}
