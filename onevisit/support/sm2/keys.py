"""The operator's SM2 key: made, read, and signing. The arithmetic with the secret is the library's (GmSSL)."""

import os
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from django.conf import settings

from onevisit.core import sm2, sm2_files
from onevisit.core.sm2_files import KeyPair, NotSm2

OPEN_TO_OTHERS = 0o077
LIBRARY = "gmssl-pyx"


class KeyRefused(Exception):
    """A key that cannot be used: what is wrong, and what to do about it."""

    code = "sm2_key_refused"

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.message = f"{problem} - {remedy}"


class PrivateKey:
    """Signs with SM3 and the usual id of the signer."""

    def __init__(self, *, pair: KeyPair) -> None:
        self._pair = pair

    @property
    def public(self) -> bytes:
        """Return x ‖ y."""
        return self._pair.public

    def sign(self, message: bytes) -> bytes:
        """Return r ‖ s over the message.

        Raises:
            KeyRefused: the library is not installed on this machine.
        """
        der = _library().sm2_sign(self._pair.private, self._pair.public, message, sm2.SIGNER)
        return sm2_files.decode_signature(data=der)


def configured() -> PrivateKey | None:
    """Return the key that ONEVISIT_SM2_KEY names, or nothing when none is set.

    Raises:
        KeyRefused: it cannot be used.
    """
    return _kept(settings.SM2_KEY) if settings.SM2_KEY else None


def make(path: Path) -> PrivateKey:
    """Make a key in a new file that only its owner reads.

    Raises:
        KeyRefused: the file exists, cannot be written, or the library is missing.
    """
    public, private = _library().sm2_key_generate()
    pair = KeyPair(private=private, public=public)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyRefused(
            f"{path} exists already", remedy="keep it, or name another file: no key is written over"
        ) from error
    except OSError as error:
        raise KeyRefused(
            f"{path} cannot be written ({error.strerror})", remedy="name a file in another folder"
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(sm2_files.write_pair(pair=pair))
    return PrivateKey(pair=pair)


def read(path: Path) -> PrivateKey:
    """Read a key file, and let the key prove that its two halves belong together.

    Raises:
        KeyRefused: others can read it, it is no SM2 key, or the library is missing.
    """
    try:
        with path.open("rb") as file:
            mode, data = os.fstat(file.fileno()).st_mode, file.read(sm2_files.MOST_KEY_BYTES + 1)
    except OSError as error:
        remedy = "`onevisit sm2 keygen FILE` makes a key; set ONEVISIT_SM2_KEY to its file, or to nothing"
        raise KeyRefused(f"the SM2 key {path} cannot be read ({error.strerror})", remedy=remedy) from error
    if mode & OPEN_TO_OTHERS:
        raise KeyRefused(f"others can read the SM2 key {path}", remedy=f"chmod 600 {path}")
    try:
        key = PrivateKey(pair=sm2_files.read_pair(data=data))
    except NotSm2 as error:
        remedy = f"`openssl pkey -in {path} -out NEW.pem` writes the form that is read, `onevisit sm2 keygen` a new key"
        raise KeyRefused(f"the SM2 key {path} cannot be used: {error}", remedy=remedy) from error
    if not sm2.is_signed(public_key=key.public, message=b"probe", signature=key.sign(b"probe")):
        remedy = "take the file from its backup, or make a new key with `onevisit sm2 keygen`"
        raise KeyRefused(f"the public half in the SM2 key {path} is not that of the private one", remedy=remedy)
    return key


def is_signed(*, public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Check r ‖ s with the library, five times faster than the core, which agrees with it in a test."""
    if len(signature) != 2 * sm2.SIZE or not sm2.is_public_key(public_key):
        return False
    try:
        library = _library()
    except KeyRefused:
        return sm2.is_signed(public_key=public_key, message=message, signature=signature)
    return bool(library.sm2_verify(public_key, message, sm2_files.encode_signature(raw=signature), sm2.SIGNER))


@lru_cache(maxsize=4)
def _kept(path: str) -> PrivateKey:
    return read(Path(path).expanduser())


def _library() -> ModuleType:
    try:
        import gmssl_pyx
    except ImportError as error:
        remedy = f"pip install {LIBRARY} (needs a C compiler on machines other than x86_64), or unset ONEVISIT_SM2_KEY"
        raise KeyRefused(f"{LIBRARY}, which signs with SM2, is not installed here", remedy=remedy) from error
    return gmssl_pyx
