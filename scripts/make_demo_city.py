"""Make the bulk files of the demo city again, byte for byte: `python -m scripts.make_demo_city [FOLDER]`.

Items, legal bases, campaign templates and rules are written by hand in `onevisit/demo/xiamen/` and stay as they are.
"""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from scripts.demo_city import history, organs, people, targets

FOLDER = Path(__file__).resolve().parents[1] / "onevisit" / "demo" / "xiamen"
SEED = "一次查 · 厦门示例城市 · 1"


def tables() -> dict[str, tuple[Sequence[str], list[list[object]]]]:
    """Return every generated file: its headings and rows."""
    random = Random(SEED)
    staff = people.make(random)
    register = targets.make(random)
    return {
        "organs.csv": (organs.HEAD, organs.rows()),
        "organ_names.csv": (["机构编码", "曾用名称", "曾用简称", "启用日期", "停用日期"], organs.former_name_rows()),
        "officers.csv": (people.OFFICER_HEAD, staff.officers),
        "posts.csv": (people.POST_HEAD, staff.posts),
        "inspectors.csv": (people.INSPECTOR_HEAD, staff.inspectors),
        "leaves.csv": (["执法证号", "开始日期", "结束日期", "事由"], staff.leaves),
        "targets.csv": (targets.HEAD, register.rows),
        "licences.csv": (history.LICENCE_HEAD, history.licences(register, random)),
        "directories.csv": (history.DIRECTORY_HEAD, history.directories(register, random)),
        "former_inspections.csv": (history.FORMER_HEAD, history.former_inspections(register, random)),
        "quiet_list.csv": (history.QUIET_HEAD, history.quiet_list(register, random)),
        "interests.csv": (history.INTEREST_HEAD, history.interests(register, staff, random)),
    }


def write(folder: Path) -> None:
    """Write every generated file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (head, rows) in tables().items():
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
