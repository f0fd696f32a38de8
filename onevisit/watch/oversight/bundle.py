"""证明包: the acts of a trace with what shows, without this system, that none was changed or slipped in later."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.support.identity import trails
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.ledger.tree import StoredTree
from onevisit.watch.oversight.models import SEE_ALL
from onevisit.watch.oversight.trace import Act, Trace

README = """责任追溯证明包
编号：{reference}
导出：{who}，{at}
留痕：{entries} 条，其中已入树 {placed} 条；检查点的树大小 {size}

里面有什么
  trace.json        各环节的经办行为、人员、身份、时间、依据，以及缺失的环节
  checkpoint.txt    台账的检查点：树的大小、树根和台账的签名
  policy.txt        台账的公钥和见证人
  entries/N.json    第 N 号留痕的原文（无权阅读的不附原文，只附其指纹）
  proofs/N.json     第 N 号留痕在检查点这棵树里的证明
  proofs/N.tlog-proof  同一内容的标准格式（C2SP tlog-proof），附签名

怎样核验（不需要联网，也不需要本系统；onevisit 是可单独安装的核验程序）
  1. 每一条都在树里：对每个 N 运行
       onevisit merkle verify-inclusion proofs/N.json
     显示 ok 即该条留痕在检查点之内；其中 root 应与 checkpoint.txt 第三行（Base64）相同，size 与第二行相同。
  2. 原文没有改动：对每个 N 计算
       (printf '\\0'; cat entries/N.json) | sha256sum
     应与 proofs/N.json 的 leaf_hash 相同。
  3. 文字没有改动：salt 的字节接上 [句子, 姓名, 身份] 的规范 JSON（RFC 8785）取 SHA-256，
     应与 entries/N.json 的 words 相同。
  4. 检查点没有换过：与公开页面 /open/checkpoints 或见证人保存的检查点比对，较大的树可用
       onevisit merkle verify-consistency consistency.json
     证明是同一棵树长出来的。
  5. 其中的抽取可以独立重算：在公开页面下载该次抽取的验证文件，运行
       onevisit verify receipt.json --frames frames --proofs proofs

尚未入树的留痕（记为“待排序”）没有证明，几秒后重新导出即可。
"""


@dataclass(frozen=True)
class Bundle:
    """The archive, how many acts it holds and the size of the tree that its proofs use."""

    content: bytes
    entries: int
    size: int


def make(*, trace: Trace, reference: str, actor: Actor, at: datetime) -> Bundle:
    """Put the archive together; all proofs are in the tree of one checkpoint, the newest."""
    acts = {act.entry_id: act for stage in trace.stages for act in stage.acts}
    checkpoint = ledger.latest_checkpoint()
    size = checkpoint.size if checkpoint else 0
    entries = {str(entry.pk): entry for entry in LedgerEntry.objects.select_related("words").filter(pk__in=list(acts))}
    readable = _readable(list(acts), actor)
    placed = {key: act for key, act in acts.items() if act.seq is not None and act.seq < size}
    told = README.format(
        reference=reference,
        who=actor.name,
        at=f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
        entries=len(acts),
        placed=len(placed),
        size=size,
    )
    files: dict[str, bytes] = {"README.txt": told.encode(), "trace.json": _trace(trace, entries, readable)}
    if checkpoint is not None:
        files["checkpoint.txt"] = ledger.checkpoint_note(size=size) or b""
        files["policy.txt"] = (ledger.policy_text(at=at) or "").encode()
        root = bytes(checkpoint.root).hex()
        for key, act in sorted(placed.items(), key=lambda item: item[1].seq or 0):
            files |= _proofs(entries[key], act=act, size=size, root=root, is_readable=key in readable)
    return Bundle(content=_zip(files, at=at), entries=len(acts), size=size)


def _readable(keys: list[str], actor: Actor) -> set[str]:
    """A department reads the words of its own acts and of public ones; of the others it gets the fingerprint."""
    if actor.holds(*SEE_ALL):
        return set(keys)
    return {str(key) for key in trails.visible_entries(actor).filter(pk__in=keys).values_list("pk", flat=True)}


def _proofs(entry: LedgerEntry, *, act: Act, size: int, root: str, is_readable: bool) -> dict[str, bytes]:
    assert act.seq is not None, "only placed acts have a proof"
    path = StoredTree().inclusion_proof(index=act.seq, size=size)
    statement = {
        "v": "srd1",
        "kind": "inclusion",
        "index": act.seq,
        "size": size,
        "leaf_hash": bytes(entry.leaf).hex(),
        "root": root,
        "proof": [one.hex() for one in path],
    }
    found = {f"proofs/{act.seq}.json": _json(statement)}
    if is_readable:
        found[f"entries/{act.seq}.json"] = bytes(entry.payload)
        if signed := ledger.proof_of(entry.pk):
            found[f"proofs/{act.seq}.tlog-proof"] = signed
    return found


def _trace(trace: Trace, entries: dict[str, LedgerEntry], readable: set[str]) -> bytes:
    stages = [
        {
            "stage": stage.label,
            "missing": list(stage.gaps),
            "acts": [_act(act, entries[act.entry_id], is_readable=act.entry_id in readable) for act in stage.acts],
        }
        for stage in trace.stages
    ]
    return _json({"stages": stages})


def _act(act: Act, entry: LedgerEntry, *, is_readable: bool) -> dict[str, object]:
    said: dict[str, object] = {
        "entry": act.entry_id,
        "number": act.seq,
        "event": act.event,
        "at": timezone.localtime(act.at).isoformat(timespec="seconds"),
        "sentence": act.sentence,
        "name": act.actor_name,
        "capacity": act.capacity,
        "law": act.law,
        "device": act.device,
    }
    words = getattr(entry, "words", None)
    if is_readable and words is not None:
        said["salt"] = bytes(words.salt).hex()
    if not is_readable:
        said["sentence"] = said["name"] = said["capacity"] = ""
    elif words is None:
        said["sentence"] = _("文字已依法删除，指纹仍在")
    return said


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _zip(files: dict[str, bytes], *, at: datetime) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            stamped = zipfile.ZipInfo(name, date_time=timezone.localtime(at).timetuple()[:6])
            stamped.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(stamped, content)
    return held.getvalue()
