"""Every fault is one Chinese sentence in one small tree."""

import pytest

from geodata.errors import ConfigError, DashboardError, FileError, FrontendError, LayerError, LinkError


@pytest.mark.parametrize("kind", [ConfigError, FileError, FrontendError, LayerError, LinkError])
def test_a_fault_says_where_what_and_what_to_do(kind: type[DashboardError]) -> None:
    error = kind("何处", "何事", "怎么办")
    assert str(error) == "何处：何事，怎么办。"
    assert (error.where, error.what, error.remedy) == ("何处", "何事", "怎么办")
    assert isinstance(error, DashboardError)
