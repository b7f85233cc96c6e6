"""Several files as one."""

import zipfile
from collections.abc import Mapping
from pathlib import Path


def zipped(path: Path, files: Mapping[str, bytes], folder: Path | None = None) -> None:
    """Write a zip of contents by name, and of all that lies in a folder, in order of their names.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     zipped(Path(place) / "a.zip", {"说明.txt": b"x"})
    ...     zipfile.ZipFile(Path(place) / "a.zip").namelist()
    ['说明.txt']
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for one in sorted(folder.rglob("*")) if folder else ():
            if one.is_file():
                archive.write(one, one.relative_to(folder or one).as_posix())
        for name, content in files.items():
            archive.writestr(name, content)
