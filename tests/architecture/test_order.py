"""The order of the life is carried by five lists; they all say the same."""

import configparser
import re
from pathlib import Path

from django.conf import settings

from onevisit.project import urls
from onevisit.project.reactions import REACTIONS
from onevisit.web.ui.menu import MENU

ROOT = Path(__file__).resolve().parents[2]
STAGES: list[str] = settings.STAGES
_NOUNS = {"campaign": "plans", "offer": "offers", "part": "offers", "draw": "draws", "visit": "visits"}
_NOUNS |= {"inspection": "visits", "finding": "findings", "publication": "publication", "result": "publication"}
_NOUNS |= {"credit": "publication"}


def _ordered(names: list[str]) -> list[str]:
    """Return the stages among `names`, each once, as they come."""
    return list(dict.fromkeys(name for name in names if name in STAGES))


def test_the_applications_stand_in_the_order_of_the_life() -> None:
    apps = [name.rpartition(".")[2] for name in settings.INSTALLED_APPS if name.startswith("onevisit.stages.")]

    assert apps == STAGES


def test_the_paths_stand_in_the_order_of_the_life() -> None:
    paths = [str(entry.pattern).strip("/") for entry in urls.urlpatterns]

    assert _ordered(paths) == STAGES


def test_the_menu_stands_in_the_order_of_the_life() -> None:
    assert _ordered([entry.stage for entry in MENU]) == STAGES


def test_the_reactions_stand_in_the_order_of_the_life() -> None:
    found = _ordered([_NOUNS.get(event.partition(".")[0], "") for event in REACTIONS])

    assert found == [stage for stage in STAGES if stage in found]


def test_the_chain_of_imports_stands_in_the_order_of_the_life() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = re.findall(r"\w+", contracts["importlinter:contract:chain"]["layers"])

    assert layers[::-1] == STAGES
