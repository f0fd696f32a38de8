"""Other processes that hash for a draw.

A new interpreter is started, never a fork of a server with its threads and connections.
"""

import logging
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import onevisit

MOST_PROCESSES = 4
_ENVIRONMENT = {"PYTHONPATH": str(Path(onevisit.__file__).resolve().parents[1])}

log = logging.getLogger(__name__)


def command(module: str) -> tuple[str, ...]:
    """Return how a module without any dependency is run: without what `-m` itself imports, a third of such a start."""
    return (sys.executable, "-S", "-P", "-c", f"from {module} import main; main()")


def start(
    stack: ExitStack, words: tuple[str, ...], *, what: str, buffer_bytes: int = -1, files: Sequence[int] = ()
) -> "subprocess.Popen[bytes] | None":
    """Start a process that reads its question and writes its answer, or say in the log that none starts."""
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_ENVIRONMENT,
            bufsize=buffer_bytes,
            pipesize=buffer_bytes,
            pass_fds=files,
        )
    except OSError:
        log.warning("no %s process starts", what, exc_info=True)
        return None
    stack.enter_context(process)
    stack.callback(process.kill)  # who leaves early waits for no answer
    return process
