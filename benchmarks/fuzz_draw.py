"""Fuzz every parser that reads a stranger's file: anything but `Refused` and an answer is a crash.

    python -m benchmarks.fuzz_draw --seconds 300

One process a parser, guided by coverage (atheris); each starts from the public vectors.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

LONGEST = 1 << 14
NAMES = (
    "json",
    "manifest",
    "roster",
    "order",
    "sources",
    "keys",
    "replacements",
    "void",
    "plan",
    "frame",
    "receipt",
    "register",
    "register-held",
    "bundle",
    "groups",
    "inclusion",
    "consistency",
    "policy",
    "note",
    "checkpoint",
    "proof",
    "submission",
    "package",
    "lodged",
    "conditions",
    "excluded",
    "batches",
    "attested",
    "approved",
    "consented",
    "places",
    "beacon",
    "sm2-public",
    "sm2-pair",
    "sm2-signature",
)


def main() -> int:
    """Run every parser for its share of the time; return 1 if one crashed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--only", choices=NAMES)
    options = parser.parse_args()
    if options.only:
        _fuzz(options.only, options.seconds)
        return 0
    share = max(1, options.seconds // len(NAMES))
    crashed = [name for name in NAMES if not _run(name, share)]
    print(f"{len(NAMES) - len(crashed)} of {len(NAMES)} parsers hold" + (f"; crashed: {crashed}" if crashed else ""))
    return 1 if crashed else 0


def _run(name: str, seconds: int) -> bool:
    command = [sys.executable, "-m", "benchmarks.fuzz_draw", "--only", name, "--seconds", str(seconds)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    done = [line for line in run.stderr.splitlines() if line.startswith("Done ")]
    print(f"{name:<14}{done[0] if done else 'CRASHED'}", flush=True)
    if run.returncode:
        print(run.stdout[-3000:], run.stderr[-1000:], sep="\n")
    return run.returncode == 0


def _fuzz(name: str, seconds: int) -> None:
    import atheris
    from django.conf import settings

    settings.configure(USE_I18N=False)  # the words of a refusal are asked for, and no application
    # The package has annotations but exports its names through a star.
    with atheris.instrument_imports(include=["onevisit"]):  # type: ignore[attr-defined]  # as above
        from benchmarks.stranger_files import true_files
        from benchmarks.stranger_parsers import PARSERS
        from onevisit.core.refusals import Refused

    parser = PARSERS[name]

    def one(data: bytes) -> None:
        try:
            parser(data)
        except Refused:
            return

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(true_files()):
            (Path(folder) / str(number)).write_bytes(seed[:LONGEST])
        arguments = [sys.argv[0], f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-rss_limit_mb=1024", folder]
        atheris.Setup(arguments, one)  # type: ignore[attr-defined]  # as above
        atheris.Fuzz()  # type: ignore[attr-defined]  # as above


if __name__ == "__main__":
    sys.exit(main())
