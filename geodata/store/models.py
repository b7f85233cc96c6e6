"""The tables of the store. Times are UTC."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC that knows its zone in every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone."""
        if value is not None and value.tzinfo is None:
            message = "a moment without a time zone"
            raise ValueError(message)
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give SQLite's moments their zone back; PostgreSQL's come in the zone of the session."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share."""


_NEVER_AGAIN = {"sqlite_autoincrement": True}
"""The log names rows by id: an id is never given twice, not even after rows were taken back by a restore."""


class PersonRow(Base):
    """Who may act. `generation` counts up when all cookies of the person shall end (sign-out, reset)."""

    __tablename__ = "people"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    department: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    generation: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)


class AttemptRow(Base):
    """Wrong passwords of late, per name (known or not, so that waiting does not tell which are) and per address."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)


class EventRow(Base):
    """One line of the log; appended, never changed: each carries the hash of the one before."""

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(index=True)
    person: Mapped[str] = mapped_column(String(40))
    authenticated: Mapped[bool]
    action: Mapped[str] = mapped_column(String(30), index=True)
    object_kind: Mapped[str] = mapped_column(String(30), index=True)
    object_id: Mapped[str] = mapped_column(String(80), index=True)
    field: Mapped[str] = mapped_column(String(60), default="")
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class DatasetRow(Base):
    """A dataset; `current` is the number of the version in use, none after 清除 of the only one."""

    __tablename__ = "datasets"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), index=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    current: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)


class VersionRow(Base):
    """One version of a dataset; its content is the file var/datasets/<digest>.parquet.

    After a request for 清除 `purge_requested_at` is set until it is confirmed by somebody else or withdrawn.
    """

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("dataset_id", "number"), _NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"), index=True)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    rows: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    source_date: Mapped[date | None]
    base_year: Mapped[int | None]
    licence: Mapped[str] = mapped_column(String(200), default="")
    audience: Mapped[str] = mapped_column(String(10))
    scheme: Mapped[str | None] = mapped_column(String(20))
    synthetic: Mapped[bool]
    findings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    uploads: Mapped[list[Any]] = mapped_column(JSON, default=list)
    treatment: Mapped[list[Any]] = mapped_column(JSON, default=list)
    remark: Mapped[str] = mapped_column(String(500), default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    purge_requested_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    purge_requested_at: Mapped[datetime | None] = mapped_column(Moment)
    purge_reason: Mapped[str] = mapped_column(default="")
    purged_at: Mapped[datetime | None] = mapped_column(Moment)


class CaliberRow(Base):
    """One version of an indicator's parameters: a whole row, and the row of indicators.yaml as it then was.

    `withdrawn_at` is set where it was taken back; its number is not given again.
    """

    __tablename__ = "calibers"
    __table_args__ = (UniqueConstraint("indicator", "number"), _NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[int]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    from_table: Mapped[dict[str, Any]] = mapped_column(JSON)
    effective_from: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ProposalRow(Base):
    """A proposal of parks: what it would change, and which data and parameters it was made on; no imported geometry.

    `revision` counts up with each change; `withdrawn_at` is set where it was taken back.
    """

    __tablename__ = "proposals"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    note: Mapped[str] = mapped_column(String(500))
    parks: Mapped[list[Any]] = mapped_column(JSON)
    versions: Mapped[dict[str, Any]] = mapped_column(JSON)
    calibers: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class SettingRow(Base):
    """A choice of this installation (first start, official outlines in use, what imports remember), as JSON."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
