"""Exports of datasets: whoever takes data out of the house is in the log for it."""

from dataclasses import dataclass

from geodata.access import Person, require
from geodata.kinds import DATASETS
from geodata.store.engine import Store
from geodata.store.events import Change, record
from geodata.versions import Version


@dataclass(frozen=True)
class Export:
    """What went out.

    Attributes
    ----------
    form : str
        Format, as the screen calls it.
    rows : int
        How many.
    which : str
        The filter, in Chinese.
    columns : tuple of str
        Columns of the contract.
    how : str
        Coordinate system and names of the fields, in Chinese.
    """

    form: str
    rows: int
    which: str
    columns: tuple[str, ...]
    how: str


def exported(store: Store, person: Person | None, version: Version, export: Export) -> None:
    """Record that rows of a version go out; the caller hands them over after that, or not at all.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low for the version's 敏感 columns that are among them.
    """
    acting = require(person, "export")
    spec = DATASETS[version.kind]
    sensitive = [name for name in export.columns if name in spec.sensitive]
    if sensitive:
        require(person, "read_sensitive")
    told = [
        f"{export.rows} 行",
        export.how,
        f"字段：{_named(version.kind, export.columns)}",
        *([f"其中敏感字段：{_named(version.kind, sensitive)}"] if sensitive else []),
    ]
    with store.writing() as session:
        change = Change("version", version.key, export.form, after="；".join(told), reason=export.which)
        record(session, acting, "exported", change)


def figures_exported(store: Store, person: Person | None, what: str, export: Export) -> None:
    """Record that figures go out; the caller hands them over after that, or not at all.

    Parameters
    ----------
    what : str
        Which figures, in Chinese.
    export : Export
        Its columns are the headings of the file.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    """
    acting = require(person, "export")
    told = f"{export.rows} 行；{export.how}；字段：{'、'.join(export.columns)}"
    with store.writing() as session:
        change = Change("figures", what, export.form, after=told, reason=export.which)
        record(session, acting, "exported", change)


def _named(kind: str, columns: tuple[str, ...] | list[str]) -> str:
    return "、".join(DATASETS[kind].column(name).label for name in columns)
