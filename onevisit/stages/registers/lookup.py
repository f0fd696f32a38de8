"""One inspection target by its code, for pages that name it exactly."""

from onevisit.stages.registers.models import InspectionTarget

__all__ = ["InspectionTarget", "by_code"]


def by_code(code: str) -> InspectionTarget | None:
    """Return the target with this object id, or with this unified code in any case of letters."""
    text = code.strip()
    if not text:
        return None
    exact = InspectionTarget.objects.filter(object_id=text).first()
    return exact or InspectionTarget.objects.filter(uscc=text.upper()).first()
