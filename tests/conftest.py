"""Land small enough to know by heart, the real plan, and the rules every run of the tests keeps."""

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import geopandas as gpd
import pytest
import streamlit as st
from argon2 import PasswordHasher
from hypothesis import settings
from streamlit.testing.v1 import AppTest

from geodata import crs
from geodata.access import Mode, Person
from geodata.catalogue import take_in
from geodata.config import ROOT, AccessConfig, Config, PlanConfig, StoreConfig
from geodata.land import Land, load_land
from geodata.schema import conform
from geodata.store import passwords, sign_in
from geodata.store.engine import Store, dispose, open_store
from geodata.versions import Intake, Version
from layers import identity, plan
from layers.style import Style, load_styles
from pages.ui import caches, person
from pages.ui.importing import kept
from tests import databases
from tests.databases import Cluster
from tests.page import Open, Query, Session, Take, WorkAs
from tests.people import manager, named

settings.register_profile("house", deadline=None)  # a busy machine is no fault
settings.load_profile("house")

SHARED = "../shared"
"""A skip may name only this with CI=true: material that stays out of the repository."""

_RINGS = ("pure", "pages", "frontend", "browser", "house")
_RING_OF = {
    "test_dataset_exports.py": "pages",
    "test_periods.py": "pages",
    "test_frontend.py": "frontend",
    "test_house.py": "house",
}
_counts: Counter[str] = Counter()
_seconds: defaultdict[str, float] = defaultdict(float)

Feature = dict[str, Any]
MakeFeature = Callable[..., Feature]
WriteLayer = Callable[..., Path]
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_PROPERTIES = {
    "kind": "project",
    "role": "park",
    "themes": ["projects"],
    "parent": None,
    "plan_period": "2021-2025",
    "citation": {"chapter": 7, "section": 1, "paragraph": 2, "line": 400},
    "summary": "测试事项",
}
_PLACE = {"basis": "位置示意", "accuracy_m": 500}


def _box(west: float, south: float, east: float, north: float) -> Feature:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _point(lng: float, lat: float) -> Feature:
    return {"type": "Point", "coordinates": [lng, lat]}


def _line(*positions: tuple[float, float]) -> Feature:
    return {"type": "LineString", "coordinates": [list(position) for position in positions]}


def _feature(key: str, geometry: object = None, **properties: object) -> Feature:
    told = _PLACE if geometry is not None else {}
    named = {"id": key, "name": f"名称{key}", "short": f"简称{key}"}
    return {"type": "Feature", "properties": {**named, **_PROPERTIES, **told, **properties}, "geometry": geometry}


