"""The shell of the field app opens for everybody at every path of its scope; its worker has the scope's header."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>一次查</title>")
    (tmp_path / "sw.js").write_text("// worker")

    def find(name: str) -> str | None:
        path = tmp_path / Path(name).name
        return str(path) if path.exists() else None

    monkeypatch.setattr(finders, "find", find)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("path", ["/field/", "/field/today", "/field/visits/1/checklist"])
def test_every_path_of_the_scope_answers_with_the_app(path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 200
    assert "一次查" in answer.content.decode()
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.usefixtures("built")
def test_the_service_worker_may_control_the_whole_scope() -> None:
    answer = Client().get("/field/sw.js")

    assert answer["Service-Worker-Allowed"] == "/field/"
    assert answer["Content-Type"].startswith("text/javascript")


@pytest.mark.usefixtures("built")
def test_an_unknown_path_of_the_api_is_not_the_app() -> None:
    assert Client().get("/field/api/nothing").status_code == 404


def test_without_a_build_it_says_so(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(finders, "find", lambda _name: None)

    answer = Client().get("/field/")

    assert answer.status_code == 503
    assert "现场应用未安装" in answer.content.decode()
    assert Client().get("/field/sw.js").status_code == 404
