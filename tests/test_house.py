"""The rules of the house: the linters, the rooms, no other hosts, one place for each trap."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from geodata.config import CONFIG_FILE, ROOT, Config

TOP = {
    "app.py", "config.yaml", "requirements.txt", "geodata", "layers", "pages", "tests", "var",
    "README.md", "CHANGELOG.md", "pyproject.toml", "docs", ".streamlit", ".ci", ".gitignore",
}  # fmt: skip
"""Design.md section 1."""
TOOLS_TOP = {
    ".git", ".venv", ".coverage", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    "__pycache__",
}  # fmt: skip
"""What git and the tools of the tests leave behind (all in .gitignore)."""

_SKIPPED_FOLDERS = {*TOOLS_TOP, "node_modules", "var", "__pycache__"}
_TEXT = {".py", ".js", ".css", ".json", ".yaml", ".toml", ".geojson", ".csv", ".html", ".txt", ".mjs", ""}
_ADDRESS = re.compile(r"https?://([^\s/\"'`<>)，。：]+)", re.IGNORECASE)
_CDN = re.compile(r"jsdelivr|unpkg|cdnjs|cloudflare|googleapis|gstatic|bootcdn|esm\.sh|skypack", re.IGNORECASE)
_HOSTS = {
    "config.yaml": {"t0.tianditu.gov.cn", "内网地址"},  # examples in comments, off by default
    ".streamlit/config.toml": {"本机地址:8501"},  # how colleagues open this very server
    "layers/frontend/eslint.config.js": set(),
}
_EVERYWHERE = {"www.w3.org"}  # XML namespaces name it and nobody fetches it
_EPSG_SAID = {
    "geodata/base_maps.py": "the only projection an online base map may have, and the sentence that refuses others",
    "geodata/readers.py": "names under which a file may declare CGCS2000 or WGS-84 degrees",
    "layers/about.py": "text of 数据说明",
    "layers/frontend/src/tools.js": "label of the coordinates under the pointer; proj4's own name of degrees",
}


def _files(*suffixes: str) -> Iterator[Path]:
    """Files of the repository, without those the tools made and without the tests."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _SKIPPED_FOLDERS]
        for path in (Path(folder) / name for name in names):
            if path.suffix in suffixes and path.name not in TOOLS_TOP and not path.is_relative_to(ROOT / "tests"):
                yield path


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _run(module: str, *args: str) -> None:
    tool = shutil.which(module, path=str(Path(sys.executable).parent)) or shutil.which(module)
    if tool is None:
        pytest.skip(f"{module} is missing: pip install -r tests/requirements.txt")
    done = subprocess.run([tool, *args], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _code_without_docstrings(path: Path) -> str:
    """The code as it runs: neither comments nor docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        for body in (getattr(node, "body", None),):
            if isinstance(body, list):
                body[:] = [one for one in body if not _is_text(one)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_ruff_finds_nothing() -> None:
    _run("ruff", "check", ".")


def test_everything_is_formatted() -> None:
    _run("ruff", "format", "--check", ".")


def test_mypy_finds_nothing() -> None:
    _run("mypy")


def test_imports_point_one_way() -> None:
    _run("lint-imports")


def test_every_page_is_among_the_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__"}
    assert set(contracts[0]["layers"][0].split(" | ")) == {f"pages.{name}" for name in pages}


def test_at_the_top_stand_only_the_rooms_of_the_house() -> None:
    assert {path.name for path in ROOT.iterdir()} - TOP - TOOLS_TOP == set()


def test_what_the_tools_leave_behind_is_not_kept() -> None:
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()}
    assert TOOLS_TOP - {".git"} - ignored == set()
    assert {"var", "node_modules"} <= ignored


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", ".ci/run", ".streamlit/config.toml"])
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_the_changelog_has_a_line_per_change() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("- ")] != []


def test_the_server_is_short() -> None:
    assert len((ROOT / "app.py").read_text("utf-8").splitlines()) <= 40


@pytest.mark.parametrize("path", sorted(_files(".py", ".js", ".css")), ids=_named)
def test_no_file_is_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=_named)
def test_a_page_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 80


def test_the_settings_are_short_and_every_key_is_explained() -> None:
    lines = CONFIG_FILE.read_text("utf-8").splitlines()
    above = dict(zip((line.strip() for line in lines[1:]), lines, strict=False))
    keys = [line for line in above if line and not line.startswith("#")]
    assert len(lines) <= 150
    assert [key for key in keys if not above[key].strip().startswith("#")] == []


def test_every_setting_stands_in_the_file() -> None:
    written = yaml.safe_load(CONFIG_FILE.read_text("utf-8"))
    assert set(written) == {field.alias or name for name, field in Config.model_fields.items()}
    assert set(written["map"]) == {"online", "base_maps"}


def test_the_server_neither_asks_nor_tells_anybody() -> None:
    text = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    for line in ('address = "localhost"', "gatherUsageStats = false", "showEmailPrompt = false", "allowedOrigins = []"):
        assert line in text


def test_no_file_names_another_host() -> None:
    foreign = {
        _named(path): sorted(hosts)
        for path in _files(*_TEXT)
        if path.name not in ("package-lock.json", "LICENSE")
        if (hosts := set(_ADDRESS.findall(path.read_text("utf-8"))) - _EVERYWHERE - _HOSTS.get(_named(path), set()))
    }
    assert foreign == {}


def test_no_file_names_a_cdn() -> None:
    files = [path for path in _files(*_TEXT) if path.name != "package-lock.json"]
    assert len(files) > 40
    assert [_named(path) for path in files if _CDN.search(path.read_text("utf-8"))] == []


def test_the_address_of_the_base_map_stands_in_a_comment_only() -> None:
    lines = CONFIG_FILE.read_text("utf-8").splitlines()
    assert [line for line in lines if "http" in line and not line.strip().startswith("#")] == []


def test_every_exception_is_caught_in_one_place_only() -> None:
    wide = re.compile(r"except\s*(?:\(?\s*(?:Base)?Exception\b|:)")
    found = {_named(path): len(wide.findall(path.read_text("utf-8"))) for path in _files(".py")}
    assert {name: count for name, count in found.items() if count} == {"pages/ui/problems.py": 1}


def test_the_other_net_hangs_under_the_server() -> None:
    assert "on_script_error=on_script_error" in (ROOT / "app.py").read_text("utf-8")


def test_there_is_one_map() -> None:
    calls = {_named(path): path.read_text("utf-8").count("st_folium(") for path in _files(".py")}
    assert {name: count for name, count in calls.items() if count} == {"pages/ui/map_view.py": 1}


def test_only_one_module_knows_projections() -> None:
    python = {
        _named(path) for path in _files(".py") if re.search(r"EPSG|\b4490\b|\b4549\b", _code_without_docstrings(path))
    }
    script = re.compile(r"(?<!/)\bEPSG\b")
    other = {
        _named(path) for path in _files(".js") if script.search(re.sub(r"/\*.*?\*/|//.*", "", path.read_text("utf-8")))
    }
    tests = {name for name in other if "/test/" in name}
    assert python | other - tests == {"geodata/crs.py", *_EPSG_SAID}


def test_only_one_module_makes_html_and_json_for_scripts() -> None:
    trusted = {
        _named(path) for path in _files(".py") if re.search(r"Markup\(f|Markup\([a-z_]+\)", path.read_text("utf-8"))
    }
    assert trusted <= {"layers/text.py"}


def test_nothing_is_drawn_with_what_hides_a_cdn() -> None:
    hidden = re.compile(r"Choropleth|branca\.colormap|import colormap|folium\.GeoJson\b")
    assert [_named(path) for path in _files(".py") if hidden.search(path.read_text("utf-8"))] == []


def test_streamlits_caches_stand_in_one_file() -> None:
    cached = {
        _named(path) for path in _files(".py") if re.search(r"st\.cache_(?:data|resource)", path.read_text("utf-8"))
    }
    assert cached == {"pages/ui/caches.py"}


def test_shared_code_of_the_pages_is_imported_by_its_full_name() -> None:
    wrong = re.compile(r"^\s*(?:from|import) ui\b", re.MULTILINE)
    assert [_named(path) for path in _files(".py") if wrong.search(path.read_text("utf-8"))] == []


def test_no_feature_of_the_house_needs_a_shell() -> None:
    assert [
        _named(path)
        for path in _files(".py")
        if re.search(r"shell=True|os\.system|os\.symlink", path.read_text("utf-8"))
    ] == []


def test_the_project_does_not_ship_the_reference_material() -> None:
    names = {path.name for path in _files(*_TEXT)}
    assert names & {"plan.txt", "plan_inventory.csv", "gazetteer.csv", "control_points.csv", "standards.md"} == set()
