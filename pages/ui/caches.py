"""The only caches: what all sessions share and nobody changes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import streamlit as st

from geodata.config import CONFIG_FILE, Config, load_config
from geodata.document import Document, load_document
from geodata.errors import DashboardError, LayerError
from geodata.items import UNITS
from geodata.land import Land, files, load_land, wrong_links
from geodata.search import index
from geodata.store.engine import Store
from layers import compose, identity, plan
from layers.publish import address, place, publish_text
from layers.style import Style, load_styles
from layers.view import Known

Fingerprint = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Scene:
    """One plan in one state of the files, read and ready to draw.

    Attributes
    ----------
    lands : mapping of str to Land
        All plans by period; `land` is the one shown.
    search : str
        Address of the search index.
    """

    config: Config
    land: Land
    lands: Mapping[str, Land]
    drawn: gpd.GeoDataFrame
    styles: Mapping[str, Style]
    options: dict[str, Any]
    document: Document | None
    search: str
    problems: tuple[DashboardError, ...]

    @property
    def known(self) -> Known:
        """Ids a link may name."""
        items = self.land.items
        units = items.index[items["kind"].isin(UNITS)]
        return Known(items.index, units, self.land.base["subdistricts"].index, self.lands)


def config() -> Config:
    """Read the settings, again whenever config.yaml changes."""
    return _config(_fingerprint([CONFIG_FILE]))


def scene(period: str = "") -> Scene:
    """Read and publish a plan, again whenever one of its files changes; an unknown period means the first plan."""
    settings = config()
    documents = [settings.document_path] if settings.document_path else []
    scenes = _scenes(_fingerprint([CONFIG_FILE, *documents, *files(settings)]))
    return scenes.get(period) or next(iter(scenes.values()))


def store() -> Store:
    """Open the store, once per process.

    Raises
    ------
    StoreError
        The database cannot be reached.
    """
    return identity.store()


def _fingerprint(paths: list[Path]) -> Fingerprint:
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.exists())


@st.cache_resource(max_entries=2, show_spinner=False)
def _config(of: Fingerprint) -> Config:  # noqa: ARG001 - the cache's key
    return load_config()[0]


@st.cache_resource(max_entries=2, show_spinner=False)
def _scenes(of: Fingerprint) -> dict[str, Scene]:  # noqa: ARG001 - the cache's key
    settings, wrong_settings = load_config()
    styles, wrong_styles = load_styles(settings.data_path / "tables")
    document, wrong_document = load_document(settings.document_path)
    lands, problems = _lands(settings)
    problems = (*wrong_settings, *wrong_styles, *wrong_document, *problems)
    return {
        period: Scene(
            config=settings,
            land=land,
            lands=lands,
            drawn=plan.table(land),
            styles=styles,
            options=compose.options(land, styles, settings),
            document=document,
            search=_search(land, settings),
            problems=problems,
        )
        for period, land in lands.items()
    }


def _lands(settings: Config) -> tuple[dict[str, Land], tuple[DashboardError, ...]]:
    """All plans by period; a later one that has no period of its own is left out and said."""
    lands: dict[str, Land] = {}
    problems: list[DashboardError] = []
    for folder in settings.plan_paths:
        land = load_land(settings, folder)
        problems += land.problems
        if not lands or (land.period and land.period not in lands):
            land.prepare()
            problems += wrong_links(land, lands.values())
            lands[land.period] = land
        elif land.period:
            what = f"规划期 {land.period} 与另一份规划相同，未载入"
            problems.append(LayerError(folder.name, what, "请改正各文件的 plan_period"))
    return lands, tuple(problems)


def _search(land: Land, settings: Config) -> str:
    text = json.dumps(index(land.items, land.base), ensure_ascii=False)
    return address(publish_text(text, place(settings), "json"))
