"""Names of the regions of the city, read from its own organs, so that another city needs no code (R16)."""

from os.path import commonprefix

from onevisit.support.identity.models import Department, Level


def districts() -> list[tuple[str, str]]:
    """Return code and name of each district: what the short names of its organs begin with."""
    names: dict[str, list[str]] = {}
    organs = Department.objects.filter(level=Level.DISTRICT, valid_to__isnull=True).order_by("region_code")
    for code, name in organs.values_list("region_code", "short_name"):
        names.setdefault(code, []).append(name)
    return [(code, commonprefix(found) if len(found) > 1 else found[0]) for code, found in names.items()]
