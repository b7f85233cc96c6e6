"""An import in the making: files, their layers, what was chosen for each, and what the check said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from geodata.access import Audience
from geodata.assemble import Told
from geodata.checking import Report
from geodata.crs_pipelines import NO_PIPELINES, Pipelines
from geodata.crs_recognition import Candidate
from geodata.crs_shift import Shift
from geodata.errors import FileError
from geodata.field_proposals import Proposal
from geodata.fields import Synonyms
from geodata.foreign.model import Inspection, Notes
from geodata.identity import Matching
from geodata.kinds import DATASETS
from geodata.landuse_codes import Recognition
from geodata.landuse_conversion import Conversion
from geodata.repair import Account, Offer
from geodata.value_match import Matches

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Source:
    """A file of a draft.

    Attributes
    ----------
    label : str
        What people call it; different for each file of a draft.
    path : Path
        In the draft's room, or in the office's folder of large files.
    encoding : str, optional
        Key of `foreign.model.CODECS`, where a person knows better than the file.
    columns : tuple of str
        Columns of a table that hold the places, as `foreign.reading.read` takes them; empty to find them.
    """

    label: str
    path: Path
    inspection: Inspection
    encoding: str | None = None
    columns: tuple[str, ...] = ()

    def columns_of(self, layer: str) -> tuple[str, ...]:
        """The chosen columns, for a layer that has them; in another they are found."""
        headings = {name for one in self.inspection.layers if one.name == layer for name in one.headings}
        return self.columns if set(self.columns) <= headings else ()

    @property
    def tabular(self) -> tuple[str, ...]:
        """Headings of its tables: there places stand in columns."""
        tables = [layer for layer in self.inspection.layers if layer.format in ("excel", "csv")]
        return tuple(dict.fromkeys(heading for layer in tables for heading in layer.headings))


@dataclass(frozen=True)
class Piece:
    """One layer of one file, as it was read, and what is chosen for it.

    Attributes
    ----------
    label : str
        The file, and the layer where the file has several.
    source, layer : str
        Label of its file; name of its layer.
    raw : DataFrame or GeoDataFrame
        As it stands in the file.
    found : tuple of Candidate
        Coordinate systems that are possible, the likeliest first.
    problem : FileError, optional
        Why none can be used.
    system : Candidate, optional
        The one that is used: the clearly first one, or a person's choice.
    shift : Shift, optional
        What the tests say of a shift, once the system is known.
    hypothesis : str
        Key of `crs_shift.SAID` that is used; "" = a person has to choose.
    proposals : tuple of Proposal
        As they were suggested.
    fields, units : mapping of str to str
        Column -> field, column -> unit, as in `assemble.Part`.
    drawn_unit : str
        Unit in which nearly all stated areas agree with the shapes; "" = none, or not compared.
    recognition : Recognition, optional
        What its codes look like.
    scheme : str, optional
        分类标准 that is used.
    prefix : str
        As in `assemble.Part`.
    told : Told
    meanings : mapping
        As in `assemble.Part`.
    """

    label: str
    source: str
    layer: str
    raw: pd.DataFrame
    notes: Notes = ()
    found: tuple[Candidate, ...] = ()
    problem: FileError | None = None
    system: Candidate | None = None
    shift: Shift | None = None
    hypothesis: str = ""
    proposals: tuple[Proposal, ...] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    units: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    drawn_unit: str = ""
    recognition: Recognition | None = None
    scheme: str | None = None
    prefix: str = ""
    told: Told = field(default_factory=Told)
    meanings: Matches = field(default_factory=dict)

    @property
    def headings(self) -> tuple[str, ...]:
        """Fields that can be matched."""
        shape = self.raw.active_geometry_name if isinstance(self.raw, gpd.GeoDataFrame) else None
        return tuple(str(name) for name in self.raw.columns if name != shape)


@dataclass(frozen=True)
class Draft:
    """An import in the making.

    Attributes
    ----------
    kind : str
        Key of DATASETS.
    follows : str
        Key of the version it is to follow; "" = a new dataset.
    clip : bool
        Whether what lies outside the 管辖范围 is cut off, where there is one in use.
    repairs : frozenset of str
        Keys of `repair.REPAIRS`.
    folder : Path, optional
        Where zips are unpacked and checks are run; the system's temporary folder where it is None.
    """

    kind: str
    follows: str = ""
    sources: tuple[Source, ...] = ()
    pieces: tuple[Piece, ...] = ()
    clip: bool = False
    repairs: frozenset[str] = frozenset()
    folder: Path | None = None

    def piece(self, label: str) -> Piece:
        """Return the piece of this name."""
        return next(piece for piece in self.pieces if piece.label == label)

    def placed(self, piece: Piece) -> bool:
        """Whether a piece has shapes that this kind keeps."""
        return bool(DATASETS[self.kind].geometry) and isinstance(piece.raw, gpd.GeoDataFrame)


@dataclass(frozen=True)
class Ground:
    """What a draft is held against; tables in EPSG:4549.

    Attributes
    ----------
    synonyms : mapping of str to Synonyms
    pipelines : mapping of str to str
        The office's own ways from old coordinate systems.
    references : mapping of str to GeoDataFrame
        As in `crs_shift.shift`.
    boundary : GeoDataFrame, optional
        管辖范围 in use.
    zone : GeoDataFrame, optional
        The plan's outline of the zone.
    conversion : mapping of str to Conversion
        基数转换表, by which files of several schemes become one version.
    previous : GeoDataFrame, optional
        The version the draft is to follow, indexed by id.
    """

    synonyms: Mapping[str, Synonyms]
    pipelines: Pipelines = field(default_factory=lambda: NO_PIPELINES)
    references: Mapping[str, gpd.GeoDataFrame] = field(default_factory=lambda: MappingProxyType({}))
    boundary: gpd.GeoDataFrame | None = None
    zone: gpd.GeoDataFrame | None = None
    conversion: Mapping[str, Conversion] = field(default_factory=lambda: MappingProxyType({}))
    previous: gpd.GeoDataFrame | None = None


class Checked(NamedTuple):
    """A draft put together, repaired, cut and checked.

    Attributes
    ----------
    table : DataFrame or GeoDataFrame
        As it would be taken in, before it is conformed.
    parts : Series
        On the same index: the piece each row came with.
    scheme : str or None
    unused : mapping of str to tuple of str
        Piece -> fields that are left behind.
    offers : tuple of Offer
        Repairs that would still touch rows.
    accounts : tuple of Account
        What the chosen repairs did.
    cuts : GeoDataFrame or None
        What was cut off (`geodata.clip.Clipped.cuts`); None where nothing was to be cut.
    report : Report
    matching : Matching or None
        Which row of the version before each row is; None where there is no such version, or something must be changed
        first.
    """

    table: gpd.GeoDataFrame
    parts: pd.Series
    scheme: str | None
    unused: Mapping[str, tuple[str, ...]]
    offers: tuple[Offer, ...]
    accounts: tuple[Account, ...]
    cuts: gpd.GeoDataFrame | None
    report: Report
    matching: Matching | None


class Ready(NamedTuple):
    """A draft, and what came of checking it just so."""

    draft: Draft
    checked: Checked


@dataclass(frozen=True)
class About:
    """What a person tells of the whole import at the end."""

    name: str
    source: str
    source_date: date | None = None
    base_year: int | None = None
    licence: str = ""
    audience: Audience = "internal"
    remark: str = ""
