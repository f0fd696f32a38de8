"""Gives a command its database: the operator's outside server, or the embedded one for as long as it is needed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from onevisit.project import connections
from onevisit.project.connections import Connections
from onevisit.project.launcher import binaries
from onevisit.project.launcher.children import Child
from onevisit.project.launcher.cluster import Cluster
from onevisit.project.launcher.failures import CannotStart


@contextmanager
def running(*, var: Path, named: str) -> Iterator[tuple[Connections, Child | None]]:
    """Yield the URLs of both roles and, for the embedded server, its process."""
    outside = os.environ.get("DATABASE_URL", "")
    if outside:
        yield _outside(outside, var=var), None
        return
    cluster = Cluster(var=var, named=named)
    try:
        yield cluster.start(), cluster.child
    finally:
        cluster.stop()


def check(url: str) -> None:
    """Refuse a server that cannot be reached, is too old, or does not keep UTF-8.

    Raises:
        CannotStart: with what the server said.
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
            row = connection.execute("SHOW server_encoding").fetchone()
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[-1]
        raise CannotStart(
            f"the database of DATABASE_URL cannot be used: {said}", remedy="check address, name, role and password"
        ) from error
    if version < binaries.OLDEST:
        raise CannotStart(
            f"the server of DATABASE_URL is PostgreSQL {version}",
            remedy=f"use version {binaries.OLDEST} or later, or unset DATABASE_URL to take the bundled server",
        )
    if row is None or row[0] != "UTF8":
        raise CannotStart("the database of DATABASE_URL is not in UTF8", remedy="create it with ENCODING 'UTF8'")


def _outside(owner: str, *, var: Path) -> Connections:
    check(owner)
    made = Connections(owner=owner, application=connections.for_application(owner, var=var))
    connections.save(Connections(owner="", application=made.application), var=var)
    return made
