"""A PostgreSQL of the tests' own: a cluster in a folder of its own, as a user who is not root."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

PASSWORD = "tests"  # noqa: S105 - of a cluster that lives as long as the tests
MISSING = "PostgreSQL with PostGIS is missing: apt install postgresql postgresql-postgis"

_DEBIAN = Path("/usr/lib/postgresql")
_OPTIONS = "-F -c full_page_writes=off -c max_connections=60 -c log_min_messages=fatal -c listen_addresses=127.0.0.1"
_TEMPLATE = "with_postgis"


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL."""

    folder: Path
    port: int

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"{_OPTIONS} -p {self.port} -k {self.folder}"
        _tool("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server as a power cut would, or in order ("fast")."""
        _tool("pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")

    def url(self, database: str, password: str = PASSWORD) -> str:
        """Address of a database, as an office writes it in config.yaml."""
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = _TEMPLATE) -> str:
        """Make a database that has PostGIS; its address."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement outside of any transaction, as the superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a cluster; skip where PostgreSQL or PostGIS is missing."""
    if _binary("initdb") is None or _binary("pg_ctl") is None:
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        yield from _running(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(folder: Path) -> Iterator[Cluster]:
    password = folder / "password"
    password.write_text(PASSWORD)
    for path in (folder, password):
        _give(path)
    words = ("-U", "postgres", "--auth=scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale=C")
    _tool("initdb", "-D", folder / "data", *words, "--no-sync", "--wal-segsize=1")
    running = Cluster(folder, _free_port())
    running.start()
    try:
        _with_postgis(running)
        yield running
    finally:
        running.stop()


def _with_postgis(running: Cluster) -> None:
    running.create(_TEMPLATE, "template1")
    try:
        running.execute("CREATE EXTENSION postgis", _TEMPLATE)
    except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported):
        pytest.skip(MISSING)


def _binary(name: str) -> Path | None:
    newest = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = newest[-1] if newest else shutil.which(name)
    return Path(found) if found else None


def _tool(name: str, *words: str | Path) -> None:
    """Run a tool of PostgreSQL, which refuses to work for root."""
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [str(_binary(name)), *map(str, words)], cwd="/", stdout=said, stderr=said, check=False, **_user()
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


def _user() -> Mapping[str, Any]:
    root = os.name == "posix" and os.geteuid() == 0
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if root else {}


def _give(path: Path) -> None:
    if user := _user():
        shutil.chown(path, user["user"], user["group"])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
