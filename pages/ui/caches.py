"""The only caches: what all sessions share and nobody changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import streamlit as st

from geodata.config import CONFIG_FILE, Config, load_config
from geodata.errors import DashboardError
from geodata.land import Land, files, load_land
from layers import compose, plan
from layers.style import Style, load_styles

Fingerprint = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Scene:
    """One state of the files, read and ready to draw."""

    config: Config
    land: Land
    drawn: gpd.GeoDataFrame
    styles: Mapping[str, Style]
    options: dict[str, Any]
    problems: tuple[DashboardError, ...]


def config() -> Config:
    """Read the settings, again whenever config.yaml changes."""
    return _config(_fingerprint([CONFIG_FILE]))[0]


def scene() -> Scene:
    """Read and publish the land, again whenever one of its files changes."""
    return _scene(_fingerprint([CONFIG_FILE, *files(config())]))


def _fingerprint(paths: list[Path]) -> Fingerprint:
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.exists())


@st.cache_resource(max_entries=2, show_spinner=False)
def _config(of: Fingerprint) -> tuple[Config, tuple[DashboardError, ...]]:  # noqa: ARG001 - the cache's key
    return load_config()


@st.cache_resource(max_entries=2, show_spinner=False)
def _scene(of: Fingerprint) -> Scene:  # noqa: ARG001 - the cache's key
    settings, wrong_settings = load_config()
    land = load_land(settings)
    styles, wrong_styles = load_styles(settings.data_path / "tables")
    return Scene(
        config=settings,
        land=land,
        drawn=plan.table(land),
        styles=styles,
        options=compose.options(land, styles, settings),
        problems=(*wrong_settings, *wrong_styles, *land.problems),
    )
