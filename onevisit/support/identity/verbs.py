"""Policies as named verbs: the one place that answers "may this actor do this verb on this subject"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity

Rule = Callable[["Actor", Any], "Capacity | None"]


@dataclass(frozen=True)
class Policy:
    """One verb, its word on screens, who may (in words for the refusal) and the rule that decides.

    `is_read` verbs stay open to departments that are still on their read-only trial (R18).
    """

    verb: str
    label: str
    rule: Rule
    who: str = ""
    is_read: bool = False


_REGISTRY: dict[str, Policy] = {}


def register(policies: Iterable[Policy]) -> None:
    """Add the policies of one app; a verb declared twice with another rule is a bug."""
    for policy in policies:
        if policy.verb in _REGISTRY and _REGISTRY[policy.verb] is not policy:
            raise ValueError(f"policy {policy.verb} is declared twice")
        _REGISTRY[policy.verb] = policy


def collect() -> None:
    """Read `POLICIES` of every installed app of ours."""
    for config in apps.get_app_configs():
        if not config.name.startswith("onevisit."):
            continue
        try:
            module = import_module(f"{config.name}.policies")
        except ModuleNotFoundError as missing:
            if missing.name != f"{config.name}.policies":
                raise
            continue
        register(getattr(module, "POLICIES", ()))


def policy_of(verb: str) -> Policy:
    if verb not in _REGISTRY:
        collect()
    return _REGISTRY[verb]


def all_policies() -> dict[str, Policy]:
    collect()
    return dict(sorted(_REGISTRY.items()))
