"""Where the files of a draft lie while it is made: a folder of its own that goes with the draft."""

import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from geodata.config import Config
from geodata.store.faults import filing

FOLDER = "drafts"
_KEY = re.compile(r"[0-9a-f]{32}")
_OWNER = "owner"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST = 120
READABLE = (
    *(".zip", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".dxf", ".gdb", ".shp", ".xlsx", ".xls", ".csv", ".txt"),
    *(".mdb", ".dwg", ".vct", ".rar", ".7z"),
)
"""Endings that are offered; the last line of them is answered with a sentence how to convert them."""


@dataclass(frozen=True)
class Room:
    """The folder of a draft; only its owner sees what is in it."""

    key: str
    folder: Path
    owner: int


def open_room(config: Config, owner: int) -> Room:
    """Make a room for a person's draft.

    Raises
    ------
    StoreError
        The data folder cannot be written to.
    """
    key = secrets.token_hex(16)
    folder = config.data_path / FOLDER / key
    with filing(f"文件夹 {folder.parent}"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        (folder / _OWNER).write_text(str(owner), "ascii")
    return Room(key, folder, owner)


def close(room: Room) -> None:
    """Remove a room and all that is in it."""
    shutil.rmtree(room.folder, ignore_errors=True)


def put(room: Room, name: str, content: bytes | memoryview) -> Path:
    """Write an uploaded file into a room, each into a folder of its own: two of one name do not meet.

    Raises
    ------
    StoreError
        The disk is full.
    """
    place = room.folder / "files" / secrets.token_hex(4)
    path = place / (_FORBIDDEN.sub("_", name)[-_LONGEST:] or "_")
    with filing(f"文件夹 {place.parent}"):
        place.mkdir(parents=True)
        path.write_bytes(content)
    return path


def found(config: Config, key: str) -> Room | None:
    """Find a room by its key; None where there is none."""
    folder = config.data_path / FOLDER / key
    if not _KEY.fullmatch(key) or not (folder / _OWNER).is_file():
        return None
    return Room(key, folder, int((folder / _OWNER).read_text("ascii")))


def sweep(config: Config) -> None:
    """Remove all rooms: for the start of the server, before anybody works."""
    shutil.rmtree(config.data_path / FOLDER, ignore_errors=True)


def large_files(config: Config) -> dict[str, Path]:
    """List what lies in the office's folder of large files, by its path below that folder."""
    folder = config.import_path
    if folder is None or not folder.is_dir():
        return {}
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in READABLE)
    inside = [path for path in paths if not any(up.suffix.lower() == ".gdb" for up in path.relative_to(folder).parents)]
    return {path.relative_to(folder).as_posix(): path for path in inside}
