"""The day's last hash in a second place: a log that was cut off or written anew no longer fits it.

One write-once file per day, witness-2026-11-23.json, in the folder config.yaml names.
"""

import json
from datetime import datetime
from json import JSONDecodeError
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import select

from geodata.config import Config
from geodata.contract import Contract
from geodata.errors import DashboardError, StoreError
from geodata.store import disk, events
from geodata.store.engine import Store
from geodata.store.events import Witness
from geodata.store.faults import filing
from geodata.store.models import EventRow

_WHERE = "操作留痕的见证文件夹"


class _Said(Contract):
    """What a witness file holds."""

    at: datetime
    number: int
    hash: str
    database: str


def write(store: Store, config: Config, *, now: datetime | None = None) -> Path | None:
    """Witness the last event of the last day that is over, unless that was done already.

    Returns
    -------
    Path or None
        The file of that day; None where no folder is named or no day with events is over.

    Raises
    ------
    StoreError
        The folder cannot be written, or the log cannot be read.
    """
    folder = config.witness_path
    if folder is None:
        return None
    midnight = (now or events.now()).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    last = _last(store, midnight)
    if last is None:
        return None
    path = folder / f"witness-{last.at.astimezone():%Y-%m-%d}.json"
    with filing(f"{_WHERE} {folder}"):
        if not path.exists():
            said = {"at": last.at.isoformat(), "number": last.number, "hash": last.hash, "database": store.where}
            disk.write(path, json.dumps(said, ensure_ascii=False, indent=1).encode())
    return path


def read(config: Config) -> tuple[tuple[Witness, ...], tuple[DashboardError, ...]]:
    """Read all witness files; those that cannot be read are problems."""
    folder = config.witness_path
    found: list[Witness] = []
    problems: list[DashboardError] = []
    for path in sorted(folder.glob("witness-*.json")) if folder else ():
        try:
            said = _Said.model_validate_json(path.read_bytes())
            found.append(Witness(path.name, said.at, said.number, said.hash))
        except (OSError, ValidationError, JSONDecodeError):
            problems.append(
                StoreError(f"{_WHERE}的 {path.name}", "无法读取或内容有误", "请从该文件夹的备份恢复这个文件")
            )
    return tuple(found), tuple(problems)


def _last(store: Store, before: datetime) -> EventRow | None:
    with store.reading() as session:
        found = select(EventRow).where(EventRow.at < before).order_by(EventRow.number.desc()).limit(1)
        return session.scalars(found).first()
