"""The catalogue of datasets: what comes in is a new version, nothing is ever overwritten."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import crs, jobs, parquet, uploads
from geodata.access import AUDIENCES, Person, require
from geodata.config import Config
from geodata.errors import AccessError, ConflictError, DatasetError
from geodata.kinds import DATASETS
from geodata.landuse_codes import SCHEMES
from geodata.store import datasets, events
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.faults import filing
from geodata.versions import Dataset, Intake, Version

_LENGTHS = {"name": ("数据集名称", 80), "source": ("来源", 200), "licence": ("许可", 200), "remark": ("备注", 500)}
_YEARS = range(1900, 2101)
_IN_HAND_S = 3600
"""What was written within an hour may belong to an import or a restore that has not yet told the catalogue."""


@dataclass(frozen=True)
class Missing:
    """A kind of which there is no dataset.

    Attributes
    ----------
    needed_for : tuple of str
        Figures and functions that are off until there is one.
    """

    kind: str
    label: str
    needed_for: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """All datasets in the order they came, as of one moment."""

    datasets: tuple[Dataset, ...]

    def of(self, kind: str) -> tuple[Dataset, ...]:
        """Datasets of a kind that have a version in use: the real ones, or where there is none the demonstration."""
        held = [dataset for dataset in self.datasets if dataset.kind == kind and dataset.current]
        real = [dataset for dataset in held if not dataset.synthetic]
        return tuple(real or held)

    def current(self, kind: str) -> Version | None:
        """The version of a kind that is counted and drawn: of the dataset that got its latest version last."""
        versions = [dataset.current for dataset in self.of(kind) if dataset.current]
        return max(versions, key=lambda version: version.created_at, default=None)

    def find(self, key: str) -> Version | None:
        """The version a link names by "<dataset>.<version>"."""
        return next((version for one in self.datasets for version in one.versions if version.key == key), None)

    def missing(self) -> tuple[Missing, ...]:
        """Kinds of which there is no dataset, and what that disables."""
        return tuple(
            Missing(kind.key, kind.label, kind.needed_for) for kind in DATASETS.values() if not self.of(kind.key)
        )

    def mixture(self, kinds: Iterable[str]) -> str:
        """Why figures of several kinds cannot be counted together: some inputs are real, some demonstration; else "".

        Kinds that are missing do not count here: without them there is no figure at all.
        """
        inputs = [version for kind in kinds if (version := self.current(kind))]
        made_up = [DATASETS[version.kind].label for version in inputs if version.synthetic]
        mixed = made_up and len(made_up) < len(inputs)
        return f"无数据（{'、'.join(made_up)}为演示数据）" if mixed else ""

    def demonstration(self, kinds: Iterable[str]) -> bool:
        """Whether what is counted or drawn of these kinds is demonstration data, which has to be said."""
        return any(version.synthetic for kind in kinds if (version := self.current(kind)))


def catalogue(store: Store) -> Catalogue:
    """Read the catalogue as of now."""
    with store.reading() as session:
        return Catalogue(datasets.everything(session))


def take_in(store: Store, person: Person | None, table: gpd.GeoDataFrame, *, intake: Intake, config: Config) -> Version:
    """Keep a table as a new version of a dataset, and use it from now on.

    The content is on the disk before the catalogue names it: whenever the process dies, the version is there whole, or
    not at all and the one before stays in use.

    Parameters
    ----------
    table : GeoDataFrame or DataFrame
        In the form of `geodata.schema.conform`.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low (for 使用范围 wider than before as well), or 涉密 data on a machine that
        is not cleared.
    DatasetError
        The table breaks its contract, or what is told of it cannot be.
    ConflictError
        The name is taken, what it follows is not in use any more, or real and demonstration data would mix.
    StoreError
        The disk or the database does not take it; nothing was written.
    """
    acting = require(person, "import")
    intake = replace(intake, name=intake.name.strip(), source=intake.source.strip())
    _refuse(table, intake, cleared=config.access.cleared)
    digest = parquet.write_content(table, config.data_path)
    with store.writing() as session:
        version = datasets.add(session, acting, intake, digest=digest, rows=len(table))
        told = f"{version.label}，{version.rows} 行，使用范围{AUDIENCES[intake.audience]}，内容校验值 {digest}"
        action = "sample_loaded" if intake.synthetic else "imported"
        events.record(session, acting, action, Change("version", version.key, after=told))
        if not parquet.content_path(config.data_path, digest).exists():  # swept away since it was written
            parquet.write_content(table, config.data_path)
    return version


def refuse(store: Store, person: Person, intake: Intake) -> None:
    """Refuse what its dataset would not take, before anything is kept of it; `take_in` asks again.

    Raises
    ------
    AccessError, ConflictError, DatasetError
        As `take_in`.
    """
    with store.reading() as session:
        datasets.admitted(session, person, intake)


def read_version(folder: Path, version: Version, *, columns: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Read what a version holds, or some columns of it.

    Raises
    ------
    DatasetError
        It was 清除, or its file is lost or damaged.
    """
    if version.purged_at is not None:
        what = f"内容已于 {version.purged_at:%Y-%m-%d} 清除"
        raise DatasetError(version.label, what, "请选择其他版本")
    return parquet.read_content(folder, version.digest, columns=columns)


