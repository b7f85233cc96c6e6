"""Which online base maps an office may switch on: tiles in EPSG:3857 that lie where they say."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import field_validator

from geodata.contract import Contract, Text

_SHIFTED_HOSTS = (
    "autonavi.com",
    "amap.com",
    "qq.com",
    "gtimg.com",
    "baidu.com",
    "bdimg.com",
    "google.cn",
    "google.com",
    "google.com.hk",
    "geoq.cn",
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class BaseMap(Contract):
    """An online base map an office may switch on."""

    name: Text
    url: Text
    credit: Text
    key: str = ""
    crs: Literal["EPSG:3857"]

    @field_validator("url")
    @classmethod
    def _not_shifted(cls, url: str) -> str:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            message = "网址写法不对"
            raise ValueError(message) from None
        if any(host == shifted or host.endswith("." + shifted) for shifted in _SHIFTED_HOSTS):
            message = f"{host} 的底图采用 GCJ-02 或 BD-09 坐标，与规划数据相差约 450 米以上，不予采用"
            raise ValueError(message)
        if (set(_PLACEHOLDER.findall(url)) - {"s", "key"}) != {"z", "x", "y"}:
            message = "网址中须有 {z}、{x}、{y} 三个占位（即 WMTS 的 TileMatrix、TileCol、TileRow），另可有 {s}、{key}"
            raise ValueError(message)
        return url

    @field_validator("crs", mode="before")
    @classmethod
    def _mercator_only(cls, crs: object) -> object:
        if crs != "EPSG:3857":
            message = f"坐标系“{crs}”不能用作底图（GCJ-02、BD-09 与规划数据相差约 450 米以上），只接受 EPSG:3857"
            raise ValueError(message)
        return crs
