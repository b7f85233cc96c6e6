"""An official outline that stands in place of a schematic one."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from geodata.versions import Version


@dataclass(frozen=True)
class Outline:
    """The official outline of a unit of the plan, or of a subdistrict, and where it comes from.

    Attributes
    ----------
    row, name : str
        Id and name of the row of the dataset version.
    document : str
        文号, "" where the row names none.
    basis : str
        One of geodata.items.BASES, never 位置示意.
    accuracy_m : float or None
        None where the row does not say.
    geometry : shapely geometry
        EPSG:4549.
    """

    version: Version
    row: str
    name: str
    document: str
    basis: str
    accuracy_m: float | None
    geometry: BaseGeometry

    @property
    def source(self) -> str:
        """Where it comes from, as the card says it."""
        dated = f"，{self.version.source_date}" if self.version.source_date else ""
        document = f"，{self.document}" if self.document else ""
        return f"{self.version.label}（{self.version.source}{dated}{document}）"
