"""What is handed to a writer: the rows as they are to read, and all there is to say of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.shapes import Shapes
from geodata.writers import Metadata

LAYER = "数据"
"""Name of the layer, the sheet, the file inside a zip."""

Encoding = Literal["UTF-8", "GBK"]
ENCODINGS: tuple[Encoding, ...] = ("UTF-8", "GBK")

KINDS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {2: ("Polygon", "面"), 1: ("LineString", "线"), 0: ("Point", "点"), -1: ("", "无图形")}
)
"""Dimension -> kind of shape, and what a layer of it is called where there are several; -1: no shape."""

_MICROMETRES = (9, 4)
"""Decimals of degrees and of metres in files of text: a tenth of a millimetre."""


class Colours(NamedTuple):
    """How QGIS is told what the map looks like.

    Attributes
    ----------
    field : str
        Heading of the table the colours go by; "" = all the same.
    qml : callable
        (kind of shape, name of the field in the file) -> a style as QGIS keeps it.
    """

    field: str
    qml: Callable[[str, str], str]


@dataclass(frozen=True)
class Delivery:
    """What goes into a file.

    Attributes
    ----------
    table : GeoDataFrame or DataFrame
        Exactly the rows and columns meant, headed as the file is to head them; shapes in EPSG:4549.
    metadata : mapping of str to str
        What the rows are: source, date, filter, person, time.
    system : str
        Key of geodata.crs.SYSTEMS: what the file's coordinates are in.
    decimals : int, optional
        Of coordinates written as text; fine enough for a survey unless told.
    encoding : str
        Of the texts in a Shapefile.
    meanings : mapping of str to str
        Heading -> what it is, for the key of the fields.
    """

    table: pd.DataFrame
    metadata: Metadata
    system: str = "cgcs2000"
    decimals: int | None = None
    encoding: Encoding = "UTF-8"
    colours: Colours | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def placed(self) -> bool:
        """Whether the rows are of a kind that has shapes."""
        return isinstance(self.table, gpd.GeoDataFrame)

    def projected(self) -> gpd.GeoDataFrame:
        """Rows with their shapes in the system of the file."""
        return crs.exported(gpd.GeoDataFrame(self.table), self.system)

    def spoken(self) -> Shapes:
        """Shapes in the system of the file, with as many decimals as a text needs."""
        fine, coarse = _MICROMETRES
        usual = fine if crs.SYSTEMS[self.system].degrees else coarse
        decimals = usual if self.decimals is None else self.decimals
        shapes = self.projected().geometry.to_numpy()
        return np.asarray(shapely.transform(shapes, lambda xy: np.round(xy, decimals)))


class Part(NamedTuple):
    """Rows of one kind of shape: a layer other programs can draw.

    Attributes
    ----------
    name : str
        Of the layer.
    shape : str
        Polygon, LineString, Point; "" = none of the rows has one.
    """

    name: str
    shape: str
    table: pd.DataFrame


def parts(delivery: Delivery) -> tuple[Part, ...]:
    """Split rows by kind of shape; where there is one kind only, rows without a place stay with it.

    Examples
    --------
    >>> mixed = gpd.GeoSeries([shapely.Point(630198, 4304031), shapely.box(630198, 4304031, 630298, 4304131), None])
    >>> table = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=mixed, crs=crs.METRIC)
    >>> [(part.name, list(part.table["n"])) for part in parts(Delivery(table, {}))]
    [('数据_面', [2]), ('数据_点', [1]), ('数据_无图形', [3])]
    >>> [part.name for part in parts(Delivery(table.iloc[1:], {}))]
    ['数据']
    """
    if not delivery.placed:
        return (Part(LAYER, "", delivery.table),)
    table = delivery.projected()
    dimensions = shapely.get_dimensions(table.geometry.to_numpy())
    there = [dimension for dimension in KINDS if (dimensions == dimension).any()]
    drawn = [dimension for dimension in there if dimension >= 0]
    if len(drawn) <= 1:
        return (Part(LAYER, KINDS[drawn[0]][0] if drawn else "", table if drawn else _bare(table)),)
    rows = {dimension: table[dimensions == dimension] for dimension in there}
    return tuple(
        Part(f"{LAYER}_{KINDS[one][1]}", KINDS[one][0], held if one >= 0 else _bare(held)) for one, held in rows.items()
    )


def _bare(table: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(table.drop(columns=table.geometry.name))
