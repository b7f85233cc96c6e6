"""The server: `streamlit run app.py`."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from layers import assets, housekeeping, identity, server
from pages.ui import caches, deliveries, exports, figure_routes
from pages.ui.problems import on_script_error

if refusal := identity.refusal(st.get_option("server.address")):
    sys.exit(refusal)


@asynccontextmanager
async def prepare(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Before the first page: fetch the browser's libraries once, read the land, begin to look after the store."""
    assets.install()
    identity.announce()
    housekeeping.begin(identity.settings())
    caches.scene()
    gc.collect()
    gc.freeze()  # Streamlit collects after every run of a page; what stays for good need not be looked through
    keeping = housekeeping.start(identity.settings())
    yield {}
    keeping.cancel()


app = st.App(
    "pages/main.py",
    routes=[*exports.routes(), *deliveries.routes(), *figure_routes.routes(), *server.routes()],
    middleware=server.middleware(),
    lifespan=prepare,
    on_script_error=on_script_error,
)
