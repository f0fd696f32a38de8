"""Source values as people type or carry them in: read strictly, compared by parts, held against the declaration."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json, Parsed
from onevisit.core.draw import sources
from onevisit.core.refusals import Refused
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sentences import sentence_of
from onevisit.stages.draws.sources.declaring import CEREMONY, CLOSE, DRAND, LABELS

_NUMBER = re.compile(r"[0-9]+")
_BALLS = re.compile(r"[0-9]{1,2}([\s,，+＋|-]+[0-9]{1,2})*")
_CLOSE = re.compile(r"[1-9][0-9]{0,5}\.[0-9]{2}")
_SIGNATURE = re.compile(r"(?<![0-9a-f])[0-9a-f]{96}(?![0-9a-f])")


def read(*, declared: Mapping[str, Json], text: str) -> str:
    """Return what was typed in its one written form, refused when it is no value of this source."""
    type_ = str(declared["type"])
    if type_ == CEREMONY:
        return _digits(text, length=int(str(declared["length"])))
    if type_ == CLOSE:
        given = text.strip().replace(",", "")
        if not _CLOSE.fullmatch(given):
            raise DrawRefused(message=_("请录入收盘点位，小数点后两位，如 3021.45。"), field="digits")
        return given
    if type_ == "cwl-kl8":
        return ",".join(f"{ball:02d}" for ball in _balls(text, count=20, highest=80))
    return _ssq(text)


def parts_of(*, type_: str, written: str) -> list[str]:
    """Cut a written value into the parts by which a difference is named: digits, or balls."""
    return list(written) if type_ in (CEREMONY, CLOSE) else re.split(r"[,+]", written)


def typed(
    *, declared: Mapping[str, Json], written: str, evidence_sha256: str, typists: Sequence[str]
) -> dict[str, Json]:
    """Write the value of a source that two people typed alike.

    Raises:
        DrawRefused: the protocol refuses it.
    """
    value: dict[str, Json] = {key: given for key, given in declared.items() if key != "length"}
    type_ = str(declared["type"])
    if type_ == CEREMONY:
        value["digits"] = written
    elif type_ == CLOSE:
        value["close"] = written
    elif type_ == "cwl-kl8":
        value["numbers"] = [int(ball) for ball in written.split(",")]
    else:
        red, _plus, blue = written.partition("+")
        value["red"], value["blue"] = [int(ball) for ball in red.split(",")], int(blue)
    names: list[Json] = list(typists)
    return _checked(declared, {**value, "evidence_sha256": evidence_sha256, "typed_by": names})


def beacon(*, declared: Mapping[str, Json], text: str) -> dict[str, Json]:
    """Write the value of the declared drand round from its signature, in whatever paper, page or QR it came.

    The signature proves itself: nobody needs to be trusted for having carried it.

    Raises:
        DrawRefused: there is no signature in it, or it does not sign the declared round.
    """
    if declared["type"] != DRAND:
        raise ValueError("only the beacon's value proves itself")
    given = text.strip().lower()
    found = _SIGNATURE.search(given) or _SIGNATURE.search("".join(given.split()))  # on paper it stands in groups
    if found is None:
        raise DrawRefused(message=_("没有找到信标签名（96 位十六进制）。请粘贴或扫描整段内容。"), field="signature")
    signature = found.group()
    randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    return _checked(declared, {**declared, "signature": signature, "randomness": randomness})


def line_of(value: Mapping[str, Json]) -> str:
    """Return the line that a value puts into the seed."""
    return sources.source_line(value=sources.read_value(_parsed(value), "value"))


def _parsed(value: Mapping[str, Json]) -> Parsed:
    """Return a value as everybody else will read it from the file."""
    return canonical.parse(data=canonical.encode(value=dict(value)))


def _checked(declared: Mapping[str, Json], value: dict[str, Json]) -> dict[str, Json]:
    """Hold a value against its declaration as everybody's verifier will."""
    try:
        sources.source_lines(
            declared=(sources.read_declared(_parsed(declared), "declared"),),
            values=(sources.read_value(_parsed(value), "value"),),
        )
    except Refused as refused:
        words = {
            "E_SIGNATURE": _("签名验证不通过：不是第 %(round)s 轮信标的签名。") % {"round": declared.get("round", "")},
            "E_TYPISTS": _("须由两个不同的人录入。"),
        }
        message = words.get(refused.code) or sentence_of(refused)
        raise DrawRefused(message=message, field="signature", code=refused.code) from refused
    return value


def _digits(text: str, *, length: int) -> str:
    given = text.replace(" ", "")
    if not given.isascii() or not _NUMBER.fullmatch(given) or len(given) != length:
        raise DrawRefused(message=_("请录入 %(n)s 位数字。") % {"n": length}, field="digits")
    return given


def _numbers(text: str, *, count: int, label: str) -> list[int]:
    given = text.strip()
    found = [int(ball) for ball in _NUMBER.findall(given)] if given.isascii() or _BALLS.fullmatch(given) else []
    if len(found) != count or not _BALLS.fullmatch(given):
        raise DrawRefused(
            message=_("%(name)s应为 %(n)s 个号码，用空格分开。") % {"name": label, "n": count}, field="digits"
        )
    return found


def _balls(text: str, *, count: int, highest: int) -> list[int]:
    found = sorted(_numbers(text, count=count, label=str(LABELS["cwl-kl8"])))
    if len(set(found)) != count or found[0] < 1 or found[-1] > highest:
        raise DrawRefused(
            message=_("应为 1 至 %(highest)s 之间 %(n)s 个不同的号码。") % {"highest": highest, "n": count},
            field="digits",
        )
    return found


def _ssq(text: str) -> str:
    *red, blue = _numbers(text, count=7, label=str(LABELS["cwl-ssq"]))
    if len(set(red)) != 6 or min(red) < 1 or max(red) > 33 or not 1 <= blue <= 16:
        raise DrawRefused(message=_("双色球应为 6 个 1 至 33 的不同红球，最后一个是 1 至 16 的蓝球。"), field="digits")
    return f"{','.join(f'{ball:02d}' for ball in sorted(red))}+{blue:02d}"
