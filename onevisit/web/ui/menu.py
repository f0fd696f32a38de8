"""The menu of the desk, in the order of the life: one table, compared with `STAGES` by a test."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role

_OFFICE = (Role.COORDINATOR, Role.CLERK, Role.APPROVER)
_READERS = (Role.SUPERVISOR, Role.LEADER)
_FIELD = (Role.INSPECTOR,)


@dataclass(frozen=True)
class Entry:
    """One line of the menu; `roles` empty means everybody with an account. `stage` names the app of the life."""

    key: str
    label: str | Promise
    path: str
    roles: tuple[Role, ...] = ()
    stage: str = ""
    children: tuple["Entry", ...] = ()


MENU = (
    Entry("inbox", _("待办"), "/inbox"),
    Entry(
        "registers",
        _("名录库"),
        "/registers/targets",
        (*_OFFICE, *_FIELD, *_READERS),
        stage="registers",
        children=(
            Entry("target", _("检查对象"), "/registers/targets", (*_OFFICE, *_READERS)),
            Entry("directory", _("专项名录"), "/registers/directories", (*_OFFICE, *_READERS)),
            Entry("inspector", _("执法人员"), "/registers/inspectors", (*_OFFICE, *_FIELD, *_READERS)),
            Entry("expert", _("专家"), "/registers/experts", (*_OFFICE, *_READERS)),
            Entry("objection", _("投诉举报"), "/registers/complaints", (*_OFFICE, *_READERS)),
            Entry("reply", _("抄告"), "/registers/letters", (*_OFFICE, *_READERS)),
            Entry("item", _("事项与依据"), "/registers/items", (*_OFFICE, *_FIELD, *_READERS)),
            Entry("import", _("导入"), "/registers/imports", (*_OFFICE, Role.OPERATOR)),
        ),
    ),
    Entry(
        "plans",
        _("计划专项"),
        "/plans/campaigns",
        (*_OFFICE, *_READERS),
        stage="plans",
        children=(
            Entry("campaign", _("专项与集群"), "/plans/campaigns", (*_OFFICE, *_READERS)),
            Entry("cluster", _("板块模板"), "/plans/templates", (*_OFFICE, *_READERS)),
        ),
    ),
    Entry("offers", _("要约"), "/offers/", (*_OFFICE, Role.SUPERVISOR), stage="offers"),
    Entry(
        "draws",
        _("双随机抽取"),
        "/draws/",
        (*_OFFICE, Role.NOTARY, Role.SUPERVISOR),
        stage="draws",
        children=(
            Entry("draws", _("抽取登记簿"), "/draws/", (*_OFFICE, Role.NOTARY, Role.SUPERVISOR)),
            Entry("columns", _("公平性"), "/draws/fairness", (*_OFFICE, Role.NOTARY, Role.SUPERVISOR)),
        ),
    ),
    Entry(
        "visits",
        _("一次查"),
        "/visits/",
        (*_OFFICE, *_FIELD, Role.SUPERVISOR),
        stage="visits",
        children=(
            Entry("visits", _("现场检查"), "/visits/", (*_OFFICE, *_FIELD, Role.SUPERVISOR)),
            Entry("lock", _("企业口令"), "/visits/business_keys", (Role.COORDINATOR,)),
        ),
    ),
    Entry(
        "findings",
        _("问题处置"),
        "/findings/",
        (*_OFFICE, *_FIELD, Role.SUPERVISOR),
        stage="findings",
        children=(
            Entry("review", _("结果审核"), "/findings/review", (Role.CLERK, Role.APPROVER)),
            Entry("findings", _("整改台账"), "/findings/", (*_OFFICE, *_FIELD, Role.SUPERVISOR)),
        ),
    ),
    Entry(
        "publication",
        _("公示信用"),
        "/publication/",
        (*_OFFICE, Role.SUPERVISOR),
        stage="publication",
        children=(
            Entry("publication", _("结果公示"), "/publication/", (*_OFFICE, Role.SUPERVISOR)),
            Entry("objection", _("投诉与异议"), "/publication/requests", (*_OFFICE, Role.SUPERVISOR)),
            Entry("credit", _("信用归集"), "/publication/credit", (*_OFFICE, Role.SUPERVISOR)),
        ),
    ),
    Entry(
        "oversight",
        _("监督追溯"),
        "/oversight/alerts",
        (*_OFFICE, *_READERS, Role.PROSECUTOR),
        children=(
            Entry("alert", _("预警"), "/oversight/alerts", (*_OFFICE, *_READERS, Role.PROSECUTOR)),
            Entry("reply", _("评价汇总"), "/oversight/ratings", (*_OFFICE, *_READERS)),
            Entry("trace", _("责任追溯"), "/oversight/trace", (*_OFFICE, *_READERS, Role.PROSECUTOR)),
        ),
    ),
    Entry("mechanisms", _("九项机制"), "/mechanisms"),
    Entry(
        "settings",
        _("管理"),
        "/settings/organs",
        (Role.OPERATOR, Role.CLERK, Role.APPROVER),
        children=(
            Entry("organ", _("机构与人员"), "/settings/organs", (Role.OPERATOR, Role.CLERK, Role.APPROVER)),
            Entry("rule", _("规则与期限"), "/settings/rules", (Role.OPERATOR, Role.CLERK, Role.APPROVER)),
            Entry("operations", _("运行"), "/ops", (Role.OPERATOR,)),
            Entry("ledger", _("留痕校验"), "/ledger", (Role.OPERATOR, Role.SUPERVISOR)),
        ),
    ),
)


@dataclass(frozen=True)
class Line:
    """One line as a person sees it on one page."""

    entry: Entry
    is_current: bool
    children: tuple["Line", ...] = field(default=())


@lru_cache(maxsize=128)
def is_served(path: str) -> bool:
    """Say whether the site answers to `path`: an installation may leave a stage out."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def may_use(entry: Entry, actor: Actor) -> bool:
    return not entry.roles or actor.holds(*entry.roles) is not None


def lines(*, actor: Actor, path: str) -> list[Line]:
    """Return the menu of one person: what he may never use is absent."""
    return list(_lines(MENU, actor=actor, path=path))


def _lines(entries: tuple[Entry, ...], *, actor: Actor, path: str) -> Iterator[Line]:
    current = _current(entries, path)
    for entry in entries:
        if not may_use(entry, actor):
            continue
        children = tuple(_lines(entry.children, actor=actor, path=path))
        served = is_served(entry.path)
        if not served and not children:
            continue
        here = entry is current or any(child.is_current for child in children)
        if not served or (children and all(child.entry.path != entry.path for child in children)):
            entry = children[0].entry.__class__(**{**entry.__dict__, "path": children[0].entry.path, "children": ()})
        yield Line(entry=entry, is_current=here, children=children)


def _current(entries: tuple[Entry, ...], path: str) -> Entry | None:
    """Return the entry whose path is the longest beginning of the page's path."""
    found = [entry for entry in entries if path == entry.path or path.startswith(_room(entry) + "/")]
    return max(found, key=lambda entry: len(_room(entry)), default=None)


def _room(entry: Entry) -> str:
    """Return the part of the site that an entry stands for: a stage's entry stands for all of its pages."""
    return f"/{entry.stage}" if entry.stage else entry.path
