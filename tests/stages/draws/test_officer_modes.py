"""The six ways to draw officers (DS-14): who may stand in which place, on the screens, in the roster and in public."""

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawItem, DrawnSlot, Pseudonym
from onevisit.stages.draws.pool import eligibility, expected, narrow, preview, strata
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.registers.models import City, InspectionTarget, Inspector
from onevisit.support import clock
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.roles import Role
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, T0, TYPE_AT, Log
from tests.stages.draws.test_infeasible import _more_inspectors

SIMING, HULI = "350203", "350206"
BUREAU = {"林一", "林二", "林备"}
SIMING_STATION, HULI_STATION = {"林三", "林四", "林七"}, {"林五", "林六", "林八"}
POSTS = {
    "林一": ("", SIMING),
    "林二": ("", HULI),
    "林备": ("", SIMING),
    **dict.fromkeys(sorted(SIMING_STATION), ("思明市场监管所", SIMING)),
    **dict.fromkeys(sorted(HULI_STATION), ("湖里市场监管所", HULI)),
}
REGIONS = {"350200": "厦门市", SIMING: "思明区", HULI: "湖里区"}
ALL = set(POSTS)
MEMBERS = {
    eligibility.MIXED: {SIMING: [ALL, ALL], HULI: [ALL, ALL]},
    eligibility.AREA: {SIMING: [{"林一", "林备"} | SIMING_STATION] * 2, HULI: [{"林二"} | HULI_STATION] * 2},
    eligibility.BUREAU_STATION: {SIMING: [BUREAU, SIMING_STATION], HULI: [BUREAU, HULI_STATION]},
    eligibility.TWO_STATIONS: {SIMING: [SIMING_STATION, HULI_STATION], HULI: [HULI_STATION, SIMING_STATION]},
    eligibility.CROSS: {SIMING: [HULI_STATION] * 2, HULI: [SIMING_STATION] * 2},
    eligibility.STATIONS: {SIMING: [SIMING_STATION | HULI_STATION] * 2, HULI: [SIMING_STATION | HULI_STATION] * 2},
}


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    cache.clear()
    return Log(tmp_path / "log")


@pytest.fixture
def posted(people: Cast) -> Cast:
    """市商务局 has three people in the bureau and three in the station of each district."""
    _more_inspectors(people, "林三", "林四", "林五", "林六", "林七", "林八")
    for name, (station, region) in POSTS.items():
        Inspector.objects.filter(officer=people.officers[name]).update(station=station, region_code=region)
    return people


def _own(draw: Draw) -> DrawItem:
    return next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")


def _staffed(people: Cast, mode: str) -> Draw:
    draw = draw_scenes.prepared(people)
    quota = {"rule": "total", "total": 4}
    draw = draws.stratify(draw=draw, by="district", quota=quota, actor=people.actor("陈"), at=AT)
    draws.staff(item=_own(draw), mode=mode, actor=people.actor("陈"), at=AT)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.approve_pool(draw, people)
    return draw


@pytest.mark.parametrize("mode", list(eligibility.LABELS))
def test_each_way_lets_only_its_people_stand_in_a_place_and_says_so_in_public(posted: Cast, mode: str) -> None:
    draw = draws.freeze(draw=_staffed(posted, mode), actor=posted.actor("陈"), at=FREEZE_AT)
    names = {
        one.pseudonym: one.inspector.officer.name
        for one in Pseudonym.objects.filter(draw=draw).select_related("inspector__officer")
    }
    roster = json.loads(bytes(draw.roster or b""))
    pools = {pool["id"]: {names[officer] for officer in pool["officers"]} for pool in roster["pools"]}
    own = _own(draw).item

    found = {
        slot["stratum"]: [pools[pool] for pool in slot["pools"]] for slot in roster["slots"] if slot["item"] == own
    }
    assert found == MEMBERS[mode]
    assert preview.trial(draw, entropy="ab" * 32).is_feasible
    Draw.objects.filter(pk=draw.pk).update(state="committed")
    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert f"{eligibility.LABELS[mode]}：{eligibility.SENTENCES[mode]}" in page


