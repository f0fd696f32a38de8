"""`onevisit verify --fairness`: write the statistics of fairness over several draws, each of them verified first."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onevisit.core.draw import bundle, forms, frame
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.results import Receipt
from onevisit.core.draw.verify import Status, verify
from onevisit.core.fairness import counting, repeats, report
from onevisit.core.fairness.counting import Counts
from onevisit.core.fairness.groups import parse_groups
from onevisit.core.fairness.repeats import Chances
from onevisit.core.refusals import Refused
from onevisit.verifier.files import MOST_FRAME_BYTES, read

RECEIPT, GROUPS = "receipt.json", "groups.txt"


@dataclass(frozen=True)
class _Source:
    """Where the files of one draw lie: its zip, or a folder."""

    path: Path
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def receipt(self) -> Receipt:
        return forms.parse_receipt(data=self.files[RECEIPT])

    @property
    def frames(self) -> Mapping[str, Frame]:
        return {name: frame.parse_frame(data=data) for name, data in self.frame_files.items()}

    @property
    def frame_files(self) -> dict[str, bytes]:
        items = [item.item for item in self.receipt.manifest.items]
        missing = next((item for item in items if f"{item}.txt" not in self.files), None)
        if missing is not None:
            raise Refused("E_FRAME_MISSING", f"{self.path.name}: {missing}.txt")
        return {item: self.files[f"{item}.txt"] for item in items}


def fairness_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 written, 1 a draw does not verify or is refused, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="onevisit verify", description="Write the statistics of fairness.", allow_abbrev=False
    )
    parser.add_argument("--fairness", type=Path, nargs="+", required=True, metavar="ZIP_OR_DIR")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        counts = dict(_counted(path) for path in options.fairness)
        written = _report(counts)
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(written)
    sys.stdout.flush()
    return 0


def _counted(path: Path) -> tuple[Path, Counts]:
    """Verify a draw, then count it; what does not verify is worth no statistics."""
    source = _read(path)
    if path.is_file():
        for changed in bundle.changes(files=source.files):
            raise Refused("E_MISMATCH", f"{path.name}: {changed}")
    checks = verify(receipt=source.files[RECEIPT], frames=source.frame_files)
    if checks[-1].status is Status.FAILED:
        raise Refused("E_MISMATCH", f"{path.name}: {checks[-1].line}")
    groups = parse_groups(data=source.files[GROUPS]) if GROUPS in source.files else None
    return path, counting.counts_of(receipt=source.receipt, frames=source.frames, groups=groups)


def _report(counts: Mapping[Path, Counts]) -> bytes:
    paths = {one["draw"]: path for path, one in counts.items()}
    if len(paths) < len(counts):
        raise Refused("E_DUPLICATE", "two of the files are of one draw")
    every = list(counts.values())
    wanted = [paths[number] for number in report.in_window(counts=every)]
    return report.encode_report(report=report.report_of(counts=every, chances=_chances(wanted)))


def _chances(paths: Sequence[Path]) -> Iterator[Chances]:
    """Read the files again, one draw at a time, so that memory holds the frames of one."""
    for path in paths:
        source = _read(path)
        receipt = source.receipt
        counted = counting.counted_items(receipt=receipt, frames=source.frames)
        yield repeats.chances_of(draw=receipt.manifest.draw, t0=receipt.manifest.t0, counted=counted)


def _read(path: Path) -> _Source:
    if path.is_dir():
        names = [found.name for found in sorted(path.iterdir()) if found.suffix in (".json", ".txt")]
        files = {name: read(path / name, most=MOST_FRAME_BYTES) for name in names}
    else:
        files = bundle.read_bundle(data=read(path))
    if RECEIPT not in files:
        raise Refused("E_FILE", f"{path.name} holds no {RECEIPT}")
    return _Source(path=path, files=files)
