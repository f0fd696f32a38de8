"""One inspection target by its code, for pages that name it exactly."""

from onevisit.stages.registers.models import InspectionTarget

__all__ = ["InspectionTarget", "by_code"]


def by_code(code: str) -> InspectionTarget | None:
    """Return the target with this object id, or with this unified code in any case of letters.

    A record that was merged leads to the one that stays.
    """
    text = code.strip()
    if not text:
        return None
    rows = InspectionTarget.objects.select_related("merged_into")
    found = rows.filter(object_id=text).first() or rows.filter(uscc=text.upper(), merged_into__isnull=True).first()
    return found.merged_into or found if found else None