def go_back(store: Store, person: Person | None, key: str, *, reason: str = "") -> Version:
    """Use another version of a dataset from now on, an earlier or a later one; both stay.

    Parameters
    ----------
    key : str
        "<dataset>.<version>".

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    DatasetError
        There is no such version, or it was 清除.
    ConflictError
        It is in use already.
    """
    acting = require(person, "restore_version")
    with store.writing() as session:
        row = datasets.living(session, key)
        version = datasets.version_of(session, row)
        before = datasets.use(session, row)
        if before == row.number:
            raise ConflictError(version.label, "已经是正在使用的版本", "请选择其他版本")
        numbers = {"before": str(before or ""), "after": str(row.number)}
        about = Change("dataset", str(row.dataset_id), "current", **numbers, reason=reason)
        events.record(session, acting, "version_restored", about)
    return version


def sweep(
    store: Store, config: Config, *, derived: Sequence[Path] = (), now: datetime | None = None
) -> tuple[str, ...]:
    """Remove what no version names: content a killed process left, and all that came of versions that were 清除.

    Parameters
    ----------
    derived : sequence of Path
        Folders with files made of versions, named by digest.

    Returns
    -------
    tuple of str
        Names of what was removed.

    Raises
    ------
    StoreError
        A file does not let itself be removed, or the database is gone.
    """
    folder, before = config.data_path, (now or datetime.now(UTC)).timestamp() - _IN_HAND_S
    with store.writing() as session:  # whoever takes in waits, or finds out that the content has gone
        living = datasets.digests(session, living=True)
        gone = datasets.digests(session, living=False) - living
        stray = (parquet.kept(folder) & gone) | (parquet.kept(folder, before=before) - living)
        with filing(f"文件夹 {folder / 'jobs'}"):
            jobs.forget(folder, about=[digest[: parquet.SHORT] for digest in gone])  # before they make more of it
        parquet.drop(folder, stray)
        sent = (uploads.kept(folder) & gone) | (uploads.kept(folder, before=before) - living)
        uploads.drop(folder, sent)
        made = tuple(name for place in derived for name in parquet.drop_derived(place, gone))
    return (*sorted(stray | sent), *made, *parquet.drop_drafts(folder, before=before))


def _refuse(table: gpd.GeoDataFrame, intake: Intake, *, cleared: bool) -> None:
    where = f"导入“{intake.name}”"
    if intake.audience == "secret" and not cleared:
        what = "这份数据的使用范围是“涉密”，而本机未经批准处理涉密数据"
        raise AccessError(where, what, "请在经批准的计算机上处理")
    for what, remedy in chain(_wrong_words(intake), _wrong_table(table, intake)):
        raise DatasetError(where, what, remedy)


def _wrong_words(intake: Intake) -> Iterator[tuple[str, str]]:
    for field, (label, longest) in _LENGTHS.items():
        if len(getattr(intake, field)) > longest:
            yield f"{label}超过 {longest} 个字", "请改短"
    for field in ("name", "source"):
        if not getattr(intake, field).strip():
            yield f"没有填写{_LENGTHS[field][0]}", "请填写"
    if intake.kind not in DATASETS:
        yield f"没有“{intake.kind}”这一类数据", "请选择数据类别"
    if intake.audience not in AUDIENCES:
        yield f"没有“{intake.audience}”这种使用范围", f"请选择{'、'.join(AUDIENCES.values())}之一"
    if intake.scheme is not None and intake.scheme not in SCHEMES:
        yield f"没有“{intake.scheme}”这种分类标准", "请选择分类标准"
    if intake.base_year is not None and intake.base_year not in _YEARS:
        yield f"基准年 {intake.base_year} 不在 {_YEARS[0]} 至 {_YEARS[-1]} 年之间", "请改正"


def _wrong_table(table: pd.DataFrame, intake: Intake) -> Iterator[tuple[str, str]]:
    kind = DATASETS[intake.kind]
    for finding in intake.findings:
        if finding.group == "must":
            yield f"{finding.where}{finding.what}", finding.remedy
    if tuple(table.columns) != (*kind.names, *(("geometry",) if kind.geometry else ())):
        yield f"不是{kind.label}的数据表", "请先按数据约定整理"
    if table.index.has_duplicates or list(table.index) != table["id"].tolist():
        yield "有重复或空的编号", "请改正编号"
    if kind.geometry and getattr(table, "crs", None) != crs.METRIC:
        yield "坐标系不是看板计算所用的坐标系", "请先转换"
    if (table["synthetic"] != intake.synthetic).any():
        yield "有的行是演示数据，有的不是", "请把演示数据与真实数据分开导入"
