"""Whether a folder lies on another machine: SQLite's locks cannot be trusted there."""

import re
import sys
from collections.abc import Callable
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

REMOTE_FILE_SYSTEMS = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gpfs", "davfs",
        "vboxsf", "fuse.sshfs", "fuse.rclone", "fuse.smbnetfs", "fuse.davfs2", "fuse.glusterfs", "fuse.ceph",
        "fuse.vmhgfs-fuse", "fuse.gvfsd-fuse", "fuse.s3fs",
    }
)  # fmt: skip
"""Types of /proc/mounts whose files lie on another machine."""

_MOUNTS = Path("/proc/mounts")
_DRIVE_REMOTE = 4
_OCTAL = re.compile(r"\\([0-7]{3})")


def on_share(folder: Path) -> bool:
    """Whether a folder of this machine lies on a network share."""
    if sys.platform == "win32":
        return windows_share(PureWindowsPath(folder.resolve()), _drive_type)
    return _MOUNTS.exists() and mounted_share(PurePosixPath(folder.resolve()), _MOUNTS.read_text("utf-8", "replace"))


def mounted_share(folder: PurePath, mounts: str) -> bool:
    r"""Whether the mount a folder lies on is one of a network, by the text of /proc/mounts.

    Examples
    --------
    >>> mounts = "/dev/sda1 / ext4 rw 0 0\nnas:/office /mnt/our\\040nas nfs4 rw 0 0\n"
    >>> mounted_share(PurePosixPath("/mnt/our nas/var"), mounts)
    True
    >>> mounted_share(PurePosixPath("/mnt/our"), mounts)
    False
    """
    lines = [line.split(" ") for line in mounts.splitlines() if line.count(" ") > 1]
    found = [(_plain(line[1]), line[2]) for line in lines]
    over = [(len(point.parts), place, kind) for place, (point, kind) in enumerate(found) if _below(folder, point)]
    return bool(over) and max(over)[2] in REMOTE_FILE_SYSTEMS


def windows_share(folder: PureWindowsPath, drive_type: Callable[[str], int]) -> bool:
    r"""Whether a Windows path names another machine, or a drive letter that stands for one.

    Parameters
    ----------
    folder : PureWindowsPath
    drive_type : callable
        Root of a drive ("Z:\\") -> what GetDriveTypeW says of it.

    Examples
    --------
    >>> windows_share(PureWindowsPath("//nas/office/var"), lambda root: 3)
    True
    >>> windows_share(PureWindowsPath("C:/var"), lambda root: 3)
    False
    """
    drive = re.sub(r"^\\\\[?.]\\(?=[A-Za-z]:)", "", folder.drive)
    return drive.startswith("\\\\") or drive_type(f"{drive}\\") == _DRIVE_REMOTE


def _plain(written: str) -> PurePosixPath:
    """Mount points are written with blanks as octal numbers."""
    return PurePosixPath(_OCTAL.sub(lambda found: chr(int(found[1], 8)), written))


def _below(folder: PurePath, point: PurePosixPath) -> bool:
    return folder == point or point in folder.parents


def _drive_type(root: str) -> int:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - windll is there only

        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    return 0
