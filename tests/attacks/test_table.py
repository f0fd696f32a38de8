"""The table of attacks names tests that exist."""

import re
from pathlib import Path

HERE = Path(__file__).parent
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_every_attack_of_the_table_has_its_tests() -> None:
    rows = (HERE / "README.md").read_text(encoding="utf-8").splitlines()
    attacks = [row for row in rows if row.startswith("| ") and not row.startswith("| attack ")]
    named = {(file, name) for row in attacks for file, name in NAMED.findall(row)}
    written = {
        (path.name, name)
        for path in HERE.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert len(attacks) >= 18
    assert [row for row in attacks if not NAMED.search(row)] == []
    assert sorted(named - written) == []
