"""所: the station that looks after a target, and that an inspector serves in, by the name that the registers carry."""

import hashlib

from onevisit.stages.registers.models import InspectionTarget, Inspector


def key_of(station: str) -> str:
    """Return the mark of a station in strata and pools, whose names are ASCII; empty where none is registered."""
    return f"Z{hashlib.sha256(station.encode()).hexdigest()[:10].upper()}" if station else ""


def name_of(key: str, *, region: str) -> str:
    """Return the name of a station of a district by its mark, the mark itself where no register knows it any more."""
    serving = Inspector.objects.exclude(station="").values_list("station", flat=True)
    targets = InspectionTarget.objects.filter(region_code=region).exclude(station="")
    for names in (serving.order_by().distinct(), targets.order_by().values_list("station", flat=True).distinct()):
        if found := next((name for name in names if key_of(name) == key), ""):
            return found
    return key
