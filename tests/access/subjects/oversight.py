"""Subjects of the verbs of 监督."""

from onevisit.watch.oversight.chain import Chain, chain_of
from tests import scenes
from tests.cast import Cast


def _chain(people: Cast) -> Chain:
    chain = chain_of(scenes.settled(people).number)
    assert chain is not None
    return chain


SUBJECTS = {"trace": _chain}
