"""What a draft is held against: words for fields, the base map, datasets in use, the version before."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from geodata.bounds import bounds
from geodata.catalogue import Catalogue, read_version
from geodata.config import Config
from geodata.crs_pipelines import NO_PIPELINES, read_pipelines
from geodata.crs_scores import LAND, ROADS
from geodata.fields import load_fields
from geodata.intake.model import Ground
from geodata.kinds import DATASETS
from geodata.land import Land
from geodata.landuse_conversion import load_conversion
from geodata.outside import JURISDICTION
from geodata.versions import Version

_OUTLINED = ("plots", "landuse", "buildings", "parcels", "boundaries")
"""Kinds whose outlines tell whether another dataset lies where it should."""


def survey(config: Config, land: Land, held: Catalogue, *, follows: str = "") -> Ground:
    """Read what there is.

    Parameters
    ----------
    config : Config
    land : Land
    held : Catalogue
        Datasets the person may read.
    follows : str
        Key of the version the draft is to follow.

    Raises
    ------
    ConfigError, DatasetError
        The office's pipelines, or a version, cannot be read.
    """
    before = held.find(follows) if follows else None
    return Ground(
        synonyms=load_fields(config.data_path / "tables")[0],
        pipelines=read_pipelines(config.pipeline_path) if config.pipeline_path else NO_PIPELINES,
        references=_references(config, land, held),
        boundary=jurisdiction(config, held),
        zone=zone(land),
        conversion=load_conversion(config.data_path / "tables")[0],
        previous=read_version(config.data_path, before) if before else None,
    )


def zone(land: Land) -> gpd.GeoDataFrame | None:
    """The plan's outline of the zone; None where the plan has none."""
    rows = land.placed[land.placed["role"] == "zone"]
    return rows if len(rows) else None


def jurisdiction(config: Config, held: Catalogue) -> gpd.GeoDataFrame | None:
    """Read the 管辖范围 in use; None where there is none, or only a demonstration."""
    version = bounds(held, JURISDICTION, config.data_path)
    if version is None or version.synthetic:
        return None
    table = read_version(config.data_path, version, columns=["boundary_class", "geometry"])
    chosen = table[table["boundary_class"] == JURISDICTION]
    return chosen if len(chosen) else None


def _references(config: Config, land: Land, held: Catalogue) -> Mapping[str, gpd.GeoDataFrame]:
    tables: dict[str, Any] = {kind: _shapes(config, _real(held, kind)) for kind in _OUTLINED}
    base = {LAND: land.base[LAND], ROADS: land.base[ROADS]}
    return {**base, **{kind: table for kind, table in tables.items() if table is not None}}


def _real(held: Catalogue, kind: str) -> Version | None:
    version = held.current(kind)
    return None if version is None or version.synthetic else version


def _shapes(config: Config, version: Version | None) -> gpd.GeoDataFrame | None:
    if version is None or not DATASETS[version.kind].geometry:
        return None
    return read_version(config.data_path, version, columns=["geometry"])
