"""How the objects of a draw are counted: 户 are businesses, and places, products and conduct have words of their own.

Ids say what they are: that of a business is its code, others begin with their type (draw-protocol.md, section 2).
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OF_BUSINESSES = ""
WORDS = {
    OF_BUSINESSES: gettext_lazy("户"),
    "site": gettext_lazy("处"),
    "prod": gettext_lazy("种"),
    "act": gettext_lazy("项"),
}


def type_of(object_id: str) -> str:
    """Return the type of an object's id, empty for a business."""
    return object_id.partition(":")[0] if ":" in object_id else OF_BUSINESSES


def unit_of(types: Iterable[str]) -> str:
    """Return the measure word of objects of these types; of several types, or of another, it is 个."""
    found = set(types)
    if not found:
        return str(WORDS[OF_BUSINESSES])
    return str(WORDS.get(found.pop(), _("个"))) if len(found) == 1 else _("个")


def unit_of_ids(object_ids: Iterable[str]) -> str:
    """Return the measure word of some objects by their ids."""
    return unit_of(type_of(one) for one in object_ids)
