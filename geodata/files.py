"""Files that are never seen half-written."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

_PATIENCE_S = 2.0
_PAUSE_S = 0.02


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Give a draft to write to; it takes the target's name when the block ends well, and is gone otherwise.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = Path(folder) / "a.txt"
    ...     with replaced(target) as draft:
    ...         _ = draft.write_text("whole")
    ...     [path.name for path in Path(folder).iterdir()]
    ['a.txt']
    """
    draft = target.with_name(f"{uuid4().hex}{target.suffix}.part")
    try:
        yield draft
        rename(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def rename(draft: Path, target: Path) -> None:
    """Let a file or folder take a name; Windows refuses as long as somebody reads what has it, or is to get it."""
    latest = time.monotonic() + _PATIENCE_S
    while True:
        try:
            draft.replace(target)
        except PermissionError:
            if time.monotonic() > latest:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
