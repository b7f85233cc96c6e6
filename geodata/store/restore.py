"""From a backup back to a running store, in one transaction; the log goes on instead of going back.

Where the present log contains the backup's, it stays as it is and gains the event of the restore. Only where it does
not (a new machine, a lost database) the backup's log takes its place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import copyfile

from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.orm import Session

from geodata.access import Person, require
from geodata.config import Config
from geodata.errors import NewerError, StoreError
from geodata.store import archive, backup, datasets, disk, events, manifest
from geodata.store.connection import READING, address, sqlite_engine
from geodata.store.engine import Store, dispose, open_store
from geodata.store.events import Change
from geodata.store.faults import damaged, filing, speaking
from geodata.store.manifest import COPIED, DATABASE, Backup
from geodata.store.models import PersonRow, VersionRow
from geodata.store.snapshot import EVENTS, TABLES, check, copy_rows
from geodata.store.upgrade import upgrade

_GUARDS_OF = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes
    ----------
    before : Path or None
        The backup of what there was before; None where that could not be read any more.
    log_replaced : bool
        Whether the backup's log took the place of the present one.
    """

    backup: Backup
    before: Path | None
    log_replaced: bool


def restore(config: Config, path: Path, person: Person | None) -> Restored:
    """Bring database, content and tables back to what they were when a backup was made.

    The backup is checked first; what there is now becomes a backup of its own; everybody has to sign in again. All that
    needs room on the disk is done before the rows change; then the office's tables only take their names.

    Parameters
    ----------
    path : Path
        The folder of a backup.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    StoreError
        The backup is damaged or newer than this program, the disk is full, the database is gone: nothing has changed
        but content that was added, which no version names. Or the folder of the office's tables does not let go of them
        after the rows have changed: then some tables are the backup's and others are not yet, and the sentence says so.
    """
    acting = require(person, "restore")
    with backup.alone(config):
        chosen = manifest.read(path)
        manifest.check(chosen)
        with archive.staging(config) as stage, _copy_of(chosen, stage) as source:
            done = _restored(config, chosen, source, person=acting)
        backup.thin_out(config)  # not before: the oldest backup may be the one that is asked for
    return done


def _restored(config: Config, chosen: Backup, source: Connection, *, person: Person) -> Restored:
    store, before = _present(config, person)
    gone = _gone(store) | archive.purged(config.backup_path) | archive.purged(chosen.path.parent)
    with filing(f"数据文件夹 {config.data_path}"):
        _bring_content(config, chosen, gone)
        with archive.staging(config, beside=True) as beside:
            _stage_tables(config, chosen, beside)
            replaced = _bring_rows(store, source, chosen, person=person, gone=gone)
            _take_tables(config, chosen, beside)
    return Restored(chosen, before, replaced)


def _present(config: Config, person: Person) -> tuple[Store, Path | None]:
    """Open the store there is and back it up; a SQLite file that cannot be read any more is put aside."""
    try:
        store = open_store(config)
        return store, backup.write(store, config, person, kind="before_restore").path if _used(store) else None
    except StoreError as error:
        sqlite = address(config).get_backend_name() == "sqlite"
        if not sqlite or not (isinstance(error, NewerError) or damaged(error)):
            raise
    _put_aside(config)
    return open_store(config), None


def _used(store: Store) -> bool:
    with store.reading() as session:
        return any(session.scalar(select(func.count()).select_from(table)) for table in TABLES)


def _gone(store: Store) -> set[str]:
    """Content that was destroyed on purpose since: a restore does not bring it back."""
    with store.reading() as session:
        return set(datasets.digests(session, living=False) - datasets.digests(session, living=True))


def _bring_content(config: Config, chosen: Backup, gone: set[str]) -> None:
    """Content is only ever added: what lies under its digest is right already."""
    for name, entry in chosen.manifest.files.items():
        source = manifest.held(chosen, name, entry)
        target = config.data_path / name
        if PurePosixPath(name).parts[0] == COPIED or source is None or entry.digest in gone:
            continue
        if not target.exists() or disk.digest_of(target) != entry.digest:
            _copy(chosen, name, source, target)


def _copy(chosen: Backup, name: str, source: Path, target: Path) -> None:
    if not disk.copy(source, target, digest=chosen.manifest.files[name].digest):
        raise manifest.damaged(chosen, name)  # since it was checked


def _stage_tables(config: Config, chosen: Backup, stage: Path) -> None:
    """Copy the office's own tables to where they need only take their names."""
    for name in _tables(chosen):
        (config.data_path / name).parent.mkdir(parents=True, exist_ok=True)
        _copy(chosen, name, chosen.path / name, stage / name)


