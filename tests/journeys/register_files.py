"""A register file as a district sends it: a thousand rows, thirty-seven of them wrong."""

import csv
import io

from onevisit.core import identifiers

ROWS = 1_000
WRONG = 37
HEADINGS = ("统一社会信用代码", "名称", "区划代码", "街道", "地址", "行业代码", "信用风险分类")


def code(ordinal: int) -> str:
    """Return a made-up code that checks."""
    organisation = f"MB{ordinal:06d}"
    first = f"91350206{organisation}{identifiers.organisation_check_digit(organisation)}"
    return first + identifiers.uscc_check_digit(first)


def _broken(text: str) -> str:
    return text[:-1] + ("A" if text[-1] != "A" else "B")


def rows() -> list[list[str]]:
    """Return the rows of the file; every 27th is wrong, by turns in its code, its industry and its district."""
    made = []
    for ordinal in range(ROWS):
        row = [
            code(ordinal),
            f"湖里示例便利店{ordinal:04d}号",
            "350206",
            "江头街道",
            f"示例路{ordinal + 1}号",
            "5229",
            "B",
        ]
        if ordinal % 27 == 0 and ordinal // 27 < WRONG:
            fault = ordinal // 27 % 3
            place, value = ((0, _broken(row[0])), (5, "5256"), (2, "湖里区"))[fault]
            row[place] = value
        made.append(row)
    return made


def content() -> bytes:
    """Return the file as a spreadsheet saves it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(rows())
    return out.getvalue().encode("utf-8-sig")


def right_value(row: int, column: str) -> str:
    """Return what should stand in a wrong cell, by the row number of the file."""
    return {"uscc": code(row - 2), "industry_code": "5229", "region_code": "350206"}[column]
