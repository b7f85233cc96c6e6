"""`python -m geodata <command>`: what an administrator does without a browser."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from geodata.config import Config, load_config
from geodata.errors import DashboardError
from geodata.sample import command as sample
from geodata.store import commands
from geodata.tiles_command import make_tiles


@dataclass(frozen=True)
class Command:
    """What can be asked for.

    Attributes
    ----------
    words : str
        What stands behind its name; 〔〕 may be left out.
    told : str
        What it does.
    run : callable
        Settings, words -> the lines it says, one by one.
    least, most : int
        How many words there are.
    """

    words: str
    told: str
    run: Callable[[Config, Sequence[str]], Iterator[str]]
    least: int = 0
    most: int = 0


COMMANDS: Mapping[str, Command] = {
    "sample": Command(f"{sample.WORDS} ", "生成演示数据", sample.make, most=6),
    "verify": Command("", "核对操作留痕是否被改动", commands.verify),
    "backup": Command("〔姓名〕", "立即备份", commands.back_up, most=1),
    "restore": Command("备份文件夹 姓名", "从备份恢复", commands.restore, least=2, most=2),
    "tiles": Command("", "为要素多的数据集生成切片", make_tiles),
}
"""Name -> command."""


def main(words: Sequence[str]) -> int:
    """Run a command; 0 if it succeeded, 1 if it could not, 2 if there is no such command."""
    config, problems = load_config()
    command = COMMANDS.get(words[0]) if words else None
    if command is None or not command.least <= len(words) - 1 <= command.most:
        _say(*usage())
        return 2
    _say(*problems)
    try:
        for line in command.run(config, words[1:]):
            _say(line)
    except DashboardError as error:
        _say(error)
        return 1
    return 0


def usage() -> tuple[str, ...]:
    """List the commands, a line each."""
    return (
        "用法：",
        *(f"  python -m geodata {name} {one.words}".ljust(48) + one.told for name, one in COMMANDS.items()),
    )


def _say(*lines: object) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