def _take_tables(config: Config, chosen: Backup, stage: Path) -> None:
    """Let the staged tables take their names, each file whole; those the backup does not know go."""
    names, folder = _tables(chosen), config.data_path / COPIED
    try:
        for name in names:
            disk.take(stage / name, config.data_path / name)
        for path in folder.rglob("*"):
            if path.is_file() and path.relative_to(config.data_path).as_posix() not in names:
                path.unlink()
    except OSError as error:
        where, what = f"文件夹 {folder}", "数据库已恢复到备份时的内容，但这里的表没有全部换好"
        raise StoreError(where, what, "请关闭占用它们的程序、检查写入权限后再恢复一次") from error


def _tables(chosen: Backup) -> list[str]:
    return [name for name in chosen.manifest.files if PurePosixPath(name).parts[0] == COPIED]


def _bring_rows(store: Store, source: Connection, chosen: Backup, *, person: Person, gone: set[str]) -> bool:
    """Replace all rows in one transaction; whether the log had to give way too."""
    with store.writing() as session:
        highest = max(_generation(session), _generation(source))
        replaced = _replace(source, session.connection())
        session.execute(update(PersonRow).values(generation=highest + 1))  # all cookies end
        _lose_again(session, gone)
        events.record(session, person, "restored", _told(chosen, replaced))
    return bool(replaced)


def _lose_again(session: Session, gone: set[str]) -> None:
    """Mark what was destroyed since the backup; a version with content takes its place."""
    lost = session.scalars(select(VersionRow).where(VersionRow.digest.in_(gone), VersionRow.purged_at.is_(None))).all()
    for row in lost:
        row.purged_at = events.now()
    session.flush()
    for row in lost:
        datasets.retire(session, row)


@contextmanager
def _copy_of(chosen: Backup, stage: Path) -> Iterator[Connection]:
    """A copy of the backup's database, looked through and brought up to date before anything else changes."""
    where, path = f"备份 {chosen.path.name}", stage / DATABASE
    with filing(where), speaking(where):
        copyfile(chosen.path / DATABASE, path)
        check(path)
    engine = sqlite_engine(path)
    try:
        upgrade(engine, where)
        with engine.connect().execution_options(**READING) as source:
            yield source
    finally:
        engine.dispose()


def _generation(source: Session | Connection) -> int:
    return source.scalar(select(func.max(PersonRow.generation))) or 0


def _told(chosen: Backup, replaced: str) -> Change:
    after = f"留痕至第 {chosen.manifest.events} 条"
    return Change("store", chosen.path.name, "log" if replaced else "", replaced, after, chosen.label)


def _replace(source: Connection, target: Connection) -> str:
    """Replace the rows of all tables but the log; where the log had to give way: where it ended."""
    others = [table for table in TABLES if table is not EVENTS]
    for table in reversed(others):
        target.execute(delete(table))
    copy_rows(source, target, others)
    if target.dialect.name == "postgresql":
        _raise_counters(target)
    return _join_logs(source, target)


def _join_logs(source: Connection, target: Connection) -> str:
    """Keep the present log where it contains the backup's; otherwise the backup's log takes its place."""
    (present, hash_now), (number, hash_then) = _end(target), _end(source)
    if number == 0 or _hash(target, number) == hash_then:
        return ""
    with _guards_down(target):
        target.execute(delete(EVENTS))
    copy_rows(source, target, [EVENTS])
    return f"第 {present} 条 {hash_now}" if present else ""


def _end(connection: Connection) -> tuple[int, str]:
    last = select(EVENTS.c.number, EVENTS.c.hash).order_by(EVENTS.c.number.desc()).limit(1)
    found = connection.execute(last).first()
    return (found.number, found.hash) if found else (0, "")


def _hash(connection: Connection, number: int) -> str | None:
    return connection.scalar(select(EVENTS.c.hash).where(EVENTS.c.number == number))


@contextmanager
def _guards_down(connection: Connection) -> Iterator[None]:
    """Let the log be emptied, within a transaction that puts the guards back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        yield
        connection.execute(text("ALTER TABLE events ENABLE TRIGGER USER"))
        return
    guards = connection.execute(text(_GUARDS_OF)).all()
    for name, _ in guards:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in guards:
        connection.exec_driver_sql(statement)


def _raise_counters(connection: Connection) -> None:
    """PostgreSQL counts ids apart from the rows; a counter never goes back, so that no id is given twice."""
    for table in TABLES:
        column = table.autoincrement_column
        if column is None:
            continue
        counter = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        highest = connection.scalar(select(func.max(column))) or 0
        connection.execute(select(func.setval(counter, func.greatest(func.nextval(counter), highest))))


def _put_aside(config: Config) -> None:
    """Keep a database that cannot be read beside the new one."""
    dispose()
    path = Path(str(address(config).database))
    with filing(f"数据库 {path.name}"):
        for ending in ("", "-wal", "-shm"):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.replace(part.with_name(f"{part.name}.damaged-{events.now().astimezone():%Y%m%d-%H%M%S}"))
