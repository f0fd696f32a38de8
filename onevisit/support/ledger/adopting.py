"""Adopt a policy file: whose cosignatures make a quorum. Each version is an entry, and a change announces itself."""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core.merkle import note
from onevisit.core.merkle.policy import Policy, parse_policy
from onevisit.core.refusals import Refused
from onevisit.support.ledger import payloads, services
from onevisit.support.ledger.events import PolicyAdopted
from onevisit.support.ledger.models import LedgerIdentity, LedgerPolicy, LedgerWitness

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor

NOTICE = timedelta(days=30)


class PolicyRefused(Exception):
    """A policy file that cannot rule this ledger."""

    code = "policy_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def adopt(
    *, data: bytes, own: tuple[str, ...] = (), lodge: tuple[str, ...] = (), actor: "Actor", at: datetime
) -> LedgerPolicy:
    """Adopt a policy file; the first one rules at once, a change after 30 days and once old and new have cosigned it.

    Args:
        own: names of witnesses that the organiser or the log's operator runs; they make no quorum safe.
        lodge: names of witnesses from outside with which the files of each freeze are lodged; one is enough.

    Raises:
        PolicyRefused: the file is malformed, names another log, lets two quorums meet in nobody from outside, or asks
            for no witness after a version that asked for some.
    """
    found = _read(data)
    _check_log(found)
    _check_strength(found, own=own)
    _check_lodgers(found, own=own, lodge=lodge)
    latest = LedgerPolicy.objects.order_by("-version").first()
    if latest and at < latest.effective_at:
        raise PolicyRefused(_("第 %(n)s 版策略尚未生效，不能再改。") % {"n": latest.version})
    digest = sha256(data).hexdigest()
    if LedgerPolicy.objects.filter(digest=digest).exists():
        raise PolicyRefused(_("这份策略已经登记过。请改动后再提交。"))
    _register(found, own=own)
    version, effective_at = (latest.version + 1, at + NOTICE) if latest else (1, at)
    event = PolicyAdopted(
        subject=str(version),
        version=version,
        digest=digest,
        own=own,
        effective_at=payloads.moment(effective_at),
        lodge=lodge,
    )
    entry = services.append(event, actor=actor, at=at)
    return LedgerPolicy.objects.create(
        version=version,
        text=data.decode(),
        digest=digest,
        own=list(own),
        lodge=list(lodge),
        entry=entry,
        adopted_at=at,
        effective_at=effective_at,
    )


def _read(data: bytes) -> Policy:
    try:
        data.decode()
        return parse_policy(data=data)
    except Refused as refused:
        raise PolicyRefused(_("策略文件不合格式：%(detail)s。") % {"detail": refused.detail}) from refused
    except UnicodeDecodeError as error:
        raise PolicyRefused(_("策略文件不是 UTF-8。")) from error


def _check_log(found: Policy) -> None:
    identity = LedgerIdentity.objects.first()
    if identity is None:
        raise PolicyRefused(_("台账还没有启动过，没有公钥。请先运行 manage.py sequencer。"))
    if identity.vkey not in {note.encode_vkey(key=key) for key in found.logs}:
        raise PolicyRefused(_("策略文件没有写本台账的公钥：log %(vkey)s") % {"vkey": identity.vkey})


def _check_strength(found: Policy, *, own: tuple[str, ...]) -> None:
    names = {witness.name.decode() for witness in found.witnesses}
    if unknown := sorted(set(own) - names):
        raise PolicyRefused(_("策略文件里没有这个见证：%(names)s") % {"names": "、".join(unknown)})
    if found.is_unwitnessed:
        _check_never_witnessed()
        return
    try:
        is_strong = found.shares_outsider(own=frozenset(name.encode() for name in own))
    except Refused as refused:
        raise PolicyRefused(_("策略文件不合格式：%(detail)s。") % {"detail": refused.detail}) from refused
    if not is_strong:
        raise PolicyRefused(
            _("任意两个法定组合须至少共有一家组织方以外的见证，否则台账可以给两边看两本账。请提高门槛或增加见证单位。")
        )


def _check_never_witnessed() -> None:
    """Refuse to go back to `quorum none`: what two witnesses had to see would count unseen."""
    texts = LedgerPolicy.objects.values_list("text", flat=True)
    if not all(parse_policy(data=text.encode()).is_unwitnessed for text in texts):
        raise PolicyRefused(
            _("已有见证策略登记在案，不能改回 quorum none（无须见证）。见证单位退出的，请登记换了见证单位的新策略。")
        )


def _check_lodgers(found: Policy, *, own: tuple[str, ...], lodge: tuple[str, ...]) -> None:
    """What is lodged must reach somebody from outside, over a line that the log has and nobody else reads."""
    urls = {witness.name.decode(): witness.url for witness in found.witnesses}
    if unknown := sorted(set(lodge) - urls.keys()):
        raise PolicyRefused(_("策略文件里没有这个见证：%(names)s") % {"names": "、".join(unknown)})
    if inside := sorted(set(lodge) & set(own)):
        raise PolicyRefused(_("寄存须在组织方以外：%(names)s 是组织方自己的见证。") % {"names": "、".join(inside)})
    if silent := sorted(name for name in lodge if not urls[name]):
        raise PolicyRefused(_("策略文件没有写 %(names)s 的访问地址，无法寄存。") % {"names": "、".join(silent)})
    if clear := sorted(name for name in lodge if not _is_private(urls[name])):
        raise PolicyRefused(
            _("名单在 T0 以前不能明文传输：%(names)s 的访问地址须是 https（本机地址除外）。")
            % {"names": "、".join(clear)}
        )
    if lodge and found.is_unwitnessed:
        raise PolicyRefused(_("不设法定数（quorum none）的策略不能指定寄存：没有见证，承诺不等任何人。"))


def _is_private(url: str) -> bool:
    """Tell whether nobody on the way can read what is sent to an address: it is encrypted, or stays on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return host != ""
        return parts.scheme == "http" and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:  # neither an address that can be read nor one of this machine
        return False


def _register(found: Policy, *, own: tuple[str, ...]) -> None:
    """Let the cosignatures of the named witnesses be stored; a name never changes its key."""
    for witness in found.witnesses:
        name, vkey = witness.name.decode(), note.encode_vkey(key=witness.key)
        row = LedgerWitness.objects.filter(name=name).first()
        clash = LedgerWitness.objects.filter(vkey=vkey).exclude(name=name).exists()
        if clash or (row and row.vkey != vkey):
            raise PolicyRefused(_("见证 %(name)s 换了公钥或公钥换了名称。换钥请用新名称登记。") % {"name": name})
        row = row or LedgerWitness(name=name, vkey=vkey)
        row.url, row.is_own = witness.url, name in own
        row.save()
