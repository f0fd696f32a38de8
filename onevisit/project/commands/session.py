"""A database for the time of one command: the running copy's, or one started for the command and stopped after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from onevisit.project import connections
from onevisit.project import environment as env
from onevisit.project.connections import Connections
from onevisit.project.launcher import lock
from onevisit.project.launcher.failures import CannotStart
from onevisit.project.launcher.processes import Place
from onevisit.project.launcher.up import prepared


@contextmanager
def opened() -> Iterator[Place]:
    """Yield where this copy runs, with a database that answers.

    Raises:
        CannotStart: there is no data folder that can be used, or the database does not start.
    """
    var = env.folder("VAR")
    known = connections.load(var=var)
    if lock.holder(var=var) is not None and known.application:
        urls = Connections(owner=env.text("DATABASE_URL") or known.owner, application=known.application)
        yield Place(
            var=var,
            host=env.text("ONEVISIT_HOST"),
            port=env.number("PORT"),
            connections=urls,
            is_demo=env.flag("ONEVISIT_DEMO"),
        )
        return
    with prepared(needs_port=False) as (place, _server):
        yield place


def owner(place: Place) -> str:
    """Return the owner's URL.

    Raises:
        CannotStart: an outside database's owner is not written down; the operator gives it in DATABASE_URL.
    """
    if not place.connections.owner:
        raise CannotStart("the owner of the outside database is not known here", remedy="set DATABASE_URL to its URL")
    return place.connections.owner
