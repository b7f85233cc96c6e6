"""What a killed intake left behind: versions there whole or not at all, and the next number after the last."""

from pathlib import Path

from geodata import catalogue, parquet
from geodata.catalogue import read_version
from geodata.store.engine import Store
from geodata.versions import Version
from tests.killing import Killed

ROWS = 400


class Look:
    """Look at what was left; versions seen whole before are looked at again at the end.

    Every version has `ROWS` rows, and tells by its source and by its column `remark` which piece of work it is.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder, self.seen = store, folder, 1
        self.files: frozenset[str] = frozenset()

    def __call__(self, killed: Killed) -> None:
        """Look at what is new, and at the version in use."""
        held = catalogue.catalogue(self.store).datasets
        versions = held[0].versions if held else ()
        sources = [version.source for version in versions]
        assert set(killed.acknowledged) <= set(sources) <= set(killed.begun)
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        assert not held or held[0].current == versions[-1]
        for version in versions[self.seen - 1 :]:
            whole(self.folder, version)
        self.seen = max(1, len(versions))
        files = parquet.kept(self.folder)
        for digest in files - self.files:
            assert len(parquet.read_content(self.folder, digest, columns=[])) == ROWS
        self.files = files


def whole(folder: Path, version: Version) -> None:
    """Expect a version to be there whole."""
    table = read_version(folder, version)
    assert len(table) == version.rows == ROWS
    assert set(table["remark"]) == {version.source}
