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
    """Return the commit of the working copy; an installed wheel has none, and `build_sha256` names it alone."""
    head = _PACKAGE.parent / ".git" / "HEAD"
    if not head.is_file():
        return _UNKNOWN
    reference = head.read_text().strip().removeprefix("ref: ")
    target = head.parent / reference
    found = target.read_text().strip() if target.is_file() else reference
    return found if _COMMIT.fullmatch(found) else _UNKNOWN
