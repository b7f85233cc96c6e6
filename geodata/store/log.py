"""The log as people read it: filtered, as a table, as a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, func, select

from geodata import writers
from geodata.access import Person, require
from geodata.store import events
from geodata.store.engine import Store
from geodata.store.events import LABELS, OBJECTS, Change
from geodata.store.models import EventRow

FORMATS: Mapping[str, tuple[str, str, Callable[[pd.DataFrame, writers.Metadata], bytes]]] = {
    "Excel": ("xlsx", writers.EXCEL_MEDIA, writers.to_excel),
    "CSV": ("csv", "text/csv", writers.to_csv),
}
"""Label -> (ending, media type, writer)."""

CHOICES = ("person", "action", "object_kind", "field")
"""What the log page offers lists for."""

_QUERY_LABELS = {
    "person": "人员",
    "since": "起",
    "until": "止",
    "object_kind": "对象",
    "object_id": "对象编号",
    "action": "操作",
    "field": "字段",
}


@dataclass(frozen=True)
class Query:
    """Which events: empty means all.

    Attributes
    ----------
    person : str
        Name as the log has it.
    since, until : date, optional
        Days of this machine's zone, both included.
    """

    person: str = ""
    since: date | None = None
    until: date | None = None
    object_kind: str = ""
    object_id: str = ""
    action: str = ""
    field: str = ""

    def __str__(self) -> str:
        """What is asked for, in Chinese."""
        told = [f"{label}：{value}" for name, label in _QUERY_LABELS.items() if (value := _said(self, name))]
        return "；".join(told) or "全部"


def find(
    store: Store, person: Person | None, query: Query, *, limit: int = 100, offset: int = 0
) -> tuple[EventRow, ...]:
    """List events, the newest first.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low to read the log.
    """
    require(person, "read_log")
    with store.reading() as session:
        found = select(EventRow).where(*_conditions(query)).order_by(EventRow.number.desc())
        return tuple(session.scalars(found.limit(limit).offset(offset)))


def count(store: Store, person: Person | None, query: Query) -> int:
    """Count the events `find` would list without a limit."""
    require(person, "read_log")
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(EventRow).where(*_conditions(query))) or 0


def choices(store: Store, person: Person | None, column: str) -> tuple[str, ...]:
    """List what stands in a column of CHOICES, to choose from."""
    require(person, "read_log")
    if column not in CHOICES:
        raise KeyError(column)
    with store.reading() as session:
        values = session.scalars(select(getattr(EventRow, column)).distinct())
        return tuple(sorted(value for value in values if value))


def table(rows: tuple[EventRow, ...]) -> pd.DataFrame:
    """Events with Chinese headings, times in this machine's zone."""
    return pd.DataFrame([_line(row) for row in rows], columns=list(_line(_ANY)))


def export(store: Store, person: Person | None, query: Query, *, label: str) -> bytes:
    """Write the events as a file; that this was done is an event too.

    Parameters
    ----------
    label : str
        A key of FORMATS.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low to export the log.
    """
    acting = require(person, "export_log")
    _ending, _media, write = FORMATS[label]
    with store.reading() as session:
        rows = tuple(session.scalars(select(EventRow).where(*_conditions(query)).order_by(EventRow.number)))
        last = session.scalars(select(EventRow).order_by(EventRow.number.desc()).limit(1)).first()
    content = write(table(rows), _metadata(acting, query, len(rows), last=last))
    with store.writing() as session:  # a long file must not hold up those who write
        events.record(session, acting, "log_exported", Change("log", label, after=f"{len(rows)} 条", reason=str(query)))
    return content


def _metadata(person: Person, query: Query, rows: int, *, last: EventRow | None) -> writers.Metadata:
    return {
        "内容": "操作留痕",
        "导出人": person.name,
        "导出时间": _clock(events.now()),
        "筛选条件": str(query),
        "条数": str(rows),
        "全部留痕的末条编号与校验值": f"{last.number} {last.hash}" if last else "无",
    }


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    equal = [
        getattr(EventRow, name) == value
        for name in ("person", "object_kind", "object_id", "action", "field")
        if (value := getattr(query, name))
    ]
    since = [EventRow.at >= _midnight(query.since)] if query.since else []
    until = [EventRow.at < _midnight(query.until + timedelta(days=1))] if query.until else []
    return [*equal, *since, *until]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _said(query: Query, name: str) -> str:
    value = getattr(query, name)
    labels = {"object_kind": OBJECTS, "action": LABELS}.get(name, {})
    return labels.get(str(value), str(value)) if value else ""


def _line(row: EventRow) -> dict[str, object]:
    return {
        "编号": row.number,
        "时间": _clock(row.at),
        "人员": row.person,
        "身份": "" if row.person_id is None else ("已认证" if row.authenticated else "未认证"),
        "操作": LABELS.get(row.action, row.action),
        "对象": OBJECTS.get(row.object_kind, row.object_kind),
        "对象编号": row.object_id,
        "字段": row.field,
        "原值": row.before,
        "新值": row.after,
        "原因": row.reason,
        "校验值": row.hash,
    }


_ANY = EventRow(number=0, at=events.now(), authenticated=True, action="", object_kind="")
