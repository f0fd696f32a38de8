"""`onevisit witness init|run|show|compare`: be the witness of a log from one's own machine."""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from onevisit.core.refusals import Refused
from onevisit.witness import comparing, lodging
from onevisit.witness import folder as folders
from onevisit.witness.folder import FolderRefused
from onevisit.witness.service import Witness, WitnessServer

STALE_HOURS = 24


def main(arguments: Sequence[str]) -> int:
    """Run one verb; return its exit code: 1 is a refusal, or a log that fell silent."""
    options = _parser().parse_args(arguments)
    verbs = {"init": _init, "run": _run, "show": _show, "compare": _compare}
    try:
        return verbs[options.verb](options)
    except (FolderRefused, Refused) as refused:
        print(f"onevisit witness: {refused}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onevisit witness", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    init = verbs.add_parser(
        "init", help="make a key, or watch one more log (or key of a log) with the key that is there"
    )
    init.add_argument("folder", type=Path)
    init.add_argument("--name", default="", help="key name of a new witness, e.g. audit.example.gov.cn/witness")
    init.add_argument("--log", action="append", default=[], help="key of a log to watch: <origin>+<id>+<base64>")
    run = verbs.add_parser("run", help="serve add-checkpoint and lodge until told to stop")
    run.add_argument("folder", type=Path)
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=8191)
    show = verbs.add_parser("show", help="show the key, the logs, what was cosigned last and what was lodged")
    show.add_argument("folder", type=Path)
    show.add_argument(
        "--stale-hours", type=int, default=STALE_HOURS, help="a log silent for longer is an alarm (exit 1)"
    )
    compare = verbs.add_parser("compare", help="hold the published bundle of a draw against what was lodged")
    compare.add_argument("folder", type=Path)
    compare.add_argument("bundle", type=Path)
    return parser


def _init(options: argparse.Namespace) -> int:
    if options.name:
        key = folders.make(folder=options.folder, name=options.name)
    else:
        key = folders.load_key(folder=options.folder)
    for vkey in options.log:
        folders.watch(folder=options.folder, vkey=vkey)
    print(key.vkey)
    return 0


def _run(options: argparse.Namespace) -> int:
    with folders.alone(folder=_existing(options.folder)):
        if not folders.logs(folder=options.folder):
            raise FolderRefused("this witness watches no log; `onevisit witness init FOLDER --log VKEY` names one")
        witness = Witness(folder=options.folder, clock=_now, say=_say)
        server = WitnessServer(address=(options.host, options.port), witness=witness)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: threading.Thread(target=server.shutdown).start())
        with server:
            host, port = server.server_address[:2]
            _say(f"witness {witness.key.public.name} listens on http://{host!s}:{port}/")
            server.serve_forever(poll_interval=0.1)
    return 0


def _show(options: argparse.Namespace) -> int:
    key, logs = folders.load_key(folder=options.folder), folders.logs(folder=options.folder)
    print(f"key   {key.vkey}")
    stale = False
    for log in logs.values():
        memory = log.memory
        hours = (_now() - memory.at) / 3600 if memory.at else 0.0
        is_stale = bool(memory.at) and hours > options.stale_hours
        stale = stale or is_stale
        seen = f"size {memory.size} root {memory.root.hex()}, {hours:.1f} h ago" if memory.at else "never seen"
        print(f"log   {log.origin} ({len(log.keys)} key(s)): {seen}{'  STALE' if is_stale else ''}")
    _show_lodged(options.folder)
    evidence = sorted((options.folder / folders.EVIDENCE).glob("*.txt"))
    for path in evidence:
        print(f"EVIDENCE of two histories: {path}")
    return 1 if stale or evidence else 0


def _show_lodged(folder: Path) -> None:
    """List the packages; a second one of a draw means that its freeze was undone in between."""
    seen: set[tuple[str, str]] = set()
    for one in lodging.kept(folder=folder):
        if one.lodged is None:
            print(f"lodge {one.package.name}: INCOMPLETE, no receipt was signed; the log will lodge it again")
            continue
        draw = (one.lodged.origin, one.lodged.draw)
        again = "  AGAIN: frozen a second time" if draw in seen else ""
        seen.add(draw)
        size = one.package.stat().st_size
        moment = datetime.fromtimestamp(one.lodged.time, tz=UTC).isoformat(timespec="seconds")
        print(f"lodge {one.lodged.draw} {one.lodged.manifest} at {moment}, {size} bytes{again}")


def _compare(options: argparse.Namespace) -> int:
    """Say for each file whether it is what was lodged; the first difference ends it with exit code 1."""
    for line in comparing.compare(folder=_existing(options.folder), data=_read(options.bundle)):
        print(line.words)
        if line.differs:
            return 1
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FolderRefused(f"{path} cannot be read: {error.strerror}") from error


def _existing(folder: Path) -> Path:
    folders.load_key(folder=folder)
    return folder


def _now() -> int:
    return int(time.time())


def _say(words: str) -> None:
    print(words, flush=True)