def test_whoever_is_drawn_is_of_his_places_pool(posted: Cast, log: Log) -> None:
    draw = draws.freeze(draw=_staffed(posted, eligibility.CROSS), actor=posted.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=posted.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, posted, by=name)
    draws.source(draw=draw, actor=posted.actor("陈"), at=TYPE_AT)
    log.step()
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, posted)
    draws.draw_lots(draw=draw, actor=posted.actor("陈"), at=T0)

    slots = DrawnSlot.objects.filter(draw=draw, department=_own(draw).department)
    assert slots.count() == 8
    for slot in slots.select_related("inspector", "target"):
        assert slot.inspector.station
        assert slot.inspector.region_code != slot.target.region_code


def test_a_way_that_looks_at_districts_needs_strata_that_know_them(posted: Cast) -> None:
    draw = draw_scenes.prepared(posted)
    for mode in eligibility.BY_DISTRICT:
        with pytest.raises(DrawRefused, match="须先改为按区域分层或按所分层"):
            draws.staff(item=_own(draw), mode=mode, actor=posted.actor("陈"), at=AT)
    with pytest.raises(DrawRefused, match="请选择人员抽取方式"):
        draws.staff(item=_own(draw), mode="friends", actor=posted.actor("陈"), at=AT)
    with pytest.raises(MayNot):
        draws.staff(item=_own(draw), mode="mixed", actor=posted.actor("林"), at=AT)

    DrawItem.objects.filter(pk=_own(draw).pk).update(officer_mode="cross")
    blockers = readiness.of_draw(draw, documents.ground_of(draw), at=AT).blockers
    assert any("按“所所交叉”抽人，须按区域分层或按所分层" in words for words in blockers)


@pytest.mark.parametrize(
    ("region", "organ", "words"),
    [
        ("", "350200", "全市（可派往各区）"),
        ("350200", "350200", "全市（可派往各区）"),
        ("", SIMING, "思明区"),
        (HULI, "350200", "湖里区"),
    ],
)
def test_the_page_of_an_inspector_and_the_rule_agree_on_where_he_may_go(
    posted: Cast, client: Client, region: str, organ: str, words: str
) -> None:
    """An officer of the city may serve each district (DS-14); without an entry of his own his organ's region holds."""
    City.objects.create(key="x", name="厦门市", region_code="350200", platform="平台", regions=REGIONS)
    inspector = Inspector.objects.get(officer=posted.officers["林一"])
    Inspector.objects.filter(pk=inspector.pk).update(region_code=region)
    posted.departments["市商务局"].region_code = organ
    posted.departments["市商务局"].save(update_fields=["region_code"])

    draw = draw_scenes.prepared(posted)
    quota = {"rule": "total", "total": 4}
    draw = draws.stratify(draw=draw, by="district", quota=quota, actor=posted.actor("陈"), at=AT)
    draws.staff(item=_own(draw), mode=eligibility.AREA, actor=posted.actor("陈"), at=AT)
    ground = documents.ground_of(Draw.objects.get(pk=draw.pk))
    part = next(part for part in ground.parts if part.department_code == _own(draw).item)
    served = {
        district
        for district in (SIMING, HULI)
        for places in ground.places(part, district)
        if inspector.pk in places.people
    }

    covered = region or organ
    assert served == ({SIMING, HULI} if covered == "350200" else {covered})
    client.force_login(posted.officers["林"].user)  # type: ignore[arg-type]  # the cast has accounts
    assert words in client.get(f"/registers/inspectors/{inspector.pk}").content.decode()


