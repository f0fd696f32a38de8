"""What `onevisit doctor` says of accounts whose password is published."""

from pathlib import Path

import pytest
from django.conf import settings

from onevisit.project.commands import diagnosis
from onevisit.support.identity.models import User


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    base = settings.DATABASES["default"]
    url = f"postgres://{base['USER']}:{base['PASSWORD']}@{base['HOST']}:{base['PORT']}/{base['NAME']}"
    monkeypatch.setenv("DATABASE_URL", url)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("address")
def test_the_doctor_names_accounts_of_the_demo_in_a_city_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create(username="demo-lin", is_demo=True)

    monkeypatch.setenv("ONEVISIT_DEMO", "0")
    found = diagnosis._cast(tmp_path)
    assert found.grade == diagnosis.Grade.NOTE
    assert "1 accounts of the demo city" in found.said

    monkeypatch.setenv("ONEVISIT_DEMO", "1")
    assert diagnosis._cast(tmp_path).grade == diagnosis.Grade.GOOD
