"""What the server does by itself beside answering: backup and witness when due, and what killed processes left."""

import asyncio
import logging

from geodata import catalogue
from geodata.access import AUDIENCES
from geodata.config import Config
from geodata.errors import StoreError
from geodata.intake import room
from geodata.store import daily
from geodata.store.engine import open_store
from layers.publish import place


def begin(config: Config) -> None:
    """Remove the drafts of imports that the server that ran before left."""
    room.sweep(config)


def start(config: Config) -> asyncio.Task[None]:
    """Look after the store beside the server, until the task is cancelled; a fault that ends it is logged."""
    task = asyncio.create_task(keep(config))
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        what = "备份与日志见证已停止，请重新启动看板并把日志交给管理员"
        logging.getLogger(__name__).error(what, exc_info=error)


async def keep(config: Config) -> None:
    """Look after the store until cancelled, in a thread so that nobody waits."""
    await asyncio.to_thread(tidy, config)
    await daily.keep(config)


def tidy(config: Config) -> None:
    """Remove content that no version names; what does not succeed is tried at the next start."""
    places = [place(config, audience) for audience in AUDIENCES]
    try:
        catalogue.sweep(open_store(config), config, derived=places)
    except StoreError as error:
        logging.getLogger(__name__).warning("%s", error)
