"""The key is made once, is the same for all, readable by nobody else, whole or not there."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geodata.errors import StoreError
from layers.secret_key import secret_key


def test_the_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret.key"
    key = secret_key(path)
    assert len(key) == 64
    assert secret_key(path) == key == path.read_bytes()
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]
    assert secret_key(tmp_path / "other" / "secret.key") != key


@pytest.mark.skipif(sys.platform == "win32", reason="../shared: Windows keeps no mode of a file")
def test_nobody_else_reads_the_key(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    before = os.umask(0)
    try:
        secret_key(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_of_several_at_once_all_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        keys = set(threads.map(lambda _: secret_key(tmp_path / "secret.key"), range(64)))
    assert len(keys) == 1


def test_without_hard_links_the_key_is_whole_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert len(secret_key(tmp_path / "secret.key")) == 64
    assert [one.name for one in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 63])
def test_a_key_that_is_not_whole_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    with pytest.raises(StoreError) as said:
        secret_key(path)
    assert str(said.value) == f"{path}：内容不完整，请删除这个文件后重新启动看板，所有人须重新登录。"
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file", "utf-8")
    with pytest.raises(StoreError) as said:
        secret_key(tmp_path / "var" / "secret.key")
    assert str(said.value).endswith("无法写入或读取，请检查 data_folder 所在的文件夹是否存在、可写。")
