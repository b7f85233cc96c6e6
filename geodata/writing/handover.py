"""交付包: the data in official fields, what they are, what the checks say, and the digest of every file, as one zip."""

import hashlib
import tempfile
from pathlib import Path

import pandas as pd

from geodata.check_scene import Against
from geodata.checking import check_all
from geodata.findings_excel import to_findings_excel
from geodata.writing import notes, vector
from geodata.writing.delivery import LAYER, Delivery
from geodata.writing.zips import zipped

DIGESTS = "sha256.txt"
LABEL = "交付包"
SUFFIX, MEDIA = "_交付包.zip", "application/zip"
_CHECKED = "本次导出的行；没有导出的行与字段不在检查之内"


def handover(delivery: Delivery, rows: pd.DataFrame, kind: str, scheme: str | None) -> bytes:
    """Write a hand-over package.

    Parameters
    ----------
    delivery : Delivery
        Rows headed with official fields.
    rows : DataFrame or GeoDataFrame
        The same rows with the columns of the contract that go out: they are checked once more, and nothing that stays
        in the house can be told by the report.
    kind : str
        Key of DATASETS.
    scheme : str, optional
        分类标准 of the dataset.
    """
    report = check_all(rows, kind, against=Against(scheme=scheme))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / LABEL
        (folder / "Shapefile").mkdir(parents=True)
        vector.gpkg(delivery, folder / f"{LAYER}.gpkg")
        vector.shapefiles(delivery, folder / "Shapefile")
        (folder / "检查报告.xlsx").write_bytes(to_findings_excel(report, {**delivery.metadata, "检查对象": _CHECKED}))
        (folder / "说明.txt").write_bytes(notes.as_text(delivery.metadata))
        (folder / "metadata.json").write_bytes(notes.as_json(delivery.metadata, 字段说明=dict(delivery.meanings)))
        (folder / DIGESTS).write_text(digests(folder), "utf-8", newline="\n")
        zipped(path := Path(place) / "whole.zip", {}, folder)
        return path.read_bytes()


def digests(folder: Path) -> str:
    """List the files of a folder, each with its sha256, as `sha256sum -c` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return "".join(lines)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
