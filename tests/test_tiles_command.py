"""`python -m geodata tiles` makes what is missing and says how it went."""

from collections.abc import Iterator

import pytest

from geodata import drawn, tiles, tiles_command
from geodata.__main__ import COMMANDS
from geodata.catalogue import take_in
from geodata.config import Config
from geodata.errors import StoreError
from geodata.store.engine import dispose, open_store
from geodata.versions import Intake, Version
from tests import tables
from tests.people import manager


@pytest.fixture
def version(config: Config) -> Iterator[Version]:
    """Take three plots in."""
    store = open_store(config)
    yield take_in(store, manager(store), tables.plots(), intake=Intake("plots", "地块", "测绘"), config=config)
    dispose()


@pytest.mark.usefixtures("version")
def test_where_nothing_is_large_there_is_nothing_to_do(config: Config) -> None:
    assert list(COMMANDS["tiles"].run(config, ())) == ["没有超过 20000 个要素的数据集，不需要切片。"]


def test_what_is_missing_is_made_once(config: Config, version: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "MOST_IN_ONE_FILE", 2)
    assert list(tiles_command.make_tiles(config)) == ["“地块”第 1 版：切片生成完毕。"]
    assert tiles.status(config.data_path, version.audience, drawn.key(version.digest, "plots")).state == "done"
    assert list(tiles_command.make_tiles(config)) == ["“地块”第 1 版：切片已经生成。"]


def test_what_fails_is_said(config: Config, version: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "MOST_IN_ONE_FILE", 2)
    base = drawn.base_of(config.data_path, version)
    drawn.write(tables.plots(), "plots", base)
    base.with_suffix(".parquet").write_bytes(b"no table")
    said = list(tiles_command.make_tiles(config))
    assert said == ["“地块”第 1 版：处理未完成（进程意外结束），请重试；若再次出现，请查看服务器日志。"]


def test_tiles_whose_table_has_been_removed_are_not_kept(config: Config, version: Version) -> None:
    base = drawn.base_of(config.data_path, version)
    drawn.write(tables.plots(), "plots", base)

    def purged(_progress: float, said: str) -> None:
        if said == "正在切片":
            base.with_suffix(".parquet").unlink()

    with pytest.raises(StoreError, match="所依据的数据已被清除"):
        tiles.make(purged, base, "gdal")
    assert not tiles.archive(base).exists()
    assert not list(base.parent.glob("*.part"))
