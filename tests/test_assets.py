"""The browser's libraries: fetched once, missed in one sentence."""

import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest

from layers import assets

LIBRARIES = (assets.LEAFLET, assets.LEAFLET_CSS, assets.PROJ4, assets.GEOMAN, assets.GEOMAN_CSS, assets.PBF)


@pytest.fixture
def frontend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a frontend folder without libraries."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.js").write_text("export const a = 1;", "utf-8")
    (tmp_path / "package-lock.json").write_text("{}", "utf-8")
    monkeypatch.setattr(assets, "FRONTEND", tmp_path)
    return tmp_path


def _fetch(folder: Path) -> None:
    for name in LIBRARIES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("", "utf-8")


def test_without_libraries_one_sentence_says_what_to_do(frontend: Path) -> None:
    assert not list(frontend.glob("node_modules"))
    assert assets.missing()
    assert [str(problem)[:4] for problem in assets.problems()] == ["地图组件"]
    assert "请连上网络后重新启动看板" in str(assets.problems()[0])


def test_with_all_libraries_there_is_nothing_to_say(frontend: Path) -> None:
    _fetch(frontend)
    assert not assets.missing()
    assert assets.problems() == ()


@pytest.mark.parametrize("name", LIBRARIES)
def test_one_missing_library_is_enough(frontend: Path, name: str) -> None:
    _fetch(frontend)
    (frontend / name).unlink()
    assert assets.missing()


def test_what_is_there_is_not_fetched_again(frontend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fetch(frontend)
    monkeypatch.setattr(assets, "npm", lambda *_args, **_kwargs: pytest.fail("npm was called"))
    assets.install()


def test_the_first_start_fetches_what_the_lock_file_names(
    frontend: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[Any] = []

    def npm(args: Any, *_rest: object, **options: Any) -> subprocess.CompletedProcess[str]:
        calls.append((args[0], options["cwd"]))
        _fetch(frontend)
        return subprocess.CompletedProcess(args, 0, "", "")

    monkeypatch.setattr(assets, "npm", npm)
    assets.install()
    assert calls == [("ci", frontend)]
    assert [record.levelno for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("error", [FileNotFoundError("npm"), subprocess.TimeoutExpired("npm", 300)])
def test_a_first_start_without_network_goes_on_and_says_what_to_do(
    frontend: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def npm(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(assets, "npm", npm)
    assets.install()
    assert frontend.is_dir()
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        str(assets.problems()[0])
    ]


def test_the_address_changes_with_the_files(frontend: Path) -> None:
    before = assets.version.__wrapped__()
    (frontend / "src" / "main.js").write_text("export const a = 2;", "utf-8")
    assert assets.version.__wrapped__() != before


def test_the_address_names_the_version_and_the_file() -> None:
    assert assets.url("src/main.js") == f"/assets/{assets.version()}/src/main.js"


def test_the_modules_of_the_map_begin_with_the_one_that_starts_it() -> None:
    assert assets.modules()[0] == assets.MAP
    assert {"src/layers.js", "src/parks.js"} < set(assets.modules())