@pytest.mark.parametrize(("gone", "left"), [(("林六", "林八"), 1), (("林六",), 2)])
def test_a_pool_with_nobody_beyond_the_places_stops_the_freeze_and_is_named(
    posted: Cast, gone: tuple[str, ...], left: int
) -> None:
    officers = [posted.officers[name] for name in gone]
    Inspector.objects.filter(officer__in=officers).update(station="", region_code="")
    draw = draw_scenes.prepared(posted)
    quota = {"rule": "total", "total": 4}
    draws.stratify(draw=draw, by="district", quota=quota, actor=posted.actor("陈"), at=AT)
    draws.staff(item=_own(draw), mode=eligibility.CROSS, actor=posted.actor("陈"), at=AT)

    ground = documents.ground_of(Draw.objects.get(pk=draw.pk))
    found = readiness.of_draw(draw, ground, at=AT)
    assert (
        f"市商务局（所所交叉，350203）可抽 {left} 人，每户需 2 人，另须有 1 人备选。"
        "请该部门增加提名到 3 人以上，或改用其他抽人方式（如所所联动、全所混合）。"
    ) in found.blockers
    loads = {load.name: load.expected for load in expected.loads(ground, {})}
    assert (loads["林一"], loads["林五"]) == (0.0, 2.0)
    assert expected.places(ground, {})[0].width == left - 1


def _own_places(draw: Draw) -> list[narrow.NarrowPlace]:
    draw = Draw.objects.get(pk=draw.pk)
    places = narrow.places_of(draw, documents.ground_of(draw), on=AT.date())
    return [place for place in narrow.open_places(draw, places) if place.key.startswith(_own(draw).item)]


def test_a_consent_for_the_pool_of_one_station_covers_no_other_pool(posted: Cast) -> None:
    officer = cast.officer(name="林九", department=posted.departments["市商务局"], roles=(Role.INSPECTOR,))
    posted.officers["林九"] = officer
    scenes.inspector(people=posted, name="林九")
    Inspector.objects.filter(officer=officer).update(station="思明市场监管所", region_code=SIMING)
    draw = draw_scenes.prepared(posted)
    draws.stratify(draw=draw, by="district", quota={"rule": "total", "total": 4}, actor=posted.actor("陈"), at=AT)
    draws.staff(item=_own(draw), mode=eligibility.CROSS, actor=posted.actor("陈"), at=AT)
    (place,) = _own_places(draw)
    assert place.words == f"市商务局（所所交叉，{SIMING}以外）最少只在 3 人中选（少于 4 人）"
    served = InspectionTarget.objects.filter(region_code=SIMING)
    assert {name.partition("（")[0] for name in place.objects} <= set(served.values_list("name", flat=True))
    draw_scenes.consent_to_narrow(draw, posted)
    assert _own_places(draw) == []

    Inspector.objects.filter(officer=officer).update(station="", region_code="")

    (other,) = _own_places(draw)
    assert other.words == f"市商务局（所所交叉，{HULI}以外）最少只在 3 人中选（少于 4 人）"
    assert (other.size, other.token == place.token) == (place.size, False)


def test_each_pool_of_a_department_is_a_place_of_its_own(posted: Cast) -> None:
    draw = draw_scenes.prepared(posted)
    draws.stratify(draw=draw, by="district", quota={"rule": "total", "total": 4}, actor=posted.actor("陈"), at=AT)
    draws.staff(item=_own(draw), mode=eligibility.BUREAU_STATION, actor=posted.actor("陈"), at=AT)

    found = {place.words.partition("最少")[0]: len(place.objects) for place in _own_places(draw)}

    assert set(found) == {
        "市商务局（局所联动，局机关）",
        f"市商务局（局所联动，{SIMING}）",
        f"市商务局（局所联动，{HULI}）",
    }
    assert (
        found["市商务局（局所联动，局机关）"]
        == found[f"市商务局（局所联动，{SIMING}）"] + found[f"市商务局（局所联动，{HULI}）"]
    )
    assert found[f"市商务局（局所联动，{SIMING}）"] > 0


