"""Named filters of a person on a list."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onevisit.support.identity.actors import Actor
from onevisit.web.ui.models import SavedFilter

LIMIT = 20


class FilterRefused(Exception):
    """The filter cannot be kept."""

    code = "saved_filter"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def of(actor: Actor, listing: str) -> QuerySet[SavedFilter]:
    """Return the actor's own filters on a list."""
    if actor.officer_id is None:
        return SavedFilter.objects.none()
    return SavedFilter.objects.filter(officer_id=actor.officer_id, listing=listing)


def save(*, listing: str, name: str, query: str, actor: Actor, at: datetime) -> SavedFilter:
    """Keep the conditions of a list under a name; the same name replaces the older one.

    Raises:
        FilterRefused: no name, nothing to keep, no officer, or too many already.
    """
    name = name.strip()
    if actor.officer_id is None or not name or len(name) > 30:
        raise FilterRefused(_("请给这组条件起一个 30 字以内的名称。"))
    if not query or len(query) > 1000:
        raise FilterRefused(_("当前没有可保存的条件，请先查询。"))
    if of(actor, listing).exclude(name=name).count() >= LIMIT:
        raise FilterRefused(_("已保存 20 组条件，请先删除不用的。"))
    kept, _made = SavedFilter.objects.update_or_create(
        officer_id=actor.officer_id, listing=listing, name=name, defaults={"query": query, "created_at": at}
    )
    return kept


def delete(*, kept: SavedFilter) -> None:
    """Forget a filter; it is a convenience of its owner and no record."""
    kept.delete()
