"""`manage.py ledger <verb>`: verify the ledger, write its policy and proofs, keep its keys and rights."""

import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from onevisit.core import sm2_files
from onevisit.project import replay
from onevisit.support import clock, sm2
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import adopting, anchoring, payloads, quorum, selectors, sequencer, verification
from onevisit.support.ledger.models import LedgerAnchor, LedgerIdentity
from onevisit.support.ledger.signer import Memory, Signer, SignerRefused
from onevisit.support.sm2 import signers

EXIT_UNSOUND = 1


class Command(BaseCommand):
    """One word after `ledger` says what to do."""

    help = "Verify the ledger (exit 1 if anything was changed, is missing or was added); write policy and proofs."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="recompute leaves, tree, tiles, checkpoints and signatures")
        verify.add_argument("--sm2-key", type=Path, help="PEM file of the SM2 public key; else that of the key in use")
        verbs.add_parser("replay", help="compare every record with its entries and name what differs (exit 1)")
        policy = verbs.add_parser("policy", help="write the policy file in force, or adopt FILE as its next version")
        policy.add_argument("file", nargs="?", type=Path)
        policy.add_argument("--own", action="append", default=[], help="a witness that the organiser itself runs")
        policy.add_argument(
            "--lodge", action="append", default=[], help="a witness from outside that keeps the files of each freeze"
        )
        verbs.add_parser("checkpoint", help="write the latest signed checkpoint")
        proof = verbs.add_parser("proof", help="write the proof of one entry")
        proof.add_argument("entry", type=UUID)
        verbs.add_parser("adopt", help="let the signer remember the present tree, after it was verified")
        cosign = verbs.add_parser("cosign", help="store a witness's signature line under a checkpoint")
        cosign.add_argument("size", type=int)
        cosign.add_argument("line")

    def handle(self, *_args: Any, verb: str, **options: Any) -> None:
        try:
            getattr(self, f"_{verb}")(**options)
        except (SignerRefused, quorum.CosignatureRefused, adopting.PolicyRefused) as refused:
            raise CommandError(refused.message) from refused

    def _verify(self, *, sm2_key: Path | None, **_options: Any) -> None:
        keys = self._sm2_keys(sm2_key)
        report = verification.verify(memory=self._memory(), sm2_keys=keys)
        for fault in report.faults:
            self.stdout.write(f"{fault.kind}\t{fault.row}\t{fault.words}")
        self._say_anchors()
        if keys:
            self.stdout.write(f"国密签名（SM2）\t{report.checkpoints} 个检查点中 {report.sm2_signed} 个有，签名正确")
        counts = f"{report.size} 条，{report.checkpoints} 个检查点，{report.tiles} 个整块，待排号 {report.pending} 条"
        if not report.is_sound:
            self.stdout.write(f"留痕校验不通过：{len(report.faults)} 处不符（{counts}）")
            sys.exit(EXIT_UNSOUND)
        self.stdout.write(f"留痕校验通过：{counts}，根 {report.root}")

    def _replay(self, **_options: Any) -> None:
        found = list(replay.replay())
        for one in found:
            row = f"{one.record}\t{one.field}" if one.field else one.record
            self.stdout.write(f"{row}\t留痕：{one.entries_say}\t现为：{one.row_says}")
        if found:
            self.stdout.write(f"记录与留痕不符：{len(found)} 处")
            sys.exit(EXIT_UNSOUND)
        self.stdout.write("记录与留痕一致")

    def _say_anchors(self) -> None:
        """Check every time stamp again where the authority's root certificate is configured."""
        for anchor in LedgerAnchor.objects.select_related("checkpoint") if settings.TSA_ROOT else ():
            try:
                moment = anchoring.check(anchor=anchor, root=settings.TSA_ROOT)
                self.stdout.write(f"时间戳\t{anchor.checkpoint_id}\t{payloads.moment(moment)}")
            except anchoring.AnchorRefused as refused:
                raise CommandError(f"检查点 {anchor.checkpoint_id}：{refused.message}") from refused

    def _policy(self, *, file: Path | None, own: list[str], lodge: list[str], **_options: Any) -> None:
        if file is not None:
            self._adopt_policy(file, own, lodge)
            return
        self._write(selectors.policy_text(at=clock.now()), "台账还没有启动过，没有公钥。请先运行 manage.py sequencer。")

    def _adopt_policy(self, file: Path, own: list[str], lodge: list[str]) -> None:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} 读不出：{error.strerror}") from error
        version = adopting.adopt(data=data, own=tuple(own), lodge=tuple(lodge), actor=SYSTEM, at=clock.now())
        moment = payloads.moment(version.effective_at)
        self.stdout.write(f"已登记见证策略第 {version.version} 版，{moment} 起生效，指纹 {version.digest}")

    def _checkpoint(self, **_options: Any) -> None:
        latest = selectors.latest_checkpoint()
        found = selectors.checkpoint_note(size=latest.size) if latest else None
        self._write(found.decode() if found else None, "还没有检查点。请先运行 manage.py sequencer。")

    def _proof(self, *, entry: UUID, **_options: Any) -> None:
        found = selectors.proof_of(entry)
        self._write(found.decode() if found else None, "没有这条留痕，或者它还没有排号签名。")

    def _adopt(self, **_options: Any) -> None:
        report = verification.verify()
        if not report.is_sound:
            raise CommandError("留痕校验不通过，不能重新登记。请先运行 manage.py ledger verify 查明原因。")
        self._signer().remember(size=report.size, root=bytes.fromhex(report.root))
        self.stdout.write(f"已登记：{report.size} 条，根 {report.root}")

    def _cosign(self, *, size: int, line: str, **_options: Any) -> None:
        quorum.record_cosignature(size=size, line=line)
        self.stdout.write("联署已收下。")

    def _sm2_keys(self, file: Path | None) -> tuple[bytes, ...]:
        """Return the public keys whose lines are checked: the given ones, else all that have signed here."""
        try:
            if file is not None:
                return sm2_files.read_publics(data=file.read_bytes())
            return tuple(one.public for one in signers.published())
        except OSError as error:
            raise CommandError(f"{file} 读不出：{error.strerror}") from error
        except sm2_files.NotSm2 as error:
            raise CommandError(
                f"{file} 不是 SM2 公钥的 PEM 文件（{error}）。请用 onevisit sm2 public 取得。"
            ) from error
        except sm2.KeyRefused as refused:
            raise CommandError(f"国密密钥不能用：{refused.message}") from refused

    def _memory(self) -> Memory | None:
        return self._signer().memory if LedgerIdentity.objects.exists() else None

    def _signer(self) -> Signer:
        return sequencer.open_signer(folder=settings.KEYS, origin=settings.LEDGER_ORIGIN)

    def _write(self, text: str | None, missing: str) -> None:
        if text is None:
            raise CommandError(missing)
        self.stdout.write(text, ending="")
