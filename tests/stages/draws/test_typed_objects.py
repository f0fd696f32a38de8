"""A draw of objects that are no businesses (DS-07): typed ids from the frame to the visit and the public page."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.stages.draws import documents
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import open_files
from onevisit.stages.registers.models import Directory, DirectoryEntry, InspectionTarget
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import Visit
from onevisit.support.identity.actors import SYSTEM
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes, scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Log

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
