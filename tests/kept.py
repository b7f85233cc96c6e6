"""A store with something of everything in it, and what it holds as plain values, to compare."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from geodata.access import Person
from geodata.config import Config
from geodata.store import events
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.models import CaliberRow, DatasetRow, PersonRow, ProposalRow, SettingRow, VersionRow
from geodata.store.snapshot import EVENTS, TABLES

ZHANG = Person(1, "张三", "规划处", "manage", authenticated=True)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def content(config: Config, text: str) -> str:
    """Put a content file into the data folder; its digest."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    path = config.data_path / "datasets" / f"{digest}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return digest


def version(config: Config, number: int, text: str) -> VersionRow:
    """Make a version of dataset 1 with its content."""
    told: dict[str, Any] = {"source": "测绘", "source_date": date(2026, 1, 2), "licence": "", "audience": "internal"}
    findings = [{"check": "空值", "rows": [1, 2]}]
    rest: dict[str, Any] = {"rows": 3, "synthetic": False, "findings": findings, "person_id": 1, "created_at": NOON}
    return VersionRow(dataset_id=1, number=number, digest=content(config, text), **told, **rest)


def caliber() -> CaliberRow:
    """Make the first version of an indicator's parameters."""
    rows: dict[str, Any] = {"parameters": {"sources": {"bands": []}}, "from_table": {}}
    when: dict[str, Any] = {"effective_from": date(2026, 11, 24), "created_at": NOON}
    return CaliberRow(indicator="park500", number=1, **rows, **when, reason="新标准", person_id=1)


def proposal() -> ProposalRow:
    """Make a proposal of no park yet."""
    told: dict[str, Any] = {"parks": [], "versions": {"green": "1.1"}, "calibers": {"park500": 0}}
    return ProposalRow(name="方案甲", note="", **told, person_id=1, created_at=NOON, changed_at=NOON)


def fill(store: Store, config: Config) -> None:
    """Write something into every table and folder."""
    with store.writing() as session:
        session.add(PersonRow(name="张三", department="规划处", role="manage", created_at=NOON))
        session.flush()
        session.add(DatasetRow(kind="plots", name="地块", current=1, created_at=NOON))
        session.flush()
        session.add(version(config, 1, "第一版"))
        session.add(caliber())
        session.add(proposal())
        session.add(SettingRow(key="first_start", value={"way": ["演示", None]}))
        events.record(session, ZHANG, "imported", Change("dataset", "1", after="第一版"))
    put(config.data_path / "tables" / "styles.yaml", "甲: 1")
    put(config.data_path / "uploads" / "来件.txt", "原件")


def put(path: Path, text: str) -> None:
    """Write a text file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Give all rows but the log, without what a restore changes on purpose."""
    held = {}
    with store.reading() as session:
        for table in TABLES:
            if table is not EVENTS:
                columns = [column for column in table.columns if column.name != "generation"]
                found = session.execute(select(*columns).order_by(*table.primary_key.columns))
                held[table.name] = [tuple(row) for row in found]
    return held


def files(config: Config) -> dict[str, bytes]:
    """Give all files that belong to a backup."""
    folders = [config.data_path / name for name in ("datasets", "uploads", "tables")]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(config.data_path).as_posix(): path.read_bytes() for path in found}


def log(store: Store) -> list[tuple[int, str, str]]:
    """Give the log: number, action, hash."""
    with store.reading() as session:
        found = session.execute(select(EVENTS.c.number, EVENTS.c.action, EVENTS.c.hash).order_by(EVENTS.c.number))
        return [tuple(row) for row in found]
