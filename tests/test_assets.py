"""The browser's libraries: fetched once, missed in one sentence."""

import json
import logging
import subprocess
import sys
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
    (tmp_path / "package.json").write_text('{"dependencies": {"leaflet": "1.9.4"}}', "utf-8")
    monkeypatch.setattr(assets, "FRONTEND", tmp_path)
    return tmp_path


def _fetch(folder: Path, version: str = "1.9.4") -> None:
    for name in LIBRARIES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("", "utf-8")
    described = json.dumps({"name": "leaflet", "version": version})
    (folder / "node_modules" / "leaflet" / "package.json").write_text(described, "utf-8")


def _errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno == logging.ERROR]


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


@pytest.mark.parametrize("before", [None, "1.9.3"])
def test_what_the_lock_file_names_is_fetched_at_the_first_start_and_when_it_changes(
    frontend: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, before: str | None
) -> None:
    calls: list[Any] = []

    def npm(args: Any, *_rest: object, **options: Any) -> subprocess.CompletedProcess[str]:
        calls.append((args[0], sorted(path.name for path in options["cwd"].iterdir())))
        _fetch(options["cwd"])
        return subprocess.CompletedProcess(args, 0, "", "")

    if before:
        _fetch(frontend, before)
        (frontend / "node_modules" / "left").mkdir()
    monkeypatch.setattr(assets, "npm", npm)
    assets.install()
    assert calls == [("ci", ["package-lock.json", "package.json"])]
    assert _errors(caplog) == []
    assert (assets.missing(), assets.outdated()) == (False, ())
    assert not (frontend / "node_modules" / "left").exists()
    assert not (frontend / "node_modules.new").exists()


def test_what_npm_says_stops_no_start_whatever_signs_it_uses(frontend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def npm(_args: Any, *_rest: object, **options: Any) -> subprocess.CompletedProcess[str]:
        _fetch(options["cwd"])
        said = [sys.executable, "-c", r"import sys; sys.stdout.buffer.write(b'\xb5\xd8 \xe5\x9c\xb0')"]
        return subprocess.run(said, **{**options, "check": False, "cwd": frontend})  # noqa: PLW1510 - it is among them

    monkeypatch.setattr(assets, "npm", npm)
    assets.install()
    assert not assets.missing()


FAILED = [FileNotFoundError("npm"), subprocess.TimeoutExpired("npm", 300), subprocess.CalledProcessError(1, "npm")]


@pytest.mark.parametrize("error", FAILED)
@pytest.mark.parametrize("before", [None, "1.9.3"])
def test_a_start_without_network_goes_on_with_what_is_there_and_says_what_to_do(
    frontend: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    before: str | None,
    error: Exception,
) -> None:
    def npm(*_args: object, **_options: object) -> None:
        raise error

    if before:
        _fetch(frontend, before)
    monkeypatch.setattr(assets, "npm", npm)
    assets.install()
    assert _errors(caplog) == [str(problem) for problem in (assets.outdated() if before else assets.problems())]
    assert len(_errors(caplog)) == 1
    assert (frontend / assets.LEAFLET).exists() == bool(before)
    assert not (frontend / "node_modules.new").exists()


def test_a_library_of_another_version_is_named(frontend: Path) -> None:
    _fetch(frontend, "1.9.3")
    (said,) = assets.outdated()
    assert str(said).startswith("地图组件 leaflet：装的是 1.9.3 版，应为 1.9.4 版，暂用已装的版本")
    assert assets.problems() == ()


def test_the_address_changes_with_the_files(frontend: Path) -> None:
    before = assets.version.__wrapped__()
    (frontend / "src" / "main.js").write_text("export const a = 2;", "utf-8")
    assert assets.version.__wrapped__() != before


def test_the_address_names_the_version_and_the_file() -> None:
    assert assets.url("src/main.js") == f"/assets/{assets.version()}/src/main.js"


def test_the_modules_of_the_map_begin_with_the_one_that_starts_it() -> None:
    assert assets.modules()[0] == assets.MAP
    assert {"src/layers.js", "src/parks.js"} < set(assets.modules())
