"""`onevisit beacon`: carry the beacon's value into a closed network, on paper or as a QR code; it proves itself.

    onevisit beacon --t0 2026-12-01T15:00:00+08:00                       # which round, and where to fetch it
    onevisit beacon --round 16270000 --answer round.json --sheet out.html  # verify, and write the sheet to print

Run on a machine with a network; nothing of an installation is needed, and nothing is fetched by the command itself.
"""

import argparse
import hashlib
import io
import re
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

import segno

from onevisit.core.draw import beacon, grammar, sources
from onevisit.core.draw.beacon import QUICKNET
from onevisit.core.refusals import Refused
from onevisit.verifier.files import read

RELAYS = ("https://api.drand.sh", "https://api2.drand.sh", "https://drand.cloudflare.com")
MOST_BYTES = 4096
_SIGNATURE = re.compile(r"(?<![0-9a-f])[0-9a-f]{96}(?![0-9a-f])")
_SHEET = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>信标取值单 第 {number} 轮</title>
<style>body{{font:16px/1.6 sans-serif;max-width:44rem;margin:2rem auto}}code{{font:18px/1.8 monospace}}
svg{{width:60mm;height:60mm}}</style>
<h1>信标取值单</h1><p>drand quicknet 第 {number} 轮</p>
<p>在抽取的“录入来源取值”页用扫码枪扫下面的二维码，或照着录入签名（空格可有可无）。系统自己验证签名，不信任来路。</p>
{code}<p><code>{groups}</code></p><p>随机数 <code>{randomness}</code></p></html>
"""


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 done, 1 refused, 2 wrong usage."""
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
        if (options.answer is None) != (options.sheet is None):
            parser.error("--answer and --sheet go together")
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        number = options.round if options.round is not None else _round_at(options.t0)
        if options.answer is None:
            _say_where(number)
        else:
            _carry(number, options.answer, options.sheet)
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onevisit beacon", description="Carry a beacon's value.", allow_abbrev=False)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--round", type=int, metavar="N")
    which.add_argument("--t0", metavar="TIME", help="the draw's T0, e.g. 2026-12-01T15:00:00+08:00")
    parser.add_argument("--answer", type=Path, help="what a relay answered for the round, saved as it came")
    parser.add_argument("--sheet", type=Path, metavar="HTML", help="where to write the sheet with the QR code")
    return parser


def _round_at(moment: str) -> int:
    return sources.round_at(chain=QUICKNET, at=grammar.unix(grammar.moment(moment, "--t0")))


def _say_where(number: int) -> None:
    print(number)
    for relay in RELAYS:
        print(f"{relay}/{QUICKNET.chain_hash}/public/{number}")


def _carry(number: int, answer: Path, sheet: Path) -> None:
    """Write the sheet of a signature that signs the round; another one is refused and nothing is written."""
    found = _SIGNATURE.search(read(answer, most=MOST_BYTES).decode("utf-8", "replace").lower())
    if found is None:
        raise Refused("E_SOURCE_VALUE", f"{answer.name} holds no signature of 96 hex digits")
    signature = found.group()
    randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    beacon.verify_round(chain=QUICKNET, round_number=number, signature=signature, randomness=randomness)
    groups = " ".join(signature[start : start + 4] for start in range(0, len(signature), 4))
    drawing = io.BytesIO()
    segno.make(signature.upper(), error="m", micro=False).save(drawing, kind="svg", xmldecl=False, scale=4)
    page = _SHEET.format(number=number, code=drawing.getvalue().decode(), groups=escape(groups), randomness=randomness)
    try:
        sheet.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Refused("E_FILE", f"{sheet.name} cannot be written") from error
    print(signature)
