"""Take the demonstration land in, a dataset of each kind, each marked as such."""

from geodata import catalogue
from geodata.access import Person, require
from geodata.config import Config
from geodata.kinds import DATASETS
from geodata.land import Land
from geodata.landuse_codes import LANDUSE_COLUMNS
from geodata.sample import SEED, USUAL, sample
from geodata.schema import check
from geodata.store.engine import Store
from geodata.versions import DEMONSTRATION, Intake, Version

_SCHEME = "guide2023"


def load(store: Store, person: Person | None, land: Land, config: Config, *, plots: int = USUAL) -> tuple[Version, ...]:
    """Make the demonstration land and take in each of its tables.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    StoreError
        The disk or the database does not take it; what was taken in before stays.
    """
    acting = require(person, "load_sample")
    versions = []
    for kind, table in sample(land, plots=plots).items():
        scheme = _SCHEME if kind in LANDUSE_COLUMNS else None
        intake = Intake(
            kind=kind,
            name=f"演示{DATASETS[kind].label}",
            source=f"看板生成的演示数据（种子 {SEED}，规划地块 {plots} 个）",
            licence=DEMONSTRATION,
            scheme=scheme,
            synthetic=True,
            findings=check(table, kind, scheme=scheme),
        )
        versions.append(catalogue.take_in(store, acting, table, intake=intake, config=config))
    return tuple(versions)
