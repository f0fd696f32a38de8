"""Names of the regions of the city, read from its own organs, so that another city needs no code (R16)."""

from onevisit.support.identity.models import Department, Level


def districts() -> list[tuple[str, str]]:
    """Return code and name of each district: what the short names of its organs begin with."""
    names: dict[str, list[str]] = {}
    organs = Department.objects.filter(level=Level.DISTRICT, valid_to__isnull=True).order_by("region_code")
    for code, name in organs.values_list("region_code", "short_name"):
        names.setdefault(code, []).append(name)
    return [(code, _beginning(found)) for code, found in names.items()]


def _beginning(names: list[str]) -> str:
    """Return what all names begin with, character by character; the whole name where there is only one."""
    first, *others = names
    if not others:
        return first
    length = len(first)
    while not all(other.startswith(first[:length]) for other in others):
        length -= 1
    return first[:length]
