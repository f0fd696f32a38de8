"""One person under two personnel numbers is not drawn twice: mended in the register, or two people by consent."""

import pytest

from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import narrow
from onevisit.stages.draws.public import open_pool
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.registers.models import Inspector, InspectorStatus
from onevisit.support.identity.models import Officer
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, NARROW_REASON

SAME = "证号相同"


def _ready(people: Cast) -> Draw:
    """Let everything else be done, so that only what these tests make stands in the way."""
    draw = draw_scenes.committed_keys(people)
    assert _blockers(draw) == ()
    return draw


def _blockers(draw: Draw) -> tuple[str, ...]:
    return readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT).blockers


def _places(draw: Draw) -> list[narrow.NarrowPlace]:
    places = narrow.places_of(draw, documents.ground_of(draw), on=AT.date())
    return [place for place in narrow.open_places(draw, places) if place.code == narrow.DOUBLE]


def _same_phone(people: Cast, *names: str, phone: str = "139 5921-0001") -> None:
    """Let officers carry one name and one telephone, written in two ways."""
    first, second = (people.officers[name] for name in names)
    Officer.objects.filter(pk=first.pk).update(name="陈小海", phone=phone)
    Officer.objects.filter(pk=second.pk).update(name="陈小海", phone="+86 13959210001")


@pytest.mark.parametrize("field", ["second_certificate_no", "both"])
def test_one_certificate_under_two_numbers_stops_the_freeze_until_the_register_is_mended(
    people: Cast, field: str
) -> None:
    draw = _ready(people)
    one = Inspector.objects.get(officer=people.officers["林一"])
    other = Inspector.objects.filter(officer=people.officers["王一"])
    other.update(second_certificate_no=f" {one.certificate_no}" if field == "second_certificate_no" else "GA-7701")
    if field == "both":
        Inspector.objects.filter(pk=one.pk).update(second_certificate_no="ga-7701")

    (words,) = _blockers(draw)
    assert SAME in words
    assert "林一（市商务局" in words
    assert "王一（市市监局" in words
    with pytest.raises(DrawRefused, match=SAME):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    assert _places(draw) == []  # nobody can agree to it
    other.update(status=InspectorStatus.SUSPENDED)

    # 市市监局 has one officer less now, which is another matter; the double is gone.
    assert not any(SAME in words for words in _blockers(draw))


def test_a_word_for_none_is_no_number_and_full_width_digits_are_the_same(people: Cast) -> None:
    draw = _ready(people)
    for word in ("无", "/", "-", "暂无 1"):
        Inspector.objects.update(second_certificate_no=word)
        assert _blockers(draw) == ()
    one = Inspector.objects.get(officer=people.officers["林一"])
    wide = one.certificate_no.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789"})
    Inspector.objects.filter(officer=people.officers["王一"]).update(second_certificate_no=wide)

    (words,) = _blockers(draw)
    assert SAME in words


def test_one_name_and_telephone_is_answered_by_a_second_organ_or_not_frozen(people: Cast) -> None:
    draw = _ready(people)
    _same_phone(people, "林一", "王一")

    (place,) = _places(draw)
    assert place.words.count("陈小海") == 2
    assert "市市监局" in place.words
    with pytest.raises(DrawRefused, match="疑似同一人 1 处须经公证或执法监督单位同意"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draws.ask_consent(draw=draw, reason="经核对身份证件为两人，共用值班电话", actor=people.actor("陈"), at=AT)
    with pytest.raises(DrawRefused, match="疑似同一人 1 处待公证或执法监督单位同意"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draws.consent(draw=draw, actor=people.actor("司"), at=AT)

    assert _places(draw) == []
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    Draw.objects.filter(pk=draw.pk).update(state="committed")
    shown = open_pool.open_pool(draw.number)
    assert shown is not None
    (own,) = [one for one in shown.consents if one.reason == "经核对身份证件为两人，共用值班电话"]
    assert own.doubles == own.places == 1


def test_a_consent_is_for_these_two_and_no_others(people: Cast) -> None:
    draw = _ready(people)
    _same_phone(people, "林一", "王一")
    draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)
    draws.consent(draw=draw, actor=people.actor("公"), at=AT)
    assert _places(draw) == []

    _same_phone(people, "林二", "王二", phone="13959210002")
    Officer.objects.filter(pk=people.officers["王二"].pk).update(phone="13959210002")

    (other,) = _places(draw)
    assert other.code == narrow.DOUBLE


def test_who_only_shares_a_name_or_a_telephone_or_cannot_be_drawn_is_no_double(people: Cast) -> None:
    draw = _ready(people)
    Officer.objects.filter(pk__in=[people.officers[name].pk for name in ("林一", "王一")]).update(name="陈小海")
    Officer.objects.filter(pk__in=[people.officers[name].pk for name in ("何一", "苏一")]).update(phone="0592-12345")
    assert (_places(draw), _blockers(draw)) == ([], ())

    _same_phone(people, "林一", "王一")
    Inspector.objects.filter(officer=people.officers["王一"]).update(status=InspectorStatus.LEFT)

    assert _places(draw) == []
