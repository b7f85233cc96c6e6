"""The key that signs cookies: made once, readable by this user alone, whole or not there at all."""

import os
import secrets
from pathlib import Path

from geodata.errors import StoreError

_BYTES = 32
_OWNER_ALONE = 0o600


def secret_key(path: Path) -> bytes:
    """Read the key; the first who asks makes it, and of several at once all get the same.

    Raises
    ------
    StoreError
        The file cannot be written or read, or is not whole.
    """
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes().strip()
    except OSError as error:
        raise StoreError(str(path), "无法写入或读取", "请检查 data_folder 所在的文件夹是否存在、可写") from error
    if len(key) < 2 * _BYTES:
        raise StoreError(str(path), "内容不完整", "请删除这个文件后重新启动看板，所有人须重新登录")
    return key


def _make(path: Path) -> None:
    """Write beside, then take the name: whoever reads finds a whole key, and never two different ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        _take_name(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _take_name(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links (FAT): the last of several wins
        draft.replace(path)
