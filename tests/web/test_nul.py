"""A character 0 in an address or a value: no text of PostgreSQL may hold one, so nothing is called so."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import StringConverter

from tests.cast import Cast

pytestmark = pytest.mark.django_db

_GIVEN = {"IntConverter": "1", "UUIDConverter": "00000000-0000-4000-8000-000000000000", "SlugConverter": "x"}


def _addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Yield every address that takes a text, with a character 0 as the text."""
    for one in resolver.url_patterns:
        route = before + getattr(one.pattern, "_route", "")
        for name, converter in one.pattern.converters.items():
            kind = type(converter)
            text = "%00" if issubclass(kind, StringConverter) else _GIVEN.get(kind.__name__, "1")
            words = route.split("<")
            route = "<".join(words[:1] + [_filled(word, name, text) for word in words[1:]]).replace("<\x01", "")
        if isinstance(one, URLResolver):
            yield from _addresses(one, route)
        elif isinstance(one, URLPattern) and "%00" in route and "<" not in route:
            yield f"/{route}"


def _filled(word: str, name: str, text: str) -> str:
    inside, _close, rest = word.partition(">")
    return f"\x01{text}{rest}" if inside.rpartition(":")[2] == name else word


def _public() -> list[str]:
    return [path for path in sorted(set(_addresses(get_resolver()))) if path.startswith(("/open/", "/c/"))]


def test_no_public_address_with_a_character_0_breaks_a_page(client: Client, people: Cast) -> None:
    paths = _public()
    assert len(paths) > 15
    for path in paths:
        status = client.get(path, follow=True).status_code
        assert status in (400, 404, 405), (path, status)


@pytest.mark.parametrize(
    "path", ["/open/search?q=%00", "/open/draws?q=%00", "/open/requests?draw=%00", "/open/results?q=a%00b"]
)
def test_no_value_of_a_public_page_with_a_character_0_breaks_it(client: Client, people: Cast, path: str) -> None:
    assert client.get(path).status_code in (200, 400, 404)


def test_whoever_sends_one_reads_what_is_wrong(client: Client, people: Cast) -> None:
    answer = client.get("/open/search?q=%00")
    assert answer.status_code == 400
    assert "不可见的空字符" in answer.content.decode()
    assert client.get("/open/draws/%00").status_code == 404