def _write(path: Path, features: list[Feature], **members: object) -> Path:
    document = {"type": "FeatureCollection", **members, "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


_ITEM_HEADINGS = "id,name,short,kind,role,themes[],parent,plan_period,citation.chapter,citation.section,"
_ITEM_HEADINGS += "citation.paragraph,citation.line,summary"
_SMALL: Mapping[str, list[Feature]] = {
    "zones": [
        _feature("Z001", _box(121.40, 38.80, 121.50, 38.90), kind="zone", role="zone", themes=["layout"]),
        _feature(
            "Z002",
            _line((121.4, 38.85), (121.5, 38.85)),
            kind="zone",
            role="corridor",
            themes=["layout"],
            parent="Z001",
        ),
        _feature(
            "Z003",
            _box(121.42, 38.86, 121.44, 38.88),
            kind="zone",
            role="core",
            themes=["layout"],
            parent="Z001",
            function="核心功能",
            industries=["软件"],
            plan_wording="打造",
            stage="build",
        ),
    ],
    "subzones": [
        _feature(
            "S001",
            _box(121.40, 38.845, 121.45, 38.855),
            kind="subzone",
            role="part",
            themes=["layout"],
            parent="Z002",
        ),
        _feature(
            "S002",
            _box(121.45, 38.845, 121.50, 38.855),
            kind="subzone",
            role="part",
            themes=["layout"],
            parent="Z002",
        ),
        _feature(
            "S003",
            _box(121.42, 38.86, 121.43, 38.87),
            kind="subzone",
            role="part",
            themes=["layout"],
            parent="Z003",
        ),
    ],
    "areas": [
        _feature(
            "A001", _box(121.46, 38.81, 121.48, 38.83), kind="area", role="reclaimed", themes=["layout"], parent="Z001"
        )
    ],
    "projects": [
        _feature("P001", _point(121.43, 38.875), parent="Z003", plan_wording="谋划", stage="conceive"),
        _feature("P002", _point(121.435, 38.865), parent="Z001"),
        _feature("P003", parent="Z001"),
    ],
    "infrastructure": [
        _feature(
            "I001",
            _line((121.41, 38.87), (121.435, 38.87), (121.45, 38.87)),
            kind="infrastructure",
            role="road",
            themes=["infrastructure"],
            parent="Z001",
            basis="公开数据",
            accuracy_m=100,
        )
    ],
}


@pytest.fixture
def feature() -> MakeFeature:
    """Make a feature that keeps the contract: feature(id, geometry, **properties)."""
    return _feature


@pytest.fixture
def layer(tmp_path: Path) -> WriteLayer:
    """Write features to layer.geojson: layer(*features, **members of the document)."""
    return lambda *features, **members: _write(tmp_path / "layer.geojson", list(features), **members)


@pytest.fixture
def plan_folder(tmp_path: Path) -> Path:
    """Make the folder of a plan of ten places, one rule and one target."""
    folder = tmp_path / "plan"
    folder.mkdir()
    for name, features in _SMALL.items():
        _write(folder / f"{name}.geojson", features)
    rest = "2021-2025,7,2,1,407,摘要"
    rows = {
        "rules": (_ITEM_HEADINGS, f"R001,规则,规则,rule,rule,renewal,Z003,{rest}"),
        "targets": (_ITEM_HEADINGS, f"T001,目标,目标,target,target,ecology、layout,Z001,{rest}"),
        "target_values": ("id,category,unit,value_2020,value_2025,nature", "T001,社会民生,%,<4,5,预期性"),
        "defects": ("id,where,items[],what", "Q01,第七章第一节图1,Z001、Z002,没有图"),
    }
    for name, lines in rows.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture
def config(plan_folder: Path) -> Config:
    """Point the settings at the small plan, writing beside it."""
    return Config(plan=PlanConfig(folder=str(plan_folder)), data_folder=str(plan_folder.parent / "var"))


@pytest.fixture
def small(config: Config) -> Land:
    """Read the small plan."""
    return load_land(config)


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords cost next to nothing."""
    passwords._nobodys.cache_clear()
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", cache(lambda: weak))


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Land:
    """Read the plan this repository ships, without the tables of this machine."""
    return load_land(Config(data_folder=str(tmp_path_factory.mktemp("var"))))


@pytest.fixture(scope="session")
def styles(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Style]:
    """Read the styles this repository ships."""
    return load_styles(tmp_path_factory.mktemp("tables"))[0]


@pytest.fixture(scope="session")
def drawn(real: Land) -> gpd.GeoDataFrame:
    """Make the table the map draws from the real plan."""
    return plan.table(real)


@pytest.fixture(scope="session")
def reference() -> Path:
    """Find the material beside the repository, which is no part of it."""
    folder = ROOT.parent / "shared" / "reference"
    if not (folder / "plan.txt").is_file():
        pytest.skip(f"{SHARED}/reference is not on this machine")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL of the tests' own."""
    with databases.cluster() as running:
        yield running


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> str:
    """Name a PostgreSQL database that has the store's tables, to copy: ten times faster than to make them."""
    open_store(Config(store=StoreConfig(url=cluster.create("migrated"))))
    dispose()
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_config(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """Settings of a database of this test's own, once on SQLite and once on PostgreSQL; what is opened is closed."""
    kept = StoreConfig(backup_folder=str(tmp_path / "backups"), witness_folder=str(tmp_path / "witness"))
    server: Cluster | None = request.getfixturevalue("cluster") if request.param == "postgresql" else None
    if server is not None:
        url = server.create(tmp_path.name, request.getfixturevalue("migrated"))
        kept = kept.model_copy(update={"url": url})
    yield Config(data_folder=str(tmp_path / "var"), store=kept)
    dispose()
    if server is not None:
        server.drop(tmp_path.name)


@pytest.fixture
def store(store_config: Config) -> Store:
    """Open an empty store, once on SQLite and once on PostgreSQL."""
    return open_store(store_config)


@pytest.fixture(autouse=True)
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep every test away from the store of this machine."""
    config = Config(data_folder=str(tmp_path / "var"))
    monkeypatch.setattr(identity, "settings", cache(lambda: config))
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main  # AppTest leaves the page there, and every new process would run it again
    dispose()


@pytest.fixture
def access(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Config]]:
    """Set how people come in: access("accounts", cleared=True) -> the settings; on an empty SQLite."""

    def choose(mode: Mode = "local", *, cleared: bool = False) -> Config:
        config = Config(data_folder=str(tmp_path / "var"), access=AccessConfig(mode=mode, cleared=cleared))
        monkeypatch.setattr(identity, "settings", lambda: config)
        return config

    yield choose
    dispose()


@pytest.fixture
def fresh() -> Iterator[None]:
    """Start and end without anything cached, or half imported."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
    kept.clear()


@pytest.fixture
def with_small(config: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Let the pages show the small plan."""
    monkeypatch.setattr(caches, "load_config", lambda: (config, ()))
    return config


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open 总览, or another page, with a query: open_page("layout.py", sel="Z003")."""
    monkeypatch.setattr("layers.assets.missing", lambda: False)

    def run(page: str = "", **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=60)
        at = at.switch_page(page) if page else at
        at.query_params.update(query)
        return at.run()

    return run


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, with_small: Config) -> Session:
    """Stand in for a user's session: its state, and its link under "query"."""
    assert with_small.plan_path.is_dir()
    query: dict[str, str] = {}
    values: Session = {"query": query}
    monkeypatch.setattr(st, "session_state", values)
    monkeypatch.setattr(st, "query_params", Query(query))
    return values


@pytest.fixture
def held(config: Config, with_small: Config, fresh: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:  # noqa: ARG001 - what a page needs
    """Let the pages use an empty store of the test's beside the small plan, and start without anything cached."""
    monkeypatch.setattr(identity, "settings", lambda: config)
    yield open_store(config)
    dispose()


@pytest.fixture
def work_as(monkeypatch: pytest.MonkeyPatch) -> WorkAs:
    """Let the browser come with somebody's cookie: work_as(person)."""

    def choose(who: Person) -> None:
        ticket = sign_in.choose(identity.store(), who.name)
        monkeypatch.setattr(person, "cookies", lambda: {identity.cookie_name(): identity.seal(ticket)})

    return choose


@pytest.fixture
def reporter(store: Store) -> Person:
    """Give somebody who may import, and ask for 清除."""
    return named(store, "李四", "report")


@pytest.fixture
def reviewer(store: Store) -> Person:
    """Give somebody who may confirm that."""
    return named(store, "王五", "review")


@pytest.fixture
def take(config: Config, held: Store) -> Take:
    """Take a table in as measured ground: take("green", shapes, green_class=[...]).

    The rows are called "<kind>甲0", ...; `intake` says more of the version, such as its base year.
    """

    def doing(kind: str, *shapes: object, intake: Mapping[str, Any] = MappingProxyType({}), **columns: Any) -> Version:
        synthetic = bool(columns.pop("synthetic", False))
        table = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs.METRIC)
        rows = range(len(shapes))
        table = table.assign(id=[f"{kind}{row}" for row in rows], name=[f"{kind}甲{row}" for row in rows])
        table = table.assign(basis="测绘成果", accuracy_m=1.0, synthetic=synthetic)
        scheme = "guide2023" if kind == "plots" else None
        told = {
            "source": "测绘",
            "audience": "public",
            "scheme": scheme,
            "synthetic": synthetic,
            "name": kind,
            **intake,
        }
        ready = conform(table, kind, scheme=scheme)
        return take_in(held, manager(held), ready, intake=Intake(kind, **told | dict(intake)), config=config)

    return doing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count the tests of each ring; the browser comes last: it is slow, and Playwright keeps a running event loop."""
    items.sort(key=lambda item: _ring(item.path) == "browser")
    _counts.clear()
    _seconds.clear()
    _counts.update(_ring(item.path) for item in items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skip is a failure, except for what lies beside the repository."""
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Say the same of a whole file that is skipped."""
    return _no_skip((yield))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up how long each ring takes."""
    _seconds[_ring(Path(report.fspath))] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests each ring has, and how long they took."""
    told = ", ".join(f"{ring} {_counts[ring]} ({_seconds[ring] / 60:.1f} min)" for ring in _RINGS)
    terminalreporter.write_line(f"tests per ring: {told}")


def _no_skip(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if SHARED not in reason:
            report.outcome, report.longrepr = "failed", f"skipped although CI=true: {reason}"
    return report


def _ring(path: Path) -> str:
    if path.parent.name in ("browser", "bench"):
        return "browser"
    return "pages" if path.stem.endswith(("_page", "_pages")) else _RING_OF.get(path.name, "pure")
