"""The vector base map as the map draws it."""

import geopandas as gpd

from geodata import crs
from geodata.land import Land
from layers.plan import label_position

_UNLABELLED = ("land", "main_road", "metro", "tram")


def table(land: Land, layer: str) -> gpd.GeoDataFrame:
    """Build the drawn table of one base layer.

    Parameters
    ----------
    land : Land
    layer : str
        One of geodata.land.BASE_LAYERS.

    Returns
    -------
    GeoDataFrame
        EPSG:4549: `id`, `label` ("" for what needs none), `style`, `rank` (1 = most important), `official` (an
        official outline stands in it), `at`.
    """
    rows = land.base[layer]
    return gpd.GeoDataFrame(
        {
            "id": rows["id"],
            "label": rows["name"].where(~rows["role"].isin(_UNLABELLED), ""),
            "style": rows["role"],
            "rank": rows["rank"].astype(int),
            "official": rows.index.isin(list(land.outlines)),
            "at": [label_position(shape) for shape in crs.degrees(rows).geometry],
        },
        geometry=rows.geometry,
        index=rows.index,
    )
