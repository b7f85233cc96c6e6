"""Rows of the catalogue: datasets and their versions. The caller holds the transaction."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from geodata.access import Person, require, wider
from geodata.errors import ConflictError, DatasetError
from geodata.findings import Finding
from geodata.store import events
from geodata.store.models import DatasetRow, PersonRow, VersionRow
from geodata.treatment import Treatment
from geodata.uploads import Upload
from geodata.versions import Dataset, Intake, Purge, Version

_KEY = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})")


def everything(session: Session) -> tuple[Dataset, ...]:
    """All datasets in the order they came."""
    datasets = session.scalars(select(DatasetRow).order_by(DatasetRow.id)).all()
    versions: dict[int, list[Version]] = {}
    people = _names(session)
    for row in session.scalars(_light().order_by(VersionRow.dataset_id, VersionRow.number)):
        versions.setdefault(row.dataset_id, []).append(_version(row, _dataset(session, row), people))
    return tuple(Dataset(row.id, row.kind, row.name, row.current, tuple(versions[row.id])) for row in datasets)


def found(session: Session, key: str) -> VersionRow:
    """Find a version by its key.

    Raises
    ------
    DatasetError
        There is none.
    """
    named = _KEY.fullmatch(key)
    wanted = named and _light().where(VersionRow.dataset_id == int(named[1]), VersionRow.number == int(named[2]))
    row = session.scalars(wanted).first() if wanted is not None else None
    if row is None:
        where = f"数据版本 {key}"
        raise DatasetError(where, "没有这个版本", "请在页面“数据”中另选一个")
    return row


def living(session: Session, key: str) -> VersionRow:
    """Find a version whose content is still there.

    Raises
    ------
    DatasetError
        There is none, or it was 清除.
    """
    row = found(session, key)
    if row.purged_at is not None:
        where, what = version_of(session, row).label, f"内容已于 {row.purged_at:%Y-%m-%d} 清除"
        raise DatasetError(where, what, "请选择其他版本")
    return row


def add(session: Session, person: Person, intake: Intake, *, digest: str, rows: int) -> Version:
    """Add a version to its dataset, which begins with it if need be, and put it to use.

    Raises
    ------
    AccessError, ConflictError, DatasetError
        As `admitted`.
    """
    now = events.now()
    dataset = admitted(session, person, intake)
    if dataset is None:
        dataset = DatasetRow(kind=intake.kind, name=intake.name, created_at=now)
        session.add(dataset)
        session.flush()
    before = _versions(session, dataset)
    told = {name: value for name, value in vars(intake).items() if name not in _OTHERWISE}
    row = VersionRow(
        **told,
        dataset_id=dataset.id,
        number=before[-1].number + 1 if before else 1,
        digest=digest,
        rows=rows,
        findings=[asdict(finding) for finding in intake.findings],
        uploads=[asdict(upload) for upload in intake.uploads],
        treatment=[asdict(one) for one in intake.treatment],
        person_id=person.id,
        created_at=now,
        purge_reason="",
    )
    session.add(row)
    dataset.current = row.number
    session.flush()
    return version_of(session, row)


def admitted(session: Session, person: Person, intake: Intake) -> DatasetRow | None:
    """The dataset a table goes on with; None where it begins one.

    Raises
    ------
    AccessError
        More people than before would see the data, and the person may not decide that.
    ConflictError
        The name is taken, another version than the one that was compared is in use, or demonstration data would mix
        with real ones.
    DatasetError
        There is no such version.
    """
    dataset = _followed(session, intake)
    if dataset is not None:
        before = _versions(session, dataset)
        _refuse_mixture(dataset, before, intake)
        used = next((row for row in before if row.number == dataset.current), None)
        if used is not None and wider(intake.audience, used.audience):
            require(person, "widen_audience")
    return dataset


def version_of(session: Session, row: VersionRow) -> Version:
    """Give the version of a row."""
    return _version(row, _dataset(session, row), _names(session))


def use(session: Session, row: VersionRow) -> int | None:
    """Put a version to use and return the number of the one that was in use."""
    dataset = _dataset(session, row)
    before, dataset.current = dataset.current, row.number
    return before


def retire(session: Session, row: VersionRow) -> None:
    """Use the latest other version that has content in place of this one."""
    dataset = _dataset(session, row)
    others = select(VersionRow.number).where(
        VersionRow.dataset_id == row.dataset_id, VersionRow.id != row.id, VersionRow.purged_at.is_(None)
    )
    if dataset.current == row.number:
        dataset.current = session.scalars(others.order_by(VersionRow.number.desc())).first()


def digests(session: Session, *, living: bool) -> frozenset[str]:
    """Digests of content and uploads some version still has, or those of versions that were 清除."""
    gone = VersionRow.purged_at.is_(None) if living else VersionRow.purged_at.is_not(None)
    rows = session.execute(select(VersionRow.digest, VersionRow.uploads).where(gone))
    return frozenset(digest for content, uploads in rows for digest in (content, *named(uploads)))


def named(uploads: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Digests of uploads as a row keeps them."""
    return tuple(one["digest"] for one in uploads)


