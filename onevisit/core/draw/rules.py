"""The rules of a manifest and a roster that go beyond form."""

from collections.abc import Mapping, Sequence

from onevisit.core.draw import quotas, seeds, sources
from onevisit.core.draw.documents import Item, Manifest, Mode, PartyKey, Roster, Rule
from onevisit.core.refusals import Refused

COORDINATED = "obj"


def check_manifest(*, manifest: Manifest) -> None:
    """Refuse a manifest that breaks a rule of mode, items, quotas or sources."""
    check_items(manifest=manifest)
    sources.check_declared(declared=manifest.sources, t0=manifest.t0, used=())


def check_items(*, manifest: Manifest) -> None:
    """Refuse a manifest whose mode does not fit its keys, or whose items do not add up."""
    if (manifest.mode is Mode.SEALED) != bool(manifest.keys):
        raise Refused("E_MODE", "a sealed draw has keys and an open one has none")
    for item in manifest.items:
        _check_item(item)


def quotas_of(*, item: Item) -> dict[str, int]:
    """Compute what the rule of an item gives for its strata."""
    if item.rule is Rule.TOTAL:
        return quotas.by_total(total=item.total or 0, sizes={stratum.id: stratum.size for stratum in item.strata})
    return {
        stratum.id: quotas.by_rate(size=stratum.size, basis_points=stratum.basis_points or 0) for stratum in item.strata
    }


def check_roster(*, manifest: Manifest, roster: Roster | None) -> None:
    """Refuse a roster that is not the frozen one or names what does not exist."""
    if roster is None:
        if manifest.roster:
            raise Refused("E_ROSTER_MISSING", "the manifest declares a roster and none is given")
        return
    if not manifest.roster:
        raise Refused("E_ROSTER_EXTRA", "a roster is given and the manifest declares none")
    if roster.digest != manifest.roster:
        raise Refused("E_ROSTER_DIGEST", "the roster is not the one that was frozen")
    known = {officer.id for officer in roster.officers}
    for pool in roster.pools:
        _check_known(pool.officers, known, f"pool {pool.id}")
    _check_slots(manifest, roster)
    _check_known([recusal.officer for recusal in roster.recusals], known, "the recusals")


def check_keys(*, manifest: Manifest, keys: Sequence[PartyKey]) -> Mapping[str, str]:
    """Refuse keys that do not open the commitments of the manifest; return them by party."""
    given = {key.party: key.key for key in keys}
    for commitment in manifest.keys:
        if commitment.party not in given:
            raise Refused("E_KEY_MISSING", f"the key of {commitment.party} is missing")
    parties = {commitment.party for commitment in manifest.keys}
    for party in given:
        if party not in parties:
            raise Refused("E_KEY_EXTRA", f"{party} is no party of this draw")
    for commitment in manifest.keys:
        found = seeds.key_commitment(draw=manifest.draw, party=commitment.party, key=given[commitment.party])
        if found != commitment.commit:
            raise Refused("E_KEY_COMMIT", f"the key of {commitment.party} does not open its commitment")
    return given


def _check_item(item: Item) -> None:
    if item.namespace not in (COORDINATED, f"{COORDINATED}:{item.item}"):
        raise Refused("E_NS", f"item {item.item} uses the namespace {item.namespace}")
    if item.size != sum(stratum.size for stratum in item.strata):
        raise Refused("E_COUNT", f"the strata of item {item.item} do not add up to {item.size}")
    if item.registry_size - sum(exclusion.count for exclusion in item.excluded) != item.size:
        raise Refused("E_RECONCILE", f"register minus exclusions is not the frame of item {item.item}")
    if any(stratum.quota > stratum.size for stratum in item.strata) or (item.total or 0) > item.size:
        raise Refused("E_QUOTA_SIZE", f"a quota of item {item.item} is larger than what it is drawn from")
    if quotas_of(item=item) != {stratum.id: stratum.quota for stratum in item.strata}:
        raise Refused("E_QUOTA", f"the quotas of item {item.item} do not follow from its rule")


def _check_slots(manifest: Manifest, roster: Roster) -> None:
    expected = [(item.item, stratum.id) for item in manifest.items for stratum in item.strata]
    if [(rule.item, rule.stratum) for rule in roster.slots] != expected:
        raise Refused("E_SLOTS", "there is not exactly one slot rule for every item and stratum")
    pools = {pool.id for pool in roster.pools}
    for rule in roster.slots:
        for pool in rule.pools:
            if pool not in pools:
                raise Refused("E_POOL", f"slots of {rule.item} {rule.stratum} name the unknown pool {pool}")


def _check_known(officers: Sequence[str], known: set[str], where: str) -> None:
    for officer in officers:
        if officer not in known:
            raise Refused("E_OFFICER", f"{where} names the unknown officer {officer}")
