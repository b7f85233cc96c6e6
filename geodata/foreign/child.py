"""The process a foreign file is read in: told a folder, reads request.json there, leaves answer.json.

It ends when its standard input does, that is with the process that started it, and takes the folder along.
"""

import errno
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geodata import processes
from geodata.errors import FileError
from geodata.foreign import contents, transport
from geodata.foreign.model import Choice, Limits


def answer(request: Mapping[str, Any], work: Path) -> dict[str, Any]:
    """Do what a request asks for; what goes wrong with the file is part of the answer.

    Parameters
    ----------
    request : mapping
        `do` ("inspect" or "read"), `path`, `limits` and the choices of the person.
    work : Path
        A folder for whatever has to be unpacked, and for the table.
    """
    try:
        return {"result": _DEEDS[request["do"]](request, work)}
    except FileError as error:
        return {"error": [error.where, error.what, error.remedy]}
    except OSError as error:
        what = "磁盘空间不足" if error.errno in (errno.ENOSPC, errno.EFBIG) else "文件不能读取，或临时文件夹不能写入"
        return {"error": [Path(request["path"]).name, what, "请关闭正在使用它的程序，或清理磁盘后重试"]}
    except MemoryError:
        limit = request["limits"]["memory_mb"]
        what = f"读取时超过 {limit} MB 的内存上限"
        return {"error": [Path(request["path"]).name, what, "请分成几个文件"]}


def main() -> None:
    """Answer one request under the limits it names."""
    work = processes.awaited()
    request = json.loads((work / "request.json").read_text("utf-8"))
    limits = Limits(**request["limits"])
    processes.bound(memory_mb=limits.memory_mb, file_mb=limits.unpacked_mb)
    text = json.dumps(answer(request, work), ensure_ascii=False)
    (work / "answer.json").write_text(text, "utf-8")


def _inspect(request: Mapping[str, Any], work: Path) -> dict[str, Any]:
    found = contents.inspect(Path(request["path"]), work, _choice(request), Limits(**request["limits"]))
    return {
        "format": found.format,
        "layers": [asdict(layer) for layer in found.layers],
        "notes": transport.told(found.notes),
    }


def _read(request: Mapping[str, Any], work: Path) -> dict[str, Any]:
    with processes.telling(work) as progress:
        limits = Limits(**request["limits"], progress=progress)
        table, notes = contents.read(Path(request["path"]), work, _choice(request), limits)
    transport.write(table, work / "table.arrow")
    return {"notes": transport.told(notes)}


def _choice(request: Mapping[str, Any]) -> Choice:
    return Choice(request["layer"], request["encoding"], tuple(request["columns"]))


_DEEDS: Mapping[str, Callable[[Mapping[str, Any], Path], dict[str, Any]]] = MappingProxyType(
    {"inspect": _inspect, "read": _read}
)


if __name__ == "__main__":
    main()
    processes.done()
