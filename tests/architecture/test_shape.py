"""Modules and functions stay small, and have names that say what they are."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
LONGEST_TEST_MODULE = 600
LONGEST_FUNCTION = 50
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "handler", "handlers", "common", "misc", "data"}


def modules(*folders: str) -> list[Path]:
    """Return our Python files; what Django writes (migrations) is its own."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and "node_modules" not in path.parts]


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, (node.end_lineno or first) - node.lineno + 1


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(
    ("folders", "most"),
    [(("onevisit", "benchmarks"), LONGEST_MODULE), (("tests",), LONGEST_TEST_MODULE)],
    ids=["code", "tests"],
)
def test_a_module_answers_one_question(folders: tuple[str, ...], most: int) -> None:
    sizes = {_relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*folders)}

    assert {name: size for name, size in sizes.items() if size > most} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = {
        f"{_relative(path)}:{name}": size
        for path in modules("onevisit", "tests", "benchmarks")
        for name, size in _functions(path)
        if size > LONGEST_FUNCTION
    }

    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [_relative(path) for path in modules("onevisit") if {path.stem, path.parent.name} & VAGUE]

    assert vague == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        _relative(path)
        for path in modules("onevisit", "benchmarks")
        if path.stat().st_size and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]

    assert silent == []
