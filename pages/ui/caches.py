"""The only caches: what all sessions share and nobody changes."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata import browse, official, outline_reading, outlines
from geodata.catalogue import Catalogue, read_version
from geodata.catalogue import catalogue as read_catalogue
from geodata.compare import Comparison, compare_versions
from geodata.config import CONFIG_FILE, Config, load_config
from geodata.document import Document, load_document
from geodata.errors import DashboardError, LayerError, StoreError
from geodata.items import UNITS
from geodata.land import Land, files, load_land
from geodata.official import Choice, Spelled
from geodata.plan_links import wrong_links
from geodata.search import index
from geodata.store.engine import Store
from geodata.store.outlines import NOTHING, InUse, in_use
from geodata.versions import Version
from layers import compose, identity, plan
from layers.publish import address, place, publish_text
from layers.style import Style, load_styles
from layers.view import Known
from pages.ui.runs import once

T = TypeVar("T")
Fingerprint = str
"""One text, not a tuple of many: Streamlit hashes a key piece by piece at every look-up."""
_PARTS = 64
"""So many parts of answers are kept, the ones used last: a page with two sorts of units has about fifty."""


@dataclass(frozen=True)
class Scene:
    """One plan in one state of the files, read and ready to draw.

    Attributes
    ----------
    lands : mapping of str to Land
        All plans by period; `land` is the one shown.
    known : Known
        Ids a link may name.
    listed : DataFrame
        How every row of the list reads, indexed by id.
    choices : mapping
        What the filters of the list offer.
    search : str
        Address of the search index.
    unpublished : tuple of DashboardError
        Why `options` and `search` are empty, where what the browser draws and searches could not be written.
    state : str
        Digest of the state of the files and of the official outlines in use.
    """

    config: Config
    land: Land
    lands: Mapping[str, Land]
    drawn: gpd.GeoDataFrame
    styles: Mapping[str, Style]
    options: dict[str, Any]
    document: Document | None
    known: Known
    listed: pd.DataFrame
    choices: Mapping[str, Mapping[str, str]]
    search: str
    unpublished: tuple[DashboardError, ...]
    state: str
    problems: tuple[DashboardError, ...]


def config() -> Config:
    """Read the settings, again whenever config.yaml changes."""
    return _config(_fingerprint([CONFIG_FILE]))


def scene(period: str = "") -> Scene:
    """Read and publish a plan, again whenever one of its files changes; an unknown period means the first plan."""
    scenes = once("scenes", _current)
    return scenes.get(period) or next(iter(scenes.values()))


def _current() -> dict[str, Scene]:
    settings = config()
    documents = [settings.document_path] if settings.document_path else []
    used, lost = outlines_in_use()
    state = _fingerprint([CONFIG_FILE, *documents, *files(settings)])
    parts = (state, outline_reading.state(used, settings.data_path), *map(str, lost))
    found: dict[str, Scene] = _scenes("\n".join(parts), _used=used, _lost=lost)
    if any(scene.unpublished for scene in found.values()):
        _scenes.clear()  # the next run tries to write again
    return found


def outlines_in_use() -> tuple[InUse, tuple[DashboardError, ...]]:
    """Read which official outlines are in use; none, and why, where the database cannot be asked."""
    try:
        return once("outlines", lambda: in_use(store())), ()
    except StoreError as error:
        where, what = f"官方边界（{error.where}）", f"{error.what}，规划单元暂按位置示意显示"
        return NOTHING, (StoreError(where, what, error.remedy),)


def store() -> Store:
    """Open the store, once per process.

    Raises
    ------
    StoreError
        The database cannot be reached.
    """
    return identity.store()


def _fingerprint(paths: list[Path]) -> Fingerprint:
    states = ((path, path.stat()) for path in paths if path.exists())
    return "\n".join(f"{path}|{state.st_mtime_ns}|{state.st_size}" for path, state in states)


@st.cache_resource(max_entries=2, show_spinner=False)
def _config(of: Fingerprint) -> Config:  # noqa: ARG001 - the cache's key
    return load_config()[0]


@st.cache_resource(max_entries=2, show_spinner=False)
def _scenes(of: Fingerprint, *, _used: InUse, _lost: tuple[DashboardError, ...]) -> dict[str, Scene]:
    settings, wrong_settings = load_config()
    styles, wrong_styles = load_styles(settings.data_path / "tables")
    document, wrong_document = load_document(settings.document_path)
    lands, problems = _lands(settings, _used)
    problems = (*_lost, *wrong_settings, *wrong_styles, *wrong_document, *problems)
    return {
        period: Scene(
            config=settings,
            land=land,
            lands=lands,
            drawn=plan.table(land),
            styles=styles,
            **_published(land, styles, settings),
            document=document if period == next(iter(lands)) else None,  # it is the first plan's text
            known=_known(land, lands),
            listed=_listed(land),
            choices=browse.choices(land),
            state=hashlib.sha256(of.encode()).hexdigest(),
            problems=problems,
        )
        for period, land in lands.items()
    }


def _lands(settings: Config, used: InUse) -> tuple[dict[str, Land], tuple[DashboardError, ...]]:
    """All plans by period; a later one that has no period of its own is left out and said."""
    lands: dict[str, Land] = {}
    problems: list[DashboardError] = []
    for folder in settings.plan_paths:
        land = load_land(settings, folder)
        found, gone = outline_reading.read_outlines(used, settings.data_path, land)
        land = outlines.applied(land, found)
        problems += [*land.problems, *gone]
        if not lands or (land.period and land.period not in lands):
            land.prepare()
            lands[land.period] = land
        elif land.period:
            what = f"规划期 {land.period} 与另一份规划相同，未载入"
            problems.append(LayerError(folder.name, what, "请改正各文件的 plan_period"))
    problems += [fault for land in lands.values() for fault in wrong_links(land, lands)]
    return lands, tuple(problems)


def _known(land: Land, lands: Mapping[str, Land]) -> Known:
    units = land.items.index[land.items["kind"].isin(UNITS)]
    return Known(land.items.index, units, land.base["subdistricts"].index, set(land.chapters), lands)


def _listed(land: Land) -> pd.DataFrame:
    rows = browse.filtered(land, browse.Filter())
    return pd.DataFrame(browse.table(land, rows, browse.columns(land)).drop(columns="geometry"))


def _published(land: Land, styles: Mapping[str, Style], settings: Config) -> dict[str, Any]:
    """Write what the browser draws and searches; where that cannot be done, the rest of a page does without."""
    try:
        options, address_of_index = compose.options(land, styles, settings), _search(land, settings)
    except StoreError as error:
        fault = StoreError(error.where, f"{error.what}，地图与搜索暂不可用", error.remedy)
        return {"options": {}, "search": "", "unpublished": (fault,)}
    return {"options": options, "search": address_of_index, "unpublished": ()}


def _search(land: Land, settings: Config) -> str:
    text = json.dumps(index(land.items, land.base), ensure_ascii=False)
    audience = outlines.audience(land.outlines)
    name = publish_text(text, place(settings, audience), "json", of=outlines.digests(land.outlines))
    return address(name, audience)


def catalogue() -> Catalogue:
    """Read what is held, as of now.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    return once("catalogue", lambda: read_catalogue(store()))


