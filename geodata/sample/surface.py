"""The whole zone as land use: lots, roads, green along them, hills; and the green among it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.landuse_codes import CURRENT, codes
from geodata.sample.chance import chance, waves
from geodata.sample.cuts import Numbers, Shapes, cut, polygons
from geodata.sample.forms import FORMS, GARDENS, Texts, by_code
from geodata.sample.ground import Ground
from geodata.sample.rows import rows
from geodata.sample.tables import ELSEWHERE_USED, HILLS

_ROUGH = 2500.0
_FAR = 500.0
_GARDENS = 40_000
_GARDEN_SHARE = 0.6
_LARGEST_PARK = "G11"
_LEAST_OF_LARGEST = 100_000.0
_LEAST_PARK = 400.0
_OPEN = ("G1", "G3", "EG1")
_CANOPY = (0.45, 0.9)


def used(parts: gpd.GeoDataFrame, lots: gpd.GeoDataFrame, ground: Ground, seed: int) -> gpd.GeoDataFrame:
    """Give every part of the zone its uses.

    Parameters
    ----------
    parts : GeoDataFrame
        What `blocks.partition` gives.
    lots : GeoDataFrame
        What `uses.assign` makes of the lots among them.

    Returns
    -------
    GeoDataFrame
        `part`, `present`, `planned`, `green_class`; the lots first.
    """
    rest = parts[parts["part"] != "lot"].reset_index(drop=True)
    told = np.array([ELSEWHERE_USED.get(part, ("", "")) for part in rest["part"]], object).reshape(-1, 2)
    hills = (rest["part"] == "hill").to_numpy()
    told[hills] = _hills(rest.geometry.to_numpy()[hills], ground, seed)
    told[(rest["part"] == "shore").to_numpy() & (rest.geometry.area < _LEAST_PARK)] = ELSEWHERE_USED["verge"]
    rest = rest.assign(present=told[:, 0], planned=told[:, 0], green_class=told[:, 1])
    both = pd.concat([lots, rest], ignore_index=True)[["part", "present", "planned", "green_class", "geometry"]]
    small = (both["green_class"] == _LARGEST_PARK) & (both.geometry.area < _LEAST_OF_LARGEST)
    return both.assign(green_class=both["green_class"].mask(small, "G12"))


def _hills(shapes: Shapes, ground: Ground, seed: int) -> Texts:
    """Uses outside the town, by the distance from it and a smooth field; shape (n, 2)."""
    at = shapely.get_coordinates(shapely.point_on_surface(shapes))
    away = shapely.distance(shapely.points(at), ground.built) + _FAR * waves(at, _ROUGH, chance(seed, "hills"))
    rank = np.argsort(np.argsort(away, kind="stable"), kind="stable") / max(len(shapes), 1)
    edges = np.cumsum([share for *_, share in HILLS])
    kinds = np.array([(code, green) for code, green, _ in HILLS], object)
    return kinds[np.minimum(np.searchsorted(edges, rank, side="right"), len(HILLS) - 1)]


def landuse(surface: gpd.GeoDataFrame, kind: str, column: str) -> pd.DataFrame:
    """Rows of the present or the planned land use, by the guide of 2023."""
    shapes, code = surface.geometry.to_numpy(), surface[column].to_numpy(object)
    columns = {
        "code": code,
        "code_name": called(code),
        "scheme": CURRENT,
        "area_stated_m2": np.round(shapely.area(shapes), 1),
    }
    return rows(kind, columns, shapes)


def called(code: Texts) -> Texts:
    """Names of codes of the guide of 2023.

    Examples
    --------
    >>> called(np.array(["0701"], object)).tolist()
    ['城镇住宅用地']
    """
    names = codes(CURRENT)["name"]
    return np.asarray(names.reindex(code), object)


def gardens(plots: gpd.GeoDataFrame, seed: int) -> tuple[Shapes, gpd.GeoDataFrame]:
    """Cut a garden off the larger plots of every use.

    Returns
    -------
    array of Polygon
        What of each plot is left to build on.
    GeoDataFrame
        The gardens: `plot` (row of the plot), `green_class`.
    """
    rng = chance(seed, "gardens")
    grounds = plots.geometry.to_numpy().copy()
    present = plots["present"].to_numpy(object)
    chosen = _larger(by_code(present, GARDENS), by_code(present, FORMS), shapely.area(grounds))
    forms = by_code(present[chosen], FORMS)
    share = np.array([form.green for form in forms]) * rng.uniform(0.5, 0.9, len(chosen))
    first, second = cut(grounds[chosen], 1 - share)
    grounds[chosen] = _main(first)
    classes = by_code(present[chosen], GARDENS)
    return grounds, gpd.GeoDataFrame({"plot": chosen, "green_class": classes}, geometry=_main(second), crs=plots.crs)


def _larger(classes: Texts, forms: Texts, area: np.ndarray) -> Numbers:
    """Rows of the larger plots of each class, in order."""
    share = min(_GARDEN_SHARE, _GARDENS / max(len(area), 1))
    table = pd.DataFrame({"green": classes, "area": area})[[form is not None for form in forms]]
    rank = table.groupby("green")["area"].rank(ascending=False, method="first")
    count = table.groupby("green")["area"].transform("size")
    return np.asarray(table.index[(rank <= np.ceil(share * count)) & table["green"].notna()], np.int64)


def _main(shapes: Shapes) -> Shapes:
    """Largest piece of every shape."""
    parts, origin = polygons(shapes)
    order = np.argsort(shapely.area(parts), kind="stable")
    found = shapes.copy()
    found[origin[order]] = parts[order]
    return found


def green(surface: gpd.GeoDataFrame, planted: gpd.GeoDataFrame, seed: int) -> pd.DataFrame:
    """Rows of the green: parks, squares, protective green, woods, gardens."""
    parks = surface[surface["green_class"] != ""]
    classes = np.concatenate([parks["green_class"].to_numpy(object), planted["green_class"].to_numpy(object)])
    shapes = np.concatenate([parks.geometry.to_numpy(), planted.geometry.to_numpy()])
    canopy = shapely.area(shapes) * chance(seed, "canopy").uniform(*_CANOPY, len(shapes))
    public = [value.startswith(_OPEN) for value in classes]
    return rows("green", {"green_class": classes, "public": public, "canopy_m2": np.round(canopy, 1)}, shapes)
