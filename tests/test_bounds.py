"""Which dataset of boundaries is read for a class, where an office keeps several."""

from collections.abc import Callable

import pytest
from shapely import box

from geodata.bounds import bounds
from geodata.catalogue import catalogue
from geodata.config import Config
from geodata.intake.ground import jurisdiction
from geodata.outside import JURISDICTION
from geodata.parquet import content_path
from geodata.store.engine import Store
from tests.homes import EAST, NORTH
from tests.page import Take

HERE = box(EAST, NORTH, EAST + 100, NORTH + 100)
Of = Callable[[str], str | None]


@pytest.fixture
def of(held: Store, config: Config) -> Of:
    """Give the name of the dataset that is read for a class."""

    def name(boundary_class: str) -> str | None:
        found = bounds(catalogue(held), boundary_class, config.data_path)
        return found.name if found else None

    return name


def test_each_class_comes_from_the_newest_dataset_that_has_it(take: Take, of: Of) -> None:
    take("boundaries", HERE, HERE, boundary_class=["built_up", "grid"], intake={"name": "甲"})
    take("boundaries", HERE, HERE, boundary_class=["community", "grid"], intake={"name": "乙"})
    assert [of(one) for one in ("built_up", "community", "grid", "area")] == ["甲", "乙", "乙", None]


def test_of_real_and_made_up_boundaries_the_real_count(take: Take, of: Of) -> None:
    take("boundaries", HERE, boundary_class=["grid"], intake={"name": "真"})
    take("boundaries", HERE, boundary_class=["built_up"], intake={"name": "演示"}, synthetic=True)
    assert [of("grid"), of("built_up")] == ["真", None]


def test_what_cannot_be_read_is_not_passed_over(take: Take, of: Of, config: Config) -> None:
    lost = take("boundaries", HERE, boundary_class=["grid"], intake={"name": "甲"})
    content_path(config.data_path, lost.digest).unlink()
    assert of("built_up") == "甲"


def test_the_jurisdiction_may_stand_in_an_older_dataset(take: Take, held: Store, config: Config) -> None:
    take("boundaries", HERE, boundary_class=[JURISDICTION], intake={"name": "管辖范围"})
    take("boundaries", HERE, boundary_class=["community"], intake={"name": "社区"})
    found = jurisdiction(config, catalogue(held))
    assert found is not None
    assert list(found.geometry) == [HERE]
