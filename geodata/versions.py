"""Datasets and their versions, as the rest of the program sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from geodata.access import AUDIENCES, Audience
from geodata.findings import Finding
from geodata.treatment import Treatment
from geodata.uploads import Upload

DEMONSTRATION = "演示数据，不得引用"
"""What every page, figure, picture and export says that uses demonstration data."""


@dataclass(frozen=True)
class Intake:
    """What is told of a table that comes in.

    Attributes
    ----------
    kind : str
        Key of geodata.kinds.DATASETS.
    name : str
        The dataset it is a version of.
    source : str
        Who made it, or the file.
    source_date : date, optional
        When the source was made.
    base_year : int, optional
        基准年.
    audience : str
        使用范围.
    scheme : str, optional
        分类标准, key of geodata.landuse_codes.SCHEMES.
    synthetic : bool
        Demonstration data.
    findings : tuple of Finding
        What the check said.
    uploads : tuple of Upload
        The files it came in.
    treatment : tuple of Treatment
        What was done to the rows before.
    remark : str
    follows : str or None
        Key of the version it was compared with and has to follow; "" = it begins a dataset (or one of which nothing is
        in use after 清除); None = it is the next version of whatever bears the name.
    """

    kind: str
    name: str
    source: str
    source_date: date | None = None
    base_year: int | None = None
    licence: str = ""
    audience: Audience = "internal"
    scheme: str | None = None
    synthetic: bool = False
    findings: tuple[Finding, ...] = ()
    uploads: tuple[Upload, ...] = ()
    treatment: tuple[Treatment, ...] = ()
    remark: str = ""
    follows: str | None = None


@dataclass(frozen=True)
class Purge:
    """Somebody has asked for a version to be 清除, and nobody else has confirmed it yet."""

    by: int
    name: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Version:
    """One version of a dataset. What it holds is read by its digest.

    Attributes
    ----------
    dataset_id, number : int
        Its name in links is `key`, "<dataset>.<version>".
    digest : str
        sha256 of its content file.
    person : str
        Who took it in.
    purge : Purge or None
        An open request for 清除.
    purged_at : datetime or None
        When its content was destroyed.
    uploads : tuple of Upload
        The files it came in; they were destroyed with it.
    treatment : tuple of Treatment
        What was done to the rows before they came in.
    """

    dataset_id: int
    kind: str
    name: str
    number: int
    digest: str
    rows: int
    source: str
    source_date: date | None
    base_year: int | None
    licence: str
    audience: Audience
    scheme: str | None
    synthetic: bool
    person: str
    created_at: datetime
    purge: Purge | None
    purged_at: datetime | None
    remark: str = ""
    uploads: tuple[Upload, ...] = ()
    treatment: tuple[Treatment, ...] = ()

    @property
    def key(self) -> str:
        """How a link names it."""
        return f"{self.dataset_id}.{self.number}"

    @property
    def label(self) -> str:
        """How a person calls it."""
        return f"“{self.name}”第 {self.number} 版"


@dataclass(frozen=True)
class Dataset:
    """A dataset with all its versions, the first first.

    Attributes
    ----------
    number : int or None
        Of the version in use.
    """

    id: int
    kind: str
    name: str
    number: int | None
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version | None:
        """The version in use; None after the only one was 清除."""
        return next((one for one in self.versions if one.number == self.number and one.purged_at is None), None)

    @property
    def synthetic(self) -> bool:
        """Whether this is demonstration data: all versions are, or none."""
        return self.versions[0].synthetic


def narrowest(versions: Iterable[Version]) -> Audience:
    """The narrowest 使用范围 of some data; public where there are none."""
    order = list(AUDIENCES)
    return max((version.audience for version in versions), key=order.index, default=order[0])