def boundaries(version: Version) -> gpd.GeoDataFrame:
    """Read the outlines of a version; its content never changes, so once is enough.

    Raises
    ------
    DatasetError
        It was 清除, or its file is lost or damaged.
    """
    return _content(config().data_path, version.digest, _version=version)


@st.cache_resource(max_entries=2, show_spinner=False)
def _content(folder: Path, of: Fingerprint, *, _version: Version) -> gpd.GeoDataFrame:  # noqa: ARG001 - the cache's key
    return read_version(folder, _version)


def outline_choices(scene: Scene, version: Version) -> tuple[Choice, ...]:
    """Propose outlines of a version for the units of a plan, again whenever one of them is called otherwise."""
    spelled, _ = official.other_names(scene.config.data_path / "tables")
    names = outlines.replaceable(scene.land)[["name", "short", "role"]]
    of = f"{version.digest}|{names.to_csv()}|{spelled}"
    return _choices(of, _land=scene.land, _rows=boundaries(version), _spelled=spelled)


@st.cache_resource(max_entries=4, show_spinner="正在按名称对应规划单元…")
def _choices(of: Fingerprint, *, _land: Land, _rows: gpd.GeoDataFrame, _spelled: Spelled) -> tuple[Choice, ...]:  # noqa: ARG001 - the cache's key
    return official.proposals(_land, _rows, _spelled)


def comparison(old: Version, new: Version) -> Comparison:
    """Compare two versions; their contents never change, so once is enough."""
    return _comparison(config().data_path, (old.digest, new.digest), _versions=(old, new))


@st.cache_resource(max_entries=8, show_spinner="正在对比两个版本…")
def _comparison(folder: Path, of: tuple[str, str], *, _versions: tuple[Version, Version]) -> Comparison:  # noqa: ARG001 - the cache's key
    return compare_versions(folder, *_versions)


def tables_state() -> str:
    """Name what the office's own tables hold: what was computed before one of them changed is computed anew."""
    return once("tables", lambda: _state(sorted((config().data_path / "tables").glob("*.yaml"))))


def _state(paths: Iterable[Path]) -> str:
    held = [path.name.encode() + path.read_bytes() for path in paths]
    return hashlib.sha256(b"\0".join(held)).hexdigest()[:12] if held else ""


def computed(of: str, compute: Callable[[], T]) -> T:
    """What follows from `of` (digests, definitions, keys) and the tables, computed once; nobody changes it."""
    found: T = _computed(f"{tables_state()} {of}", _compute=compute)
    return found


def table(of: str, read: Callable[[], T]) -> T:
    """As `computed`, of whole tables: only a few are kept."""
    found: T = _table(f"{tables_state()} {of}", _read=read)
    return found


def part(of: str, compute: Callable[[], T]) -> T:
    """As `computed`, of what answers are made of: shapes by the thousand, so only some are kept."""
    found: T = _part(f"{tables_state()} {of}", _compute=compute)
    return found


@st.cache_resource(max_entries=_PARTS, show_spinner=False)
def _part(of: str, *, _compute: Callable[[], Any]) -> Any:  # noqa: ARG001 - the cache's key
    return _compute()


@st.cache_resource(max_entries=256, show_spinner=False)
def _computed(of: str, *, _compute: Callable[[], Any]) -> Any:  # noqa: ARG001 - the cache's key
    return _compute()


@st.cache_resource(max_entries=16, show_spinner="正在读取数据…")
def _table(of: str, *, _read: Callable[[], Any]) -> Any:  # noqa: ARG001 - the cache's key
    return _read()
