"""What the server does by itself: what a killed process left is removed, and a store that is gone stops nobody."""

import asyncio
import errno
import logging
import os
from pathlib import Path

import pytest

from geodata import parquet
from geodata.config import Config, StoreConfig
from geodata.store import daily
from layers import housekeeping
from layers.publish import place
from tests.tables import plots

LONG_AGO = 1_000_000_000


@pytest.fixture
def config(tmp_path: object) -> Config:
    """Settings of a store of this test's own."""
    return Config(data_folder=f"{tmp_path}/var")


def test_content_that_no_version_names_is_removed(config: Config) -> None:
    digest = parquet.write_content(plots(), config.data_path)
    path = parquet.content_path(config.data_path, digest)
    os.utime(path, (LONG_AGO, LONG_AGO))
    housekeeping.tidy(config)
    assert not path.exists()
    assert not place(config).exists()


def test_a_store_that_is_gone_stops_nobody(caplog: pytest.LogCaptureFixture, config: Config) -> None:
    gone = config.model_copy(update={"store": StoreConfig(url="postgresql://nobody@localhost:1/none")})
    with caplog.at_level(logging.WARNING):
        housekeeping.tidy(gone)
    assert "数据库 localhost/none" in caplog.text


def test_it_goes_on_until_it_is_cancelled(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    async def look_after() -> None:
        loop, ran = asyncio.get_running_loop(), asyncio.Event()
        monkeypatch.setattr(daily, "run", lambda _config: loop.call_soon_threadsafe(ran.set))
        task = asyncio.create_task(housekeeping.keep(config))
        await ran.wait()
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    monkeypatch.setattr(housekeeping, "tidy", lambda _config: done.append("tidied"))
    asyncio.run(look_after())
    assert done == ["tidied"]


def test_a_file_that_cannot_be_removed_stops_neither_backup_nor_witness(
    caplog: pytest.LogCaptureFixture, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    parquet.write_content(plots(), config.data_path)
    left = config.data_path / parquet.FOLDER / "left.part"
    left.touch()
    os.utime(left, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(Path, "unlink", refuse)
    with caplog.at_level(logging.WARNING):
        housekeeping.tidy(config)
    assert "只能读、不能写" in caplog.text


def test_a_fault_that_ends_the_looking_after_is_logged(
    caplog: pytest.LogCaptureFixture, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_config: Config) -> None:
        raise ZeroDivisionError

    async def look_after() -> None:
        await asyncio.wait([housekeeping.start(config)])

    monkeypatch.setattr(housekeeping, "tidy", fail)
    asyncio.run(look_after())
    assert "备份与日志见证已停止" in caplog.text
