"""Whether the items of an offer keep a valid legal basis on its dates (the law on the day of the act counts)."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.plans import selectors as plans


def words_of(cluster_id: UUID) -> list[str]:
    """Return the distinct bases of a cluster's items in the order of the items."""
    words = [str(basis["words"]) for item in plans.items_of(cluster_id) for basis in item.bases]
    return list(dict.fromkeys(words))


def ended(cluster_id: UUID, *, starts_on: date, ends_on: date) -> list[tuple[str, str]]:
    """Return title and last day of the items that have no basis for the whole time between two days."""
    found = []
    for item in plans.items_of(cluster_id):
        covers = [
            basis
            for basis in item.bases
            if str(basis["valid_from"]) <= starts_on.isoformat()
            and (not basis["valid_to"] or str(basis["valid_to"]) >= ends_on.isoformat())
        ]
        if not covers:
            found.append((item.title, max((str(basis["valid_to"]) for basis in item.bases), default="")))
    return found


def check(cluster_id: UUID, *, starts_on: date, ends_on: date) -> None:
    """Refuse dates on which an item has no valid basis.

    Raises:
        OfferRefused: names the item, the day and the end of its last version.
    """
    for title, last in ended(cluster_id, starts_on=starts_on, ends_on=ends_on):
        raise OfferRefused(
            message=_("事项“%(title)s”在 %(day)s 没有有效的法律依据，不能列入。上一版于 %(last)s 失效。")
            % {"title": title, "day": ends_on.isoformat(), "last": last or "—"},
            field="ends_on",
            code="basis.none",
        )
