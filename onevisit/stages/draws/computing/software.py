"""Which program computes the draw, as a manifest names it: version, commit, and the hash of the pure core."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

import onevisit

_PACKAGE = Path(onevisit.__file__).parent
_COMMIT = re.compile(r"[0-9a-f]{40}")
_UNKNOWN = "0" * 40


@lru_cache(maxsize=1)
def software() -> dict[str, str]:
    """Return what stands under `software` in every manifest of this installation."""
    return {
        "repo": f"onevisit {onevisit.__version__}",
        "commit": _commit(),
        "build_sha256": _core_sha256(),
    }


def _core_sha256() -> str:
    """Hash the source files of the core by path and content; anybody can do the same on a copy of the program."""
    lines = [
        f"{path.relative_to(_PACKAGE).as_posix()}|{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in sorted((_PACKAGE / "core").rglob("*.py"))
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _commit() -> str:
    """Return the commit of the working copy; a wheel has the one that `make dist` wrote into it."""
    git, written = _PACKAGE.parent / ".git", _PACKAGE / "commit.txt"
    try:
        found = _checked_out(_git_folder(git)) if git.exists() else written.read_text().strip()
    except OSError:
        return _UNKNOWN
    return found if _COMMIT.fullmatch(found) else _UNKNOWN


def _checked_out(folder: Path) -> str:
    head = (folder / "HEAD").read_text().strip()
    return _resolved(folder, head.removeprefix("ref: ")) if head.startswith("ref: ") else head


def _git_folder(place: Path) -> Path:
    """Return where git keeps the state of a working copy: a linked worktree has a file that names the folder."""
    if not place.is_file():
        return place
    return place.parent / place.read_text().strip().removeprefix("gitdir: ")


def _resolved(folder: Path, reference: str) -> str:
    """Look a branch up: in its own file, or among those that git has packed into one."""
    common = folder / "commondir"
    shared = folder / common.read_text().strip() if common.is_file() else folder
    if (shared / reference).is_file():
        return (shared / reference).read_text().strip()
    packed = (shared / "packed-refs").read_text().splitlines() if (shared / "packed-refs").is_file() else []
    return next((line.split(" ")[0] for line in packed if line.endswith(f" {reference}")), "")
