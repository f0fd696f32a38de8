"""Make the demo's witnesses: two or three folders on this machine, and a policy that asks for all
of them and lodges each freeze with the first."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from onevisit.project.launcher.preflight import free_port
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import adopting, selectors, sequencer
from onevisit.support.ledger.signer import SignerRefused
from onevisit.witness import folder as folders
from onevisit.witness.folder import FolderRefused

NAMES = {"audit": "市审计局", "discipline": "市纪委监委", "notary": "鹭江公证处"}


class Command(BaseCommand):
    """One line a witness: its folder and its port. Whoever runs every witness himself proves nothing: a demo only."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, choices=range(2, len(NAMES) + 1))

    def handle(self, *_args: Any, count: int, **_options: Any) -> None:
        try:
            if not selectors.policy_versions().exists():
                self._adopt(dict(list(NAMES.items())[:count]))
        except (SignerRefused, adopting.PolicyRefused) as refused:
            raise CommandError(refused.message) from refused
        except FolderRefused as refused:
            raise CommandError(str(refused)) from refused
        ports = {row.name: urlsplit(row.url).port for row in selectors.witnesses()}
        for folder, name in NAMES.items():
            if name in ports and (self._root() / folder).exists():
                self.stdout.write(f"{self._root() / folder}\t{ports[name]}")

    def _adopt(self, names: dict[str, str]) -> None:
        signer = sequencer.open_signer(folder=settings.KEYS, origin=settings.LEDGER_ORIGIN)
        log = selectors.standing().vkey
        assert signer.key.name in log
        lines, taken = [f"log {log}"], set[int]()
        for folder, name in names.items():
            key = folders.make(folder=self._root() / folder, name=name)
            folders.watch(folder=self._root() / folder, vkey=log)
            port = next(found for found in iter(free_port, None) if found not in taken)
            taken.add(port)
            lines.append(f"witness {name} {key.vkey} http://127.0.0.1:{port}/")
        lines += [f"group quorum all {' '.join(names.values())}", "quorum quorum"]
        lodge = (next(iter(names.values())),)
        adopting.adopt(data=("\n".join(lines) + "\n").encode(), lodge=lodge, actor=SYSTEM, at=clock.now())

    def _root(self) -> Path:
        return Path(settings.VAR) / "witnesses"
