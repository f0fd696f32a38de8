"""A draw of objects that are no businesses (DS-07): typed ids from the frame to the visit and the public page."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.stages.draws import documents
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import open_files
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import Directory, DirectoryEntry, InspectionTarget, Inspector, Interest
from onevisit.stages.visits import business_keys, codes
from onevisit.stages.visits import documents as visit_documents
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import BusinessKey, EntryCode, Visit
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.roles import Role
from onevisit.verifier.verify_command import verify_command
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import T0, Log
from tests.stages.registers import files

PRODUCT, CONDUCT = "prod:92-2026-11", "act:presale-7"
PLACE, ADDRESS = "site:XM-tank-2", "厦门市湖里区仙岳路 8 号"


def _with_place(people: Cast) -> InspectionTarget:
    """Enter a high-risk place of a gas station into the directory of the field: every place of class D is drawn."""
    scenes.registers(people)
    owner = InspectionTarget.objects.filter(status="active", credit_risk_class="A")[0]
    place = InspectionTarget.objects.create(
        object_id=PLACE,
        kind="site",
        owner=owner,
        name="二号罐区",
        region_code="350206",
        address=ADDRESS,
        industry_code="5265",
        credit_risk_class="D",
    )
    DirectoryEntry.objects.create(directory=Directory.objects.get(key="fuel"), target=place)
    return place


def test_a_place_is_drawn_visited_at_its_address_and_finds_its_ticket(
    people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = _with_place(people)
    draw = draw_scenes.sealed(people, log)
    assert PLACE in {row.object_id for row in documents.ground_of(draw).rows}

    visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)

    visit = Visit.objects.select_related("target__owner").get(draw=draw, target=place)
    assert (visit.target.address, visit.target.owner) == (ADDRESS, place.owner)
    Draw.objects.filter(pk=draw.pk).update(state="opened", opened_at=T0)
    page = Client().get(f"/open/draws/{draw.number}", {"id": PLACE}).content.decode()
    assert "本次抽中" in page
    assert f"|{PLACE}&#x27;" in page or f"|{PLACE}'" in page
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(open_files.file_of(number=draw.number, name="receipt.json") or b"")
    for item in draw.items.all():
        frame = open_files.file_of(number=draw.number, name=f"{item.item}.txt") or b""
        (tmp_path / f"{item.item}.txt").write_bytes(frame)
    assert verify_command([str(receipt), "--frames", str(tmp_path), "--id", PLACE]) == 0
    assert "drawn D" in capsys.readouterr().out


def _imported(people: Cast, *, kind: str, rows: tuple[dict[str, str], ...]) -> None:
    run = imports.upload(
        kind=kind, file_name="对象.csv", content=files.csv_bytes(*rows), actor=people.actor("陈"), at=AT
    )
    assert run.errors == []
    imports.confirm(run=run, actor=people.actor("陈"), at=AT)


def _with_products(people: Cast) -> InspectionTarget:
    """Import a product and a conduct of a business and list them in the directory of the field, both of class D."""
    scenes.registers(people)
    organ = people.departments["市商务局"]
    people.officers["林三"] = cast.officer(name="林三", department=organ, roles=(Role.INSPECTOR,))
    scenes.inspector(people=people, name="林三")
    owner = InspectionTarget.objects.get(object_id="91350200XMDM000001")
    shared = {
        "统一社会信用代码": "",
        "所属主体": owner.object_id,
        "区划代码": "350203",
        "地址": owner.address,
        "行业代码": "5265",
        "信用风险分类": "D",
    }
    named = ((PRODUCT, "产品", "92 号车用汽油"), (CONDUCT, "行为", "预付卡发放"))
    _imported(
        people,
        kind="targets",
        rows=tuple({**shared, "对象编号": key, "对象类型": kind, "名称": name} for key, kind, name in named),
    )
    listed = {"名录编码": "fuel", "名录名称": "加油加气站名录", "领域": "加油加气站"}
    _imported(
        people,
        kind="directories",
        rows=tuple({**listed, "统一社会信用代码": key, "名称": name} for key, _kind, name in named),
    )
    return owner


def test_a_product_and_a_conduct_go_from_the_register_to_their_visit_and_their_ticket(
    people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = _with_products(people)
    related = Inspector.objects.get(officer=people.officers["林一"])
    Interest.objects.create(inspector=related, target=owner, reason="原任职单位", declared_at=AT)

    draw = draw_scenes.sealed(people, log)
    ground = documents.ground_of(draw)
    made = {one.object_id: one for one in InspectionTarget.objects.filter(owner=owner)}
    assert set(made) == {PRODUCT, CONDUCT} < {row.object_id for row in ground.rows}
    barred = documents.barred_by_target(draw, ground)
    assert all(related.pk in barred[one.pk] for one in (owner, *made.values()))
    visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)

    found = {one.target.object_id: one for one in Visit.objects.filter(draw=draw, target__owner=owner)}
    assert set(found) == {PRODUCT, CONDUCT}
    for key, name in (
        (PRODUCT, "92 号车用汽油（厦门第1加油站的产品）"),
        (CONDUCT, "预付卡发放（厦门第1加油站的行为）"),
    ):
        visit = found[key]
        part = visit.inspections.all()[0]
        paper = str(visit_documents.notice(part, on=T0.date()))
        assert f"addressee='{owner.name}'" in paper
        assert name in paper
        report = str(visit_documents.report(visit, on=T0.date()))
        assert owner.uscc in report
        code = EntryCode.objects.filter(visit=visit)[0]
        assert codes.page_of(visit, code=code.code).business == name
        member = part.members.all()[0]
        assert related.pk not in {one.inspector_id for each in visit.inspections.all() for one in each.members.all()}
        assert member.replaced_at is None

    sealed_page = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert f"{len(ground.rows)} 个" in sealed_page
    Draw.objects.filter(pk=draw.pk).update(state="opened", opened_at=T0)
    _finds_its_tickets(draw, owner)
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(open_files.file_of(number=draw.number, name="receipt.json") or b"")
    for item in draw.items.all():
        frame = open_files.file_of(number=draw.number, name=f"{item.item}.txt") or b""
        (tmp_path / f"{item.item}.txt").write_bytes(frame)
    for key in (PRODUCT, CONDUCT):
        assert verify_command([str(receipt), "--frames", str(tmp_path), "--id", key]) == 0
        assert "drawn D" in capsys.readouterr().out


def _finds_its_tickets(draw: Draw, owner: InspectionTarget) -> None:
    """By its own id, and by the code of the business that it belongs to."""
    for key, name in ((PRODUCT, "92 号车用汽油"), (CONDUCT, "预付卡发放")):
        page = Client().get(f"/open/draws/{draw.number}", {"id": key}).content.decode()
        assert "本次抽中" in page
        assert f"|{key}&#x27;" in page or f"|{key}'" in page
        page = Client().get(f"/open/draws/{draw.number}", {"id": owner.object_id}).content.decode()
        assert f'{name} <span class="mono">{key}</span> · ' in page
        result = Client().get(f"/open/b/{key}")
        assert result.status_code == 200
        assert f"属于 {owner.name} {owner.uscc}" in result.content.decode()
    assert "户" not in Client().get(f"/open/draws/{draw.number}").content.decode().partition('id="officers"')[0]


def test_the_key_of_the_business_opens_what_only_the_business_may_do_at_its_product(people: Cast, log: Log) -> None:
    owner = _with_products(people)
    draw = draw_scenes.sealed(people, log)
    visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    visit = Visit.objects.get(draw=draw, target__object_id=PRODUCT)
    text, other = business_keys.make(), business_keys.make()
    for target, key in ((owner, text), (InspectionTarget.objects.get(object_id="91350200XMDM000002"), other)):
        BusinessKey.objects.create(target=target, sha256=business_keys.digest(key), issued_at=AT, issued_by="office")
    Visit.objects.filter(pk=visit.pk).update(state="in_progress")

    held = business_keys.opened_by(key=text, visit=visit)
    assert held is not None
    assert business_keys.must_hold(key_id=held.pk, visit_id=visit.pk) == held
    assert business_keys.opened_by(key=other, visit=visit) is None
    older = business_keys.make()  # issued for the product itself before letters went to the owner only
    kept = BusinessKey.objects.create(
        target=visit.target, sha256=business_keys.digest(older), issued_at=AT, issued_by="office"
    )
    assert business_keys.opened_by(key=older, visit=visit) == kept
    assert business_keys.must_hold(key_id=kept.pk, visit_id=visit.pk) == kept
    BusinessKey.objects.all().delete()
    assert list(business_keys.businesses()) == [owner]  # the letter goes to the business, not to its product
