"""The report of fairness as tables for people: title, meaning, rows, bars, verdict; desk and portal show the same."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from onevisit.web.ui.fairness_words import COUNTED, GROUPED
from onevisit.web.ui.sheets import text_cell

Cell = str | int | float
Names = Mapping[str, Mapping[str, str]]
LEVEL, STRICT = 0.05, 0.001
LISTS, MOST_SHOWN = ("narrow", "pairs", "repeated", "officers", "returns"), 10
FOLDED_FROM = 20
BAR = 240
"""The width of a bar's drawing; the height is a line of the table."""


@dataclass(frozen=True)
class Bar:
    """A drawing of one row: drawn as a bar, expected as a line, and two standard deviations around it."""

    drawn: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """One row of a table; `draws` are numbers that a page turns into links."""

    cells: Sequence[Cell]
    bar: Bar | None = None
    draws: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """One table with its sentence; `verdict` says what the test found, `tone` whether somebody should look."""

    key: str
    title: str
    meaning: str
    heads: Sequence[str]
    lines: Sequence[Line]
    draws: Sequence[str]
    verdict: str = ""
    tone: str = ""
    notes: Sequence[str] = field(default=())

    @property
    def has_bars(self) -> bool:
        return any(line.bar for line in self.lines)

    @property
    def is_by_draw(self) -> bool:
        """Each line is of one draw, which stands before its cells."""
        return self.key in ("draws", "narrow", "pairs")

    @property
    def has_draws(self) -> bool:
        """Each line names several draws, which stand after its cells."""
        return not self.is_by_draw and any(line.draws for line in self.lines)

    @property
    def rows(self) -> list[tuple[Line, list[tuple[str, Cell]]]]:
        """Give every cell its heading, which a narrow screen shows beside it; of a long list only the first lines."""
        return [(line, list(zip(self.heads, line.cells, strict=True))) for line in self.lines[: self.shown]]

    @property
    def shown(self) -> int:
        """Say how many lines a page shows: groups are all there, lists of single things are cut; the file has all."""
        return MOST_SHOWN if self.key in LISTS else len(self.lines)

    @property
    def is_cut(self) -> bool:
        return self.shown < len(self.lines)

    @property
    def is_long(self) -> bool:
        """Say whether the rows are folded away behind the verdict, which is what a reader came for."""
        return self.key not in LISTS and len(self.lines) > FOLDED_FROM


def tables_of(report: Mapping[str, Any], names: Names) -> list[Table]:
    """Write all tables of a report, those that count single draws and people after those of inclusion."""
    grouped = [_grouped(key, report["tables"][key], names) for key in GROUPED]
    return [
        _draws(report),
        *grouped,
        _repeats(report),
        _repeated(report),
        _widths(report),
        _narrow(report),
        _pairs(report),
    ]


