"""Witnesses that lodge, without processes: the judge and the key of the real one, its folder in a temporary place."""

from pathlib import Path

from onevisit.core.merkle import note
from onevisit.core.merkle.note import KeyType
from onevisit.stages.draws.lodged.lodging_errand import LodgingErrand
from onevisit.support.ledger import adopting
from onevisit.support.ledger.cosigning import Answer
from onevisit.support.ledger.models import LedgerIdentity
from onevisit.witness import folder as folders
from onevisit.witness.judging import WitnessRefused
from onevisit.witness.service import Witness
from tests.cast import AT
from tests.support.ledger.conftest import LIN

NOW = 1_794_000_000


class Lodgers:
    """Some witnesses of a policy that asks for all, Chinese names too; the first `lodge` of them lodge."""

    def __init__(self, place: Path, *names: str, lodge: int = 1, own: str = "") -> None:
        self.folders = {name: place / name for name in names}
        log = LedgerIdentity.objects.get().vkey
        lines = [f"log {log}"]
        for name, folder in self.folders.items():
            key = folders.make(folder=folder, name=f"{name}.example/witness")
            folders.watch(folder=folder, vkey=log)
            lines.append(f"witness {name} {key.vkey} https://{_host(name)}.example/")
        lines += [f"group main {len(names)} {' '.join(names)}", "quorum main", ""]
        text = "\n".join(lines).encode()
        own_names = (own,) if own else ()
        adopting.adopt(data=text, own=own_names, lodge=names[:lodge], actor=LIN, at=AT.replace(year=AT.year - 1))
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.packages: list[bytes] = []
        self.seconds = [0.0]

    def key(self, name: str) -> note.Key:
        vkey = folders.load_key(folder=self.folders[name]).vkey
        return note.parse_vkey(text=vkey, kind=KeyType.COSIGNATURE)

    def ask(self, url: str, data: bytes) -> Answer:
        name = next(name for name in self.folders if url.startswith(f"https://{_host(name)}.example/"))
        self.asked.append(name)
        if name in self.answers:
            return self.answers[name]
        self.packages.append(data)
        witness = Witness(folder=self.folders[name], clock=lambda: NOW, say=lambda _words: None)
        try:
            return Answer(200, witness.lodge(receive=lambda file: _write(file, data)).decode())
        except WitnessRefused as refused:
            return Answer(refused.status, refused.body)

    def errand(self) -> LodgingErrand:
        return LodgingErrand(ask=self.ask, seconds=lambda: self.seconds[0])


def _host(name: str) -> str:
    return name if name.isascii() else name.encode().hex()


def _write(file: object, data: bytes) -> None:
    file.write(data)  # type: ignore[attr-defined]  # a binary file
