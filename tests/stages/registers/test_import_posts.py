"""Nobody gives by a file a post that he may not give one by one."""

import pytest

from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import ImportRun
from onevisit.support.identity.models import Post
from tests import cast
from tests.stages.registers import files

pytestmark = pytest.mark.django_db


def upload(people: cast.Cast, *, role: str, name: str) -> ImportRun:
    row = {
        "人员编号": people.officers["吴"].personnel_number,
        "机构编码": people.departments["市商务局"].code,
        "岗位角色": role,
        "任职日期": "2026-01-01",
    }
    return imports.upload(
        kind="posts", file_name="岗位.csv", content=files.csv_bytes(row), actor=people.actor(name), at=cast.AT
    )


@pytest.mark.parametrize("role", ["运维", "协调处", "执法监督", "审批人", "联络员"])
def test_the_coordination_office_gives_no_posts_by_a_file(people: cast.Cast, role: str) -> None:
    run = upload(people, role=role, name="陈")

    assert run.errors_count == 1
    assert f"“{role}”" in run.errors[0]["words"]
    with pytest.raises(imports.ImportRefused):
        imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)
    assert not Post.objects.filter(officer=people.officers["吴"]).exists()


def test_the_operator_gives_any_post_by_a_file(people: cast.Cast) -> None:
    run = upload(people, role="运维", name="运")

    imports.confirm(run=run, actor=people.actor("运"), at=cast.AT)

    assert Post.objects.filter(officer=people.officers["吴"], role="operator").exists()