def csv_of(table: Table) -> bytes:
    """Write a table as a CSV that spreadsheets open in the right encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    more = [_("抽取")] if any(line.draws for line in table.lines) else []
    writer.writerow([text_cell(head) for head in [*table.heads, *more]])
    for line in table.lines:
        cells = [text_cell(cell) if isinstance(cell, str) else str(cell) for cell in line.cells]
        writer.writerow([*cells, *([" ".join(line.draws)] if more else [])])
    return out.getvalue().encode("utf-8-sig")


def table_of(report: Mapping[str, Any], names: Names, *, key: str) -> Table | None:
    """Return one table of a report by its key."""
    return next((table for table in tables_of(report, names) if table.key == key), None)


def csv_answer(table: Table) -> HttpResponse:
    """Answer with a table as a file to keep."""
    answer = HttpResponse(csv_of(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="fairness-{table.key}.csv"'
    return answer


def json_answer(data: bytes) -> HttpResponse:
    """Answer with the report as its stored bytes."""
    answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="fairness.json"'
    return answer


def verdict_of(test: Mapping[str, Any], *, is_kept: bool) -> tuple[str, str]:
    """Say what a test found, and whether somebody should look: `ok`, `warn`, `late` or nothing."""
    if test["method"] == "fixed":
        return (_("全部等于应抽数。"), "ok") if is_kept else (_("有一类不等于应抽数，请核验并投诉。"), "late")
    if test["method"] == "none":
        return _("样本太小，说不准：不论抽出什么结果，都看不出有没有偏向。"), ""
    if test["method"] == "exact":
        how = _("样本小，用超几何分布精确计算：p = %(p)s。") % {"p": chance(test["p"])}
    else:
        how = _("卡方检验（分层，广义 Cochran-Mantel-Haenszel）：χ² = %(x)s，自由度 %(df)s，p = %(p)s。") % {
            "x": f"{test['statistic']:.3f}",
            "df": test["degrees"],
            "p": chance(test["p"]),
        }
    found, tone = judged(test["p"])
    return how + found, tone


def judged(p: float) -> tuple[str, str]:
    """Say in words what a chance means."""
    if p >= LEVEL:
        return _("没有看出偏向。"), "ok"
    if p >= STRICT:
        return _("偏得比常见的大；完全公平时二十张表里也会碰上一张，请继续观察。"), "warn"
    return _("偏得很大，碰巧的可能不到千分之一，应当查明原因。"), "late"


def chance(p: float) -> str:
    return f"{p:.4f}" if p >= 0.0001 else "< 0.0001"


def _grouped(key: str, table: Mapping[str, Any], names: Names) -> Table:
    title, meaning = GROUPED[key]
    rows = table["rows"]
    top = max((max(row["drawn"], row["expected"] + 2 * row["deviation"]) for row in rows), default=0) or 1
    kept = all(row["drawn"] == row["expected"] for row in rows)
    verdict, tone = verdict_of(table["test"], is_kept=kept) if rows else ("", "")
    merged = [_name(key, code, names) for code in table["test"]["merged"]]
    notes = [_("应抽不足 5 户的合在一起检验：%s。") % "、".join(merged)] if merged else []
    return Table(
        key=key,
        title=str(title),
        meaning=str(meaning),
        heads=(_("分组"), _("名单（户次）"), _("抽中"), _("应抽"), _("抽中比例")),
        lines=[
            Line(
                cells=(
                    _name(key, row["group"], names),
                    row["frame"],
                    row["drawn"],
                    round(row["expected"], 2),
                    _share(row["drawn"], row["frame"]),
                ),
                bar=_bar(row, top),
            )
            for row in rows
        ],
        draws=table["draws"],
        verdict=verdict,
        tone=tone,
        notes=notes,
    )


def _name(key: str, code: str, names: Names) -> str:
    if key == "position":
        return _("第 %(n)s 段") % {"n": int(code)}
    if code == "-" or (key == "stratum" and code == "U"):
        return _("未登记") if code == "-" else _("未分类")
    return names.get(key, {}).get(code, code)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "–"


def _bar(row: Mapping[str, Any], top: float) -> Bar:
    scale = (BAR - 4) / top
    spread = 2 * row["deviation"]
    return Bar(
        drawn=round(row["drawn"] * scale, 1),
        expected=round(row["expected"] * scale, 1),
        low=round(max(row["expected"] - spread, 0) * scale, 1),
        high=round((row["expected"] + spread) * scale, 1),
    )


def _plain(key: str, heads: Sequence[str], lines: Sequence[Line], draws: Sequence[str], **more: Any) -> Table:
    title, meaning = COUNTED[key]
    return Table(key=key, title=str(title), meaning=str(meaning), heads=heads, lines=lines, draws=draws, **more)


def _draws(report: Mapping[str, Any]) -> Table:
    heads = (_("名录库"), _("排除"), _("名单"), _("抽中"), _("抽中比例"), _("替换补抽"), _("T0"))
    lines = [
        Line(
            cells=(
                one["registry"],
                one["excluded"],
                one["frame"],
                one["drawn"],
                _share(one["drawn"], one["frame"]),
                one["substitutes"],
                one["t0"][:10],
            ),
            draws=(one["draw"],),
        )
        for one in reversed(report["draws"])
    ]
    return _plain("draws", heads, lines, [one["draw"] for one in report["draws"]])


def _repeats(report: Mapping[str, Any]) -> Table:
    found = report["repeats"] or {"rows": [], "draws": [], "observed": 0, "expected": 0, "p": 1}
    top = max((max(row["observed"], row["expected"]) for row in found["rows"]), default=0) or 1
    lines = [
        Line(
            cells=(row["times"], row["observed"], round(row["expected"], 2)),
            bar=_bar({"drawn": row["observed"], "expected": row["expected"], "deviation": 0}, top),
        )
        for row in found["rows"]
    ]
    verdict, tone = _single(found), ""
    if len(found["draws"]) > 1:
        words, tone = judged(found["p"])
        verdict = _("抽中两次以上的有 %(n)s 户，随机应有 %(e)s 户；多到这个数的可能性（泊松）p = %(p)s。") % {
            "n": found["observed"],
            "e": f"{found['expected']:.2f}",
            "p": chance(found["p"]),
        }
        verdict += words
    heads = (_("抽中次数"), _("户数"), _("随机应有"))
    notes = _certain(found)
    return _plain("repeats", heads, lines, found["draws"], verdict=verdict if lines else "", tone=tone, notes=notes)


def _single(found: Mapping[str, Any]) -> str:
    """Say why nothing can be told: fewer than two draws left anything to chance."""
    if not found["draws"]:
        return _("都是整层全抽，没有凭随机抽的，谈不上重复。")
    return _("只有一次抽取凭随机，谈不上重复。") if found.get("certain") else _("只有一次抽取，谈不上重复。")


def _certain(found: Mapping[str, Any]) -> list[str]:
    """Name what is left out, since nothing was left to chance there; a report of an earlier version names nothing."""
    rows = found.get("certain", ())
    if not rows:
        return []
    named = "、".join(_("%(draw)s %(n)s 户") % {"draw": one["draw"], "n": one["objects"]} for one in rows)
    words = _(
        "整层全抽的没有计入（上次人员不够只重抽人员的、只抽人员的复查、上次没能检查下次必到的，规则定为全抽的层，还有户数少、按取整全部抽中的层）：%s。"
    )
    return [words % named]


def _repeated(report: Mapping[str, Any]) -> Table:
    found = report["repeats"] or {"objects": [], "draws": [], "left_out": 0}
    lines = [
        Line(cells=(one["object"], len(one["draws"]), round(one["expected"], 2)), draws=one["draws"])
        for one in found["objects"]
    ]
    notes = [_("另有 %s 户没有列出，见 JSON 的计数。") % found["left_out"]] if found["left_out"] else []
    return _plain("repeated", (_("检查对象"), _("抽中次数"), _("应有次数")), lines, found["draws"], notes=notes)


def _widths(report: Mapping[str, Any]) -> Table:
    counted: dict[tuple[int, int], int] = {}
    for one in report["draws"]:
        for need, width, slots in one["widths"]:
            counted[need, width] = counted.get((need, width), 0) + slots
    top = max(counted.values(), default=0) or 1
    lines = [
        Line(
            cells=(need, width, slots, _("窄") if width < 2 * need else _("够")),
            bar=Bar(drawn=round(slots * (BAR - 4) / top, 1), expected=0, low=0, high=0),
        )
        for (need, width), slots in sorted(counted.items())
    ]
    heads = (_("同一户需几人"), _("在几人里抽"), _("岗位数"), _("选择面"))
    return _plain("widths", heads, lines, [one["draw"] for one in report["draws"] if one["widths"]])


def _narrow(report: Mapping[str, Any]) -> Table:
    lines = [
        Line(cells=(slot["visit"], slot["slot"], slot["need"], slot["width"]), draws=(one["draw"],))
        for one in report["draws"]
        for slot in one["narrow"]
    ]
    heads = (_("检查对象"), _("岗位"), _("需几人"), _("可选几人"))
    return _plain("narrow", heads, lines, [one["draw"] for one in report["draws"] if one["narrow"]])


def _pairs(report: Mapping[str, Any]) -> Table:
    counted = sorted((one for one in report["draws"] if one["pairs"]), key=lambda one: one["pairs"]["p"])
    lines = [
        Line(
            cells=(
                one["pairs"]["visits"],
                one["pairs"]["officers"],
                " / ".join(one["pairs"]["pair"]),
                one["pairs"]["most"],
                round(one["pairs"]["expected"], 2),
                chance(one["pairs"]["p"]),
            ),
            draws=(one["draw"],),
        )
        for one in counted
    ]
    heads = (_("户数"), _("人数"), _("最常搭档（本次化名）"), _("一起去"), _("随机应有"), _("p（上限）"))
    low = min((one["pairs"]["p"] for one in counted), default=1.0)
    words, tone = judged(min(1.0, low * max(len(counted), 1)))
    notes = [_("化名每次抽取都换，外面看不出两次抽取里是不是同一个人；p 是泊松分布的上限，已乘以可能的搭档数。")]
    return _plain(
        "pairs", heads, lines, [one["draw"] for one in counted], verdict=words if lines else "", tone=tone, notes=notes
    )
