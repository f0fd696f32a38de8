"""Boot checks: every view of ours declares its access; every policy's verb is known."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from onevisit.support.identity.access import ACCESS_ATTRIBUTE
from onevisit.support.identity.verbs import all_policies

_DECLARED = {"public", "signed_in"}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every path of the site with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def access_of(view: Any) -> str | None:
    """Return what a view declared: a verb, `signed_in`, `public`, or None."""
    return getattr(view, ACCESS_ATTRIBUTE, None) or getattr(getattr(view, "view_class", None), ACCESS_ATTRIBUTE, None)


def is_ours(view: Any) -> bool:
    return (getattr(view, "__module__", "") or "").startswith("onevisit.")


@register
def views_declare_access(**_kwargs: Any) -> list[Error]:
    """Refuse to boot with a view of ours that does not say who may open it."""
    known = all_policies()
    errors = []
    for route, pattern in patterns():
        if not is_ours(pattern.callback):
            continue
        access = access_of(pattern.callback)
        if access is None:
            errors.append(
                Error(
                    f"/{route} declares no access",
                    hint="add @requires(verb), @signed_in or @public",
                    id="onevisit.E001",
                )
            )
        elif access not in _DECLARED and access not in known:
            errors.append(Error(f"/{route} requires the unknown verb {access}", id="onevisit.E002"))
    return errors
