"""What the server does by itself, at its start and every few minutes: witness the log, back up once a day."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from geodata.config import Config
from geodata.errors import DashboardError, StoreError
from geodata.store import backup, events, witness
from geodata.store.engine import Store, open_store

EVERY_S = 600
"""A day that is over is witnessed, and a backup that failed tried again, within so many seconds."""

_problems: dict[str, tuple[DashboardError, ...]] = {}


def run(config: Config, now: datetime | None = None) -> tuple[DashboardError, ...]:
    """Do what is due; a fault of one part never stops another, nor anybody's work.

    Returns
    -------
    tuple of DashboardError
        What did not succeed; `problems` goes on telling it until it does.
    """
    at = now or events.now()
    try:
        store = open_store(config)
    except StoreError as error:
        found: tuple[DashboardError, ...] = (error,)
    else:
        found = tuple(problem for part in (_witness, _back_up) for problem in _tried(part, store, config, now=at))
    _problems[str(config.data_path)] = found
    for problem in found:
        logging.getLogger(__name__).warning("%s", problem)
    return found


async def keep(config: Config, *, every_s: float = EVERY_S) -> None:
    """Run at once and every few minutes until cancelled, beside the server: its lifespan makes a task of this."""
    while True:
        await asyncio.to_thread(run, config)
        await asyncio.sleep(every_s)


def problems(config: Config) -> tuple[DashboardError, ...]:
    """What the last run could not do, for the page that shows problems."""
    return _problems.get(str(config.data_path), ())


Part = Callable[[Store, Config, datetime], tuple[DashboardError, ...]]


def _tried(part: Part, store: Store, config: Config, *, now: datetime) -> tuple[DashboardError, ...]:
    try:
        return part(store, config, now)
    except DashboardError as error:
        return (error,)


def _witness(store: Store, config: Config, now: datetime) -> tuple[DashboardError, ...]:
    witness.write(store, config, now=now)
    return ()


def _back_up(store: Store, config: Config, now: datetime) -> tuple[DashboardError, ...]:
    if backup.due(config, now):
        return backup.back_up(store, config, None, kind="daily").problems
    return ()
