"""The table of layers: a row = a layer; adding a layer = adding a row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import geopandas as gpd

from geodata.land import Land
from layers import base, plan


@dataclass(frozen=True)
class Layer:
    """A layer of the map.

    Attributes
    ----------
    key : str
        Its name in scripts and tests.
    group : str
        "base" lies under everything and is never clicked; "plan" is what themes and clicks are about.
    table : callable
        Land -> the drawn table.
    replaced : bool
        Left out where an online base map is shown, which has the same in more detail.
    outlined : bool
        Whether official outlines of dataset versions may stand in it.
    """

    key: str
    group: str
    table: Callable[[Land], gpd.GeoDataFrame]
    replaced: bool = False
    outlined: bool = False


LAYERS = (
    Layer("land", "base", partial(base.table, layer="land"), replaced=True),
    Layer("roads", "base", partial(base.table, layer="roads"), replaced=True),
    Layer("metro", "base", partial(base.table, layer="metro")),
    Layer("subdistricts", "base", partial(base.table, layer="subdistricts"), outlined=True),
    Layer("stations", "base", partial(base.table, layer="stations")),
    Layer("places", "base", partial(base.table, layer="places"), replaced=True),
    Layer("plan", "plan", plan.table, outlined=True),
)
