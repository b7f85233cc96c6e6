"""操作留痕: the append-only log, each event carrying the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Session

from geodata.access import ACTIONS, Person
from geodata.store.engine import Store
from geodata.store.models import EventRow

GENESIS = "0" * 64
"""What the first event carries as the hash before it."""

SYSTEM = "系统"
"""Who does what nobody asked for (a daily backup, a refused sign-in)."""

LABELS: Mapping[str, str] = {
    "person_added": "添加人员",
    "person_changed": "修改人员",
    "role_changed": "修改权限",
    "person_activated": "启用人员",
    "person_deactivated": "停用人员",
    "signed_in": "登录",
    "signed_out": "退出",
    "refused": "拒绝",
    "password_changed": "修改口令",
    "password_reset": "重置口令",
    "imported": "导入数据",
    "version_restored": "回到以前的版本",
    "purged": "清除误导入的内容",
    "purge_requested": "申请清除",
    "purge_withdrawn": "撤回清除申请",
    "boundary_replaced": "用官方边界替换示意图形",
    "boundary_restored": "退回官方边界的替换",
    "caliber_withdrawn": "撤回口径",
    "proposal_changed": "修改比选方案",
    "proposal_withdrawn": "撤回比选方案",
    "proposal_restored": "恢复撤回的比选方案",
    "sample_loaded": "载入演示数据",
    "exported": "导出",
    "printed": "打印",
    "sensitive_viewed": "查看敏感内容",
    "log_exported": "导出操作留痕",
    "setting_changed": "修改设置",
    "backed_up": "备份",
    "restored": "从备份恢复",
    **{action: label for action, (label, _role) in ACTIONS.items()},
}
"""Action -> what the log page calls it."""

OBJECTS: Mapping[str, str] = {
    "dataset": "数据集",
    "version": "数据版本",
    "person": "人员",
    "session": "登录状态",
    "setting": "设置",
    "log": "操作留痕",
    "store": "数据库",
    "route": "地址",
    "plan": "规划项目与设施",
    "outline": "规划单元图形",
    "figures": "统计结果",
    "caliber": "指标口径",
    "proposal": "比选方案",
}
"""Kind of object -> what the log page calls it."""

_HASHED = ("person_id", "person", "authenticated", "action", "object_kind", "object_id", "field")
_TOLD = ("before", "after", "reason", "previous_hash")
_BATCH = 1000


@dataclass(frozen=True)
class Change:
    """What an event is about.

    Attributes
    ----------
    object_kind, object_id : str
        What was touched: dataset, person, log, ...; and which one.
    field, before, after : str
        What of it, from what to what; empty where the whole is meant.
    """

    object_kind: str
    object_id: str
    field: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Witness:
    """What a second place remembers of the log: its last event at some moment.

    Attributes
    ----------
    name : str
        The file that says so.
    """

    name: str
    at: datetime
    number: int
    hash: str


@dataclass(frozen=True)
class Verification:
    """Whether the log is whole.

    Attributes
    ----------
    count : int
        Events looked at.
    broken : int or None
        Number of the first event that is not as it was written.
    what : str
        What is wrong with it, in Chinese.
    notes : tuple of str
        What a restore explains.
    """

    count: int
    broken: int | None = None
    what: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether every event is as it was written."""
        return self.broken is None

    def __str__(self) -> str:
        """One sentence."""
        if self.broken is None:
            return f"操作留痕共 {self.count} 条，逐条校验一致。"
        return f"操作留痕第 {self.broken} 条：{self.what}，请不要再改动数据库，并与备份核对。"


def now() -> datetime:
    """Tell the time as the log does: UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def record(session: Session, person: Person | None, action: str, change: Change) -> EventRow:
    """Append an event in the caller's transaction (`store.writing()`: one writer at a time).

    Parameters
    ----------
    person : Person or None
        Who acts; None is the server itself (a refused sign-in, a daily backup).
    action : str
        A key of LABELS.
    """
    last = session.scalars(select(EventRow).order_by(EventRow.number.desc()).limit(1)).first()
    row = EventRow(
        number=last.number + 1 if last else 1,
        at=now(),
        person_id=person.id if person else None,
        person=_fitting("person", person.name if person else SYSTEM),
        authenticated=person.authenticated if person else True,
        action=action,
        previous_hash=last.hash if last else GENESIS,
        **{name: _fitting(name, value) for name, value in vars(change).items()},
    )
    row.hash = digest(row)
    session.add(row)
    session.flush()
    return row


def digest(row: EventRow) -> str:
    """Hash of an event, over everything it says and the hash of the one before it."""
    said = [row.number, row.at.isoformat(), *(getattr(row, name) for name in (*_HASHED, *_TOLD))]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def verify(store: Store, witnesses: Iterable[Witness] = ()) -> Verification:
    """Read the whole log and check each event against the one before, and against what witnesses remember.

    Finds changed, removed, inserted and reordered events; events missing at the end only by a witness.

    Parameters
    ----------
    witnesses : iterable of Witness
        From geodata.store.witness.read.

    Raises
    ------
    StoreError
        The database cannot be read.
    """
    remembered = sorted(witnesses, key=lambda witness: witness.number)
    wanted = {witness.number for witness in remembered}
    hashes = {0: GENESIS}
    count, previous, replaced = 0, GENESIS, None
    for row in _all(store):
        if what := _wrong(row, count + 1, previous):
            return Verification(count, count + 1, what)
        count, previous = row.number, row.hash
        hashes |= {count: previous} if count in wanted else {}
        replaced = row.at if (row.action, row.field) == ("restored", "log") else replaced
    return _witnessed(Verification(count), remembered, hashes, replaced=replaced)


def _all(store: Store) -> Iterator[EventRow]:
    """Give every event in order, as one moment sees them, a batch in memory at a time."""
    number: int | None = None
    with store.reading() as session:
        while True:
            after = [] if number is None else [EventRow.number > number]
            rows = session.scalars(select(EventRow).where(*after).order_by(EventRow.number).limit(_BATCH)).all()
            yield from rows
            if len(rows) < _BATCH:
                return
            number = rows[-1].number
            session.expunge_all()


def _wrong(row: EventRow, number: int, previous: str) -> str:
    """Say what is wrong with the event that should have this number and follow this hash."""
    if row.number != number:
        return "不见了"
    if digest(row) != row.hash:
        return "内容被改动过"
    return "" if row.previous_hash == previous else "与前一条接不上，前面的内容被改动、插入或删除过"


def _witnessed(
    found: Verification, witnesses: Iterable[Witness], hashes: Mapping[int, str], *, replaced: datetime | None
) -> Verification:
    """Check the hashes that a second place remembers; a restore of the log explains those before it."""
    notes = []
    for witness in witnesses:
        if hashes.get(witness.number) == witness.hash:
            continue
        if replaced is not None and witness.at <= replaced:
            notes.append(f"{witness.name} 记有第 {witness.number} 条，此后操作留痕已随备份恢复而更换")
        elif witness.number > found.count:
            return Verification(found.count, found.count + 1, f"不见了（{witness.name} 记到第 {witness.number} 条）")
        else:
            return Verification(found.count, witness.number, f"与 {witness.name} 所记的校验值不符")
    return Verification(found.count, notes=tuple(notes))


def _fitting(name: str, value: str) -> str:
    """Make a text that every database takes: no NUL, no half characters, no longer than its column."""
    text = value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    kind = EventRow.__table__.c[name].type
    longest = kind.length if isinstance(kind, String) else None
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…"