def findings(session: Session, key: str) -> tuple[Finding, ...]:
    """What the check said of a version when it came in."""
    return tuple(_finding(told) for told in found(session, key).findings)


def _finding(told: Mapping[str, object]) -> Finding:
    values = {name: value for name, value in told.items() if name != "sentence"}
    return Finding(**{**values, "ids": tuple(told["ids"])})  # type: ignore[arg-type]  # as written by `add`


def _followed(session: Session, intake: Intake) -> DatasetRow | None:
    if intake.follows:
        return _unchanged(session, found(session, intake.follows))
    dataset = session.scalars(select(DatasetRow).where(DatasetRow.name == intake.name)).first()
    if dataset is not None and dataset.current is not None and intake.follows is not None:
        where = f"数据集“{intake.name}”"  # who is told so may not be allowed to see it
        what = "这个名称已被使用，不能用于新的数据集"
        raise ConflictError(where, what, "请改名；若要更新已有的数据集，请在第 1 步选“…的下一版”")
    return dataset


def _unchanged(session: Session, followed: VersionRow) -> DatasetRow:
    """The dataset of a version, which has to be in use still: the person compared with it and took over its ids."""
    dataset = _dataset(session, followed)
    if dataset.current == followed.number:
        return dataset
    where, what = f"数据集“{dataset.name}”", "在您核对期间，在用版本已清除"
    if dataset.current is not None:
        used = found(session, f"{dataset.id}.{dataset.current}")
        came = f"{_names(session)[used.person_id]}已入库第 {used.number} 版"
        what = f"在您核对期间，{came if used.number > followed.number else f'已改用第 {used.number} 版'}"
    raise ConflictError(where, what, "请回到“检查”重新核对")


def _versions(session: Session, dataset: DatasetRow) -> Sequence[VersionRow]:
    return session.scalars(_light().where(VersionRow.dataset_id == dataset.id).order_by(VersionRow.number)).all()


def _refuse_mixture(dataset: DatasetRow, before: Iterable[VersionRow], intake: Intake) -> None:
    where = f"数据集“{dataset.name}”"
    if dataset.kind != intake.kind:
        raise ConflictError(where, "这个名称已用于另一类数据", "请换一个名称")
    if any(row.synthetic != intake.synthetic for row in before):
        raise ConflictError(where, "演示数据与真实数据不能放在同一个数据集", "请换一个名称")


def _light() -> Select[VersionRow]:
    """Versions without their findings, which can be long."""
    return select(VersionRow).options(defer(VersionRow.findings))


def _dataset(session: Session, row: VersionRow) -> DatasetRow:
    return session.get_one(DatasetRow, row.dataset_id)


def _names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.scalars(select(PersonRow))}


def _version(row: VersionRow, dataset: DatasetRow, people: Mapping[int, str]) -> Version:
    told = {name: getattr(row, name) for name in _TOLD}
    purge = None
    if row.purge_requested_at is not None and row.purge_requested_by is not None and row.purged_at is None:
        by = row.purge_requested_by
        purge = Purge(by, people[by], row.purge_requested_at, row.purge_reason)
    told["uploads"] = tuple(Upload(**one) for one in row.uploads)
    told["treatment"] = tuple(Treatment(**one) for one in row.treatment)
    return Version(kind=dataset.kind, name=dataset.name, person=people[row.person_id], purge=purge, **told)


_TOLD = (
    *("dataset_id", "number", "digest", "rows", "source", "source_date", "base_year", "licence", "audience"),
    *("scheme", "synthetic", "created_at", "purged_at", "remark"),
)
_OTHERWISE = ("kind", "name", "findings", "uploads", "treatment", "follows")
"""What is told of an intake and does not stand in the row as it is."""
