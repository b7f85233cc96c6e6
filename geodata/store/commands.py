"""verify, backup, restore: what an administrator does at the command line; each yields the lines it says."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

from sqlalchemy import select

from geodata.access import Person, Role
from geodata.config import Config
from geodata.errors import AccessError, NewerError, StoreError
from geodata.store import backup, events, manifest, witness
from geodata.store.engine import open_store
from geodata.store.faults import damaged
from geodata.store.manifest import DATABASE, Backup
from geodata.store.models import PersonRow
from geodata.store.restore import restore as restore_backup

_WHERE = "命令行"


def verify(config: Config, _words: Sequence[str]) -> Iterator[str]:
    """Check the log against itself and against what witnesses remember.

    Raises
    ------
    StoreError
        It is not what was written.
    """
    witnesses, problems = witness.read(config)
    yield from map(str, problems)
    found = events.verify(open_store(config), witnesses)
    yield from found.notes
    yield f"见证文件 {len(witnesses)} 个。"
    if found.broken is not None:
        where = f"操作留痕第 {found.broken} 条"
        raise StoreError(where, found.what, "请不要再改动数据库，并与备份核对")
    yield str(found)


def back_up(config: Config, words: Sequence[str]) -> Iterator[str]:
    """Write a backup now; `words` may name who asks for it."""
    store = open_store(config)
    person = _person(config, words[0], None) if words else None
    made = backup.back_up(store, config, person)
    yield f"已备份到 {made.path}。"
    yield from map(str, made.problems)


def restore(config: Config, words: Sequence[str]) -> Iterator[str]:
    """Restore the backup in the folder that is the first word, in the name of the person who is the second."""
    folder, name = Path(words[0]), words[1]
    done = restore_backup(config, folder, _person(config, name, folder))
    yield f"已从备份 {done.backup.path.name}（{done.backup.label}）恢复，所有人须重新登录。"
    if done.before is not None:
        yield f"恢复之前的内容已备份到 {done.before}。"
    if done.log_replaced:
        yield "现有的操作留痕与备份不相连，已换成备份中的操作留痕。"


def _person(config: Config, name: str, folder: Path | None) -> Person:
    """Find who acts among the people; where there are none any more, among those of the backup.

    The command line asks for no password: whoever works there has the files themselves. The log says 未认证.
    """
    found = _now(config)
    people = found if found or folder is None else _then(manifest.read(folder))
    if name not in people:
        raise AccessError(_WHERE, f"没有名为“{name}”且已启用的人员", "请写明人员的姓名")
    return people[name]


def _now(config: Config) -> dict[str, Person]:
    try:
        with open_store(config).reading() as session:
            rows = session.scalars(select(PersonRow).where(PersonRow.active)).all()
    except StoreError as error:
        if isinstance(error, NewerError) or damaged(error):
            return {}
        raise
    return {row.name: _acting(row.id, row.name, row.department, row.role) for row in rows}


def _then(chosen: Backup) -> dict[str, Person]:
    manifest.check(chosen)
    with closing(sqlite3.connect(chosen.path / DATABASE)) as copy:
        rows = copy.execute("SELECT id, name, department, role FROM people WHERE active").fetchall()
    return {row[1]: _acting(*row) for row in rows}


def _acting(number: int, name: str, department: str, role: str) -> Person:
    return Person(number, name, department, cast("Role", role), authenticated=False)