def test_the_organiser_chooses_on_the_screen_and_the_bureau_reads_it(
    posted: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    draw, client = draw_scenes.prepared(posted), Client()
    client.force_login(posted.officers["陈"].user)
    own = _own(draw)

    page = client.get(f"/draws/{draw.pk}/strata").content.decode()
    assert all(str(sentence) in page for sentence in eligibility.SENTENCES.values())
    refused = client.post(f"/draws/{draw.pk}/staff", {"item": own.item, "mode": "cross"})
    taken = client.post(f"/draws/{draw.pk}/staff", {"item": own.item, "mode": "stations"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    own.refresh_from_db()
    assert own.officer_mode == "stations"


STATIONS_OF = {SIMING: ("思明一所", "思明二所"), HULI: ("湖里一所",)}
SERVING = {
    "林一": "",
    "林二": "",
    "林备": "",
    "林三": "思明一所",
    "林四": "思明一所",
    "林五": "思明二所",
    "林六": "思明二所",
}


@pytest.fixture
def stationed(people: Cast) -> Cast:
    """The people of 市商务局 serve in the bureau and in two 所 of one district; targets are spread over them."""
    _more_inspectors(people, "林三", "林四", "林五", "林六")
    for name, station in SERVING.items():
        Inspector.objects.filter(officer=people.officers[name]).update(station=station, region_code=SIMING)
    targets = InspectionTarget.objects.filter(region_code=SIMING).order_by("object_id")
    for number, pk in enumerate(targets.values_list("pk", flat=True)):
        if number:  # the first has no 所
            InspectionTarget.objects.filter(pk=pk).update(station=STATIONS_OF[SIMING][number % 2])
    InspectionTarget.objects.filter(region_code=HULI).update(station="湖里一所")
    return people


def _places_by_label(ground: documents.Ground, draw: Draw) -> dict[str, list[set[str]]]:
    part = next(part for part in ground.parts if part.department_code == _own(draw).item)
    names = {pk: nominee.name for pk, nominee in ground.nominees.items()}
    return {
        strata.label_of(stratum, by=ground.strata_by): [
            {names[pk] for pk in places.people} for places in ground.places(part, stratum)
        ]
        for stratum in ground.sizes
    }


@pytest.mark.parametrize(
    ("mode", "first", "nowhere"),
    [
        (
            eligibility.BUREAU_STATION,
            [BUREAU, {"林三", "林四"}],
            [BUREAU, set(SERVING) - BUREAU],
        ),
        (eligibility.TWO_STATIONS, [{"林三", "林四"}, {"林五", "林六"}], [set(SERVING) - BUREAU, set()]),
        (eligibility.CROSS, [{"林五", "林六"}], [set()]),
        (eligibility.STATIONS, [set(SERVING) - BUREAU], [set(SERVING) - BUREAU]),
    ],
)
def test_the_ways_of_stations_look_at_the_station_of_target_and_officer(
    stationed: Cast, mode: str, first: list[set[str]], nowhere: list[set[str]]
) -> None:
    draw = draw_scenes.prepared(stationed)
    quota = {"rule": "total", "total": 4}
    draw = draws.stratify(draw=draw, by="station", quota=quota, actor=stationed.actor("陈"), at=AT)
    draws.staff(item=_own(draw), mode=mode, actor=stationed.actor("陈"), at=AT)
    draw = Draw.objects.get(pk=draw.pk)

    places = _places_by_label(documents.ground_of(draw), draw)

    assert places[f"{SIMING} · 思明一所"] == first
    assert places[f"{SIMING} · 未登记所，按区域"] == nowhere


def test_where_no_station_is_registered_the_screen_says_that_the_district_stands_for_it(
    stationed: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    draw = draw_scenes.prepared(stationed)
    quota = {"rule": "total", "total": 4}
    draws.stratify(draw=draw, by="district", quota=quota, actor=stationed.actor("陈"), at=AT)
    draws.staff(item=_own(draw), mode=eligibility.CROSS, actor=stationed.actor("陈"), at=AT)
    client.force_login(stationed.officers["陈"].user)  # type: ignore[arg-type]  # the cast has accounts
    assert "没有按所分层" in client.get(f"/draws/{draw.pk}/strata").content.decode()

    draws.stratify(draw=draw, by="station", quota=quota, actor=stationed.actor("陈"), at=AT)
    page = client.get(f"/draws/{draw.pk}/strata").content.decode()

    assert "1 户没有登记所属的所，按所在区的所抽人。" in page
    assert f"市商务局在下列所没有可抽人员，按所在区的所抽人：{HULI} · 湖里一所。" in page
