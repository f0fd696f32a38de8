"""Small files for the tests of imports."""

import csv
import io

from openpyxl import Workbook  # type: ignore[attr-defined]  # the package ships no types

from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.imports.templates import Template

GOOD = "91350200XMDM000129"
GOOD_TOO = "91350203XMDM00012L"
TRIAL = "91350203M0001QAY9B"
TARGET = {
    "统一社会信用代码": GOOD,
    "名称": "厦门鹭安加油站有限公司",
    "区划代码": "350206",
    "地址": "厦门市湖里区金山路12号",
    "行业代码": "5265",
    "信用风险分类": "C",
}


def template(kind: str) -> Template:
    return kinds()[kind].template


def csv_bytes(*rows: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    """Write rows as a CSV file, the keys of the first as headings."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(*rows: list[object]) -> bytes:
    """Write rows as an XLSX file."""
    book = Workbook()  # type: ignore[no-untyped-call]
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def inspector_rows(*rows: dict[str, str]) -> bytes:
    """Write rows of the register of inspectors, with what every row needs."""
    columns = {column.title: "" for column in template("inspectors").columns}
    given = {**columns, "发证机关": "福建省人民政府", "证件有效期起": "2024-01-01", "证件有效期止": "2030-01-01"}
    return csv_bytes(*({**given, **row} for row in rows))
