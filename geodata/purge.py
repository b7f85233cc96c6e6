"""清除: content that should never have come in is destroyed by two persons; the event and the row stay."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from geodata import catalogue
from geodata.access import Person, require
from geodata.config import Config
from geodata.errors import AccessError, ConflictError, DatasetError
from geodata.store import backup, datasets, events
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.models import VersionRow
from geodata.versions import Version

_LONGEST = 500


def request(store: Store, person: Person | None, key: str, *, reason: str) -> Version:
    """Ask for a version to be 清除; somebody else has to confirm it.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    DatasetError
        There is no such version, it was 清除 already, or there is no reason.
    ConflictError
        Somebody has asked for it already.
    """
    acting = require(person, "import")
    with store.writing() as session:
        row = datasets.living(session, key)
        version = datasets.version_of(session, row)
        if not 0 < len(reason.strip()) <= _LONGEST:
            raise DatasetError(_about(version), "没有写明原因，或原因过长", f"请用不超过 {_LONGEST} 个字写明原因")
        if version.purge:
            raise ConflictError(_about(version), f"{version.purge.name}已经申请清除", "请由另一人确认或撤回")
        row.purge_requested_by, row.purge_requested_at, row.purge_reason = acting.id, events.now(), reason.strip()
        events.record(session, acting, "purge_requested", Change("version", key, reason=reason.strip()))
        return datasets.version_of(session, row)


def withdraw(store: Store, person: Person | None, key: str, *, reason: str = "") -> Version:
    """Take back a request for 清除: whoever asked, or whoever might confirm it.

    Raises
    ------
    AccessError
        Nobody is named, or it is neither the one who asked nor one who may confirm.
    DatasetError
        There is no such version, or it was 清除 already.
    ConflictError
        Nobody has asked.
    """
    acting = require(person, "import")
    with store.writing() as session:
        row, _ = _requested(session, key)
        if row.purge_requested_by != acting.id:
            require(acting, "purge")
        row.purge_requested_by, row.purge_requested_at, row.purge_reason = None, None, ""
        events.record(session, acting, "purge_withdrawn", Change("version", key, reason=reason))
        return datasets.version_of(session, row)


def confirm(store: Store, person: Person | None, key: str, *, config: Config, derived: Sequence[Path] = ()) -> Version:
    """Destroy the content of a version somebody else has asked to 清除, and all that was made of it.

    Content that another version holds too stays with that one. Should the process die after the transaction, or a file
    be held open, the next `catalogue.sweep` destroys what is left, and the next backup what the backups hold.

    Parameters
    ----------
    derived : sequence of Path
        Folders with files made of versions, named by digest.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, or it is the one who asked.
    DatasetError
        There is no such version, or it was 清除 already.
    ConflictError
        Nobody has asked.
    StoreError
        A file could not be removed yet.
    """
    acting = require(person, "purge")
    with store.writing() as session:
        row, version = _requested(session, key)
        if row.purge_requested_by == acting.id:
            raise AccessError(_about(version), "申请与确认须由两个人办理", "请由另一位“审核”以上权限的人员确认")
        row.purged_at, row.findings, row.treatment = events.now(), [], []  # they tell what was in it
        datasets.retire(session, row)
        told = Change("version", key, before=f"内容校验值 {row.digest}", reason=row.purge_reason)
        events.record(session, acting, "purged", told)
        version, living = datasets.version_of(session, row), datasets.digests(session, living=True)
        gone = {version.digest, *(upload.digest for upload in version.uploads)} - living
    catalogue.sweep(store, config, derived=derived)
    backup.forget(config, gone)
    return version


def _requested(session: Session, key: str) -> tuple[VersionRow, Version]:
    row = datasets.living(session, key)
    version = datasets.version_of(session, row)
    if version.purge is None:
        raise ConflictError(_about(version), "没有人申请清除", "请先申请")
    return row, version


def _about(version: Version) -> str:
    return f"清除{version.label}"
