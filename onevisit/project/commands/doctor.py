"""`onevisit doctor`: check this installation and say, line by line, what is good and what to mend."""

import argparse
from collections.abc import Sequence

from onevisit.project import environment as env
from onevisit.project.commands import diagnosis
from onevisit.project.commands.diagnosis import Finding, Grade

_SIGNS = {Grade.GOOD: "ok  ", Grade.NOTE: "note", Grade.BAD: "BAD "}


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(
        prog="onevisit doctor", description="Check this installation; the exit code is 1 when something must be mended."
    ).parse_args(arguments)
    findings = diagnosis.examine(var=env.folder("VAR"))
    for finding in findings:
        print(_line(finding))
    bad = sum(finding.grade == Grade.BAD for finding in findings)
    print(f"{bad} of {len(findings)} must be mended" if bad else "this installation is well")
    return 1 if bad else 0


def _line(finding: Finding) -> str:
    remedy = f" - {finding.remedy}" if finding.remedy else ""
    return f"{_SIGNS[finding.grade]}  {finding.part:<10}{finding.said}{remedy}"
