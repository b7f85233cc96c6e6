"""The files that came in: kept once by what they hold, backed up, and destroyed with the version."""

import os
import zipfile
from pathlib import Path

import pytest

from geodata import purge, uploads
from geodata.catalogue import catalogue, sweep, take_in
from geodata.config import Config
from geodata.store import backup, restore
from geodata.store.engine import Store
from geodata.uploads import Upload
from geodata.versions import Intake, Version
from tests.people import manager, named
from tests.tables import plots, square


def _kept(config: Config) -> list[str]:
    return sorted(path.name for path in (config.data_path / "uploads").glob("*"))


def _file(folder: Path, name: str = "甘井子.ZIP", text: str = "甲") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def _came(store: Store, config: Config, upload: Upload, column: int = 0) -> Version:
    intake = Intake("plots", "规划地块", "规划处", uploads=(upload,), remark="补充说明")
    return take_in(store, manager(store), plots(square(column)), intake=intake, config=config)


def test_a_file_is_kept_once_by_what_it_holds(tmp_path: Path) -> None:
    config = Config(data_folder=str(tmp_path / "var"))
    first = uploads.keep(config.data_path, _file(tmp_path), "甘井子.ZIP")
    second = uploads.keep(config.data_path, _file(tmp_path, "又一份.zip"), "又一份.zip")
    assert first.digest == second.digest
    assert _kept(config) == [f"{first.digest}.zip"]
    assert (first.name, first.size) == ("甘井子.ZIP", 3)


def test_an_open_shapefile_is_kept_with_all_its_parts(tmp_path: Path) -> None:
    for ending in ("shp", "dbf", "shx"):
        _file(tmp_path, f"地块.{ending}", ending)
    _file(tmp_path, "别的.dbf")
    kept = uploads.keep(tmp_path / "var", tmp_path / "地块.shp", "地块.shp")
    again = uploads.keep(tmp_path / "var", tmp_path / "地块.shp", "地块.shp")
    assert kept == again
    with zipfile.ZipFile(tmp_path / "var" / "uploads" / kept.file) as archive:
        assert archive.namelist() == ["地块.dbf", "地块.shp", "地块.shx"]


def test_an_open_shapefile_is_kept_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("地块[1].shp", "地块[1].dbf", "地块1.shp"):
        _file(tmp_path, name)
    kept = uploads.keep(tmp_path / "var", tmp_path / "地块[1].shp", "地块[1].shp")
    with zipfile.ZipFile(tmp_path / "var" / "uploads" / kept.file) as archive:
        assert archive.namelist() == ["地块[1].dbf", "地块[1].shp"]


def test_a_version_names_its_files(store: Store, store_config: Config, tmp_path: Path) -> None:
    upload = uploads.keep(store_config.data_path, _file(tmp_path), "甘井子.zip")
    version = _came(store, store_config, upload)
    held = catalogue(store).find(version.key)
    assert held is not None
    assert (held.uploads, held.remark) == ((upload,), "补充说明")


@pytest.mark.parametrize("shared", [False, True], ids=["alone", "shared"])
def test_a_file_goes_with_its_version_unless_another_has_it(
    store: Store, store_config: Config, tmp_path: Path, *, shared: bool
) -> None:
    upload = uploads.keep(store_config.data_path, _file(tmp_path), "甘井子.zip")
    wrong = _came(store, store_config, upload)
    if shared:
        _came(store, store_config, upload, column=1)
    made = backup.back_up(store, store_config, manager(store))
    assert f"uploads/{upload.file}" in made.manifest.files
    purge.request(store, manager(store), wrong.key, reason="误导入")
    purge.confirm(store, named(store, "李四", "review"), wrong.key, config=store_config)
    assert _kept(store_config) == ([upload.file] if shared else [])
    pooled = store_config.backup_path / "files"
    assert (pooled / upload.digest).exists() == shared
    restore.restore(store_config, made.path, manager(store))
    assert _kept(store_config) == ([upload.file] if shared else [])


def test_what_no_version_names_goes_after_an_hour(store: Store, store_config: Config, tmp_path: Path) -> None:
    upload = uploads.keep(store_config.data_path, _file(tmp_path), "甘井子.zip")
    assert sweep(store, store_config) == ()
    path = store_config.data_path / "uploads" / upload.file
    os.utime(path, (0, 0))
    assert sweep(store, store_config) == (upload.digest,)
    assert _kept(store_config) == []


def test_a_lost_file_is_missing_in_the_backup(store: Store, store_config: Config, tmp_path: Path) -> None:
    upload = uploads.keep(store_config.data_path, _file(tmp_path), "甘井子.zip")
    _came(store, store_config, upload)
    (store_config.data_path / "uploads" / upload.file).unlink()
    assert backup.back_up(store, store_config, manager(store)).manifest.missing == (upload.digest,)
