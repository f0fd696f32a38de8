"""A frame is sieved by one process where the system gives no memory that processes share."""

import hashlib
import os
import sys

import pytest

from onevisit.core.draw.sieve import sieve
from onevisit.stages.draws.computing import sieving


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it lies in a file")
def test_a_refused_memory_costs_time_and_no_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_name: str) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "memfd_create", refused)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    data = b"".join(b"91350200XMDM%06d|A\n" % number for number in range(120_000))
    asked = {"data": data, "prefix": b"srd1|obj|" + hashlib.sha256(b"seed").hexdigest().encode() + b"|"}

    found = sieving.sieve_in_processes(**asked, bound=b"\x02" + b"\xff" * 31)

    assert len(data) > 2 * sieving.LEAST_BYTES
    assert found
    assert found == sieve(**asked, bound=b"\x02" + b"\xff" * 31)
