"""Small forms: ids, names, times; every malformed input of the vectors."""

from typing import Any

import pytest

from onevisit.core.draw import grammar
from onevisit.core.refusals import Refused
from tests.core.draw.vectors import SRD1, content, drawn, files_of


@pytest.mark.parametrize("object_id", SRD1["ids"]["good"])
def test_a_good_id_is_read(object_id: str) -> None:
    assert grammar.object_id(object_id, "id") == object_id


@pytest.mark.parametrize("object_id", SRD1["ids"]["bad"])
def test_a_bad_id_is_refused(object_id: str) -> None:
    with pytest.raises(Refused) as refusal:
        grammar.object_id(object_id, "id")

    assert refusal.value.code == "E_ID"


@pytest.mark.parametrize("name", SRD1["names"]["good"])
def test_a_good_name_is_read(name: str) -> None:
    assert grammar.name(name, "name") == name


@pytest.mark.parametrize("name", SRD1["names"]["bad"])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        grammar.name(name, "name")

    assert refusal.value.code == "E_NAME"


@pytest.mark.parametrize("case", SRD1["times"], ids=lambda case: case["t"])
def test_a_time_is_its_number_of_seconds(case: dict[str, Any]) -> None:
    assert grammar.unix(grammar.moment(case["t"], "t0")) == case["unix"]


@pytest.mark.parametrize("time", SRD1["times_bad"])
def test_a_time_that_does_not_exist_is_refused(time: str) -> None:
    with pytest.raises(Refused) as refusal:
        grammar.moment(time, "t0")

    assert refusal.value.code == "E_TIME"


@pytest.mark.parametrize("case", SRD1["malformed"]["cases"], ids=lambda case: case["name"])
def test_a_malformed_input_is_refused_with_its_code(case: dict[str, Any]) -> None:
    files = files_of(SRD1["malformed"]["base"])
    files.update({path: content(change) for path, change in case["change"].items()})
    for path in case["remove"]:
        del files[path]

    with pytest.raises(Refused) as refusal:
        drawn(files)

    assert refusal.value.code == case["code"]
