"""Who may do what, and who sees which columns: one table each."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geodata.errors import AccessError

Role = Literal["view", "report", "review", "manage"]
Audience = Literal["public", "internal", "sensitive", "secret"]

ROLES: dict[Role, str] = {"view": "查看", "report": "填报", "review": "审核", "manage": "管理"}
"""Roles, each one may do all that those before it may."""

AUDIENCES: dict[Audience, str] = {"public": "公开", "internal": "内部", "sensitive": "敏感", "secret": "涉密"}

ACTIONS: MappingProxyType[str, tuple[str, Role]] = MappingProxyType(
    {
        "read": ("查看", "view"),
        "export": ("导出", "view"),
        "read_sensitive": ("查看敏感内容", "review"),
        "import": ("导入数据", "report"),
        "restore_version": ("回到以前的版本", "review"),
        "load_sample": ("载入演示数据", "report"),
        "purge": ("清除误导入的内容", "review"),
        "read_log": ("查看操作留痕", "review"),
        "export_log": ("导出操作留痕", "review"),
        "backup": ("备份", "manage"),
        "restore": ("从备份恢复", "manage"),
        "manage_people": ("管理人员", "manage"),
    }
)
"""Action -> what it is called, and the lowest role that may do it."""


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
