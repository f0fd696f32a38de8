"""From the template to five approved parts: the path of steps 1 to 3."""

from onevisit.stages.offers import selectors as offers
from onevisit.stages.plans import selectors as plans
from tests import scenes
from tests.cast import Cast


def test_a_campaign_walks_from_the_template_to_a_frame_that_can_be_frozen(people: Cast) -> None:
    offer = scenes.ready(people)

    assert offers.is_ready_to_freeze(offer) == []
    parts = offers.settled_parts(offer)
    assert [part.department_name for part in parts] == ["市商务局", *scenes.PARTICIPANTS]
    assert all(len(part.item_ids) == 2 and len(part.inspector_ids) == 3 and part.is_approved for part in parts)
    assert parts[0].document_number == "厦商务检审〔2026〕1号"
    assert len(plans.frame_of(offer.cluster_id)) == len(scenes.RISKS)
    assert {row.code for row in plans.exclusions_of(offer.cluster_id)} == {"status", "quiet_list"}
