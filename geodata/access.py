"""Who may do what, and who sees which columns: one table each."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeVar

import pandas as pd

from geodata.errors import AccessError
from geodata.kinds import DATASETS

Table = TypeVar("Table", bound=pd.DataFrame)

Role = Literal["view", "report", "review", "manage"]
Audience = Literal["public", "internal", "sensitive", "secret"]
Mode = Literal["local", "accounts"]

ROLES: dict[Role, str] = {"view": "查看", "report": "填报", "review": "审核", "manage": "管理"}
"""Roles, each one may do all that those before it may."""

AUDIENCES: dict[Audience, str] = {"public": "公开", "internal": "内部", "sensitive": "敏感", "secret": "涉密"}

ACTIONS: MappingProxyType[str, tuple[str, Role]] = MappingProxyType(
    {
        "read": ("查看", "view"),
        "export": ("导出", "view"),
        "read_sensitive": ("查看敏感内容", "review"),
        "read_secret": ("查看涉密内容", "review"),
        "import": ("导入数据", "report"),
        "widen_audience": ("放宽使用范围", "review"),
        "restore_version": ("回到以前的版本", "review"),
        "load_sample": ("载入演示数据", "report"),
        "replace_boundary": ("用官方边界替换示意图形", "review"),
        "adopt_caliber": ("采用新口径", "review"),
        "propose": ("编制比选方案", "report"),
        "purge": ("清除误导入的内容", "review"),
        "read_log": ("查看操作留痕", "review"),
        "export_log": ("导出操作留痕", "review"),
        "backup": ("备份", "manage"),
        "restore": ("从备份恢复", "manage"),
        "manage_people": ("管理人员", "manage"),
    }
)
"""Action -> what it is called, and the lowest role that may do it."""

READING: MappingProxyType[Audience, str | None] = MappingProxyType(
    {"public": None, "internal": "read", "sensitive": "read_sensitive", "secret": "read_secret"}
)
"""使用范围 -> the action that whoever reads it must be allowed; None: whoever has come in.

In mode `local` whoever sits at this computer may `read` without having said who they are. 涉密 is read on a machine
that config.yaml declares cleared, and nowhere else.
"""


COLUMNS: MappingProxyType[bool, str] = MappingProxyType({False: "read", True: "read_sensitive"})
"""Whether a column is sensitive (`Column.sensitive` of its kind) -> the action that whoever sees it must be allowed."""

MASK = "〔敏感〕"
"""What stands in every row of a column that may not be seen: whether there is a value may not be seen either."""


@dataclass(frozen=True)
class Person:
    """Who acts.

    Attributes
    ----------
    id : int
        Row of the people table.
    authenticated : bool
        Whether a password was asked; in mode `local` it was not, and the log says 未认证.
    """

    id: int
    name: str
    department: str
    role: Role
    authenticated: bool


def wider(audience: str, other: str) -> bool:
    """Whether an audience takes in more people than another.

    Examples
    --------
    >>> wider("internal", "sensitive"), wider("internal", "internal")
    (True, False)
    """
    order: list[str] = list(AUDIENCES)
    return order.index(audience) < order.index(other)


def may(person: Person | None, action: str) -> bool:
    """Whether a person may do something; nobody may do nothing.

    Examples
    --------
    >>> may(Person(1, "张三", "规划处", "report", authenticated=True), "import")
    True
    >>> may(None, "read")
    False
    """
    order = list(ROLES)
    return person is not None and order.index(person.role) >= order.index(ACTIONS[action][1])


def may_read(person: Person | None, audience: Audience, *, mode: Mode, cleared: bool) -> bool:
    """Whether what is meant for an audience may be shown to a person.

    Examples
    --------
    >>> may_read(None, "internal", mode="local", cleared=False)
    True
    >>> reviewer = Person(1, "张三", "规划处", "review", authenticated=True)
    >>> [may_read(reviewer, audience, mode="accounts", cleared=False) for audience in AUDIENCES]
    [True, True, True, False]
    """
    action = READING[audience]
    if audience == "secret" and not cleared:
        return False
    if action is None or (action == "read" and mode == "local"):
        return mode == "local" or person is not None
    return may(person, action)


def visible_columns(kind: str, role: Role | None) -> tuple[str, ...]:
    """Columns of a kind of dataset that a role sees, in their order; nobody named sees what 查看 sees.

    Examples
    --------
    >>> "owner" in visible_columns("parcels", "report"), "owner" in visible_columns("parcels", "review")
    (False, True)
    """
    order = list(ROLES)
    rank = order.index(role or "view")
    columns = DATASETS[kind].columns
    return tuple(column.name for column in columns if rank >= order.index(ACTIONS[COLUMNS[column.sensitive]][1]))


def masked(table: Table, kind: str, person: Person | None) -> Table:
    """Return a table of a kind with every column masked that the person may not see; the rest is as it was.

    Columns are named as in the contract: mask before anything is renamed, joined or worked out.

    Examples
    --------
    >>> masked(pd.DataFrame({"id": ["1"], "owner": ["某公司"]}), "parcels", None).to_dict("list")
    {'id': ['1'], 'owner': ['〔敏感〕']}
    """
    seen = visible_columns(kind, person.role if person else None)
    hidden = [name for name in DATASETS[kind].names if name not in seen and name in table.columns]
    return table.assign(**dict.fromkeys(hidden, MASK))


def require(person: Person | None, action: str) -> Person:
    """Return the person, or refuse in one sentence.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    """
    label, role = ACTIONS[action]
    if person is None:
        raise AccessError(label, "还没有确定是谁在操作", "请先在页面右上角选择姓名或登录")
    if not may(person, action):
        raise AccessError(
            label, f"{person.name}的权限是“{ROLES[person.role]}”", f"请由“{ROLES[role]}”以上权限的人员办理"
        )
    return person
