"""The transition-table type: which verb leads from which state to which."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a state means to the eye; the badge component turns it into a colour."""

    REST = "rest"
    ACTIVE = "active"
    WARN = "warn"
    LATE = "late"
    BOUND = "bound"
    SEALED = "sealed"
    OK = "ok"
    VOID = "void"


@dataclass(frozen=True)
class State:
    """One state of a lifecycle, its word on the screen and its tone."""

    value: str
    label: str
    tone: Tone


@dataclass(frozen=True)
class Transition:
    """One verb: allowed in `sources`, leads to `target`; an empty target keeps the state."""

    verb: str
    sources: tuple[str, ...]
    target: str
    label: str


class WrongState(Exception):
    """The verb is not possible in this state."""

    code = "wrong_state"

    def __init__(self, *, lifecycle: str, state: str, verb: str, message: str) -> None:
        super().__init__(message)
        self.lifecycle = lifecycle
        self.state = state
        self.verb = verb
        self.message = message


@dataclass(frozen=True)
class Lifecycle:
    """A named table of states and transitions; the first state is the initial one."""

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        known = {state.value for state in self.states}
        for transition in self.transitions:
            named = {*transition.sources, transition.target} - {""}
            if unknown := named - known:
                raise ValueError(f"{self.name}: {transition.verb} names unknown states {sorted(unknown)}")
        verbs = [transition.verb for transition in self.transitions]
        if len(verbs) != len(set(verbs)):
            raise ValueError(f"{self.name}: a verb stands twice")

    @property
    def initial(self) -> str:
        return self.states[0].value

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(state.value, state.label) for state in self.states]

    def state(self, value: str) -> State:
        return next(state for state in self.states if state.value == value)

    def transition(self, verb: str) -> Transition:
        return next(transition for transition in self.transitions if transition.verb == verb)

    def allows(self, *, state: str, verb: str) -> bool:
        return state in self.transition(verb).sources

    def verbs_from(self, state: str) -> Iterator[Transition]:
        return (transition for transition in self.transitions if state in transition.sources)

    def next(self, *, state: str, verb: str) -> str:
        """Return the state that `verb` leads to.

        Raises:
            WrongState: the verb is not possible in `state`.
        """
        transition = self.transition(verb)
        if state not in transition.sources:
            raise WrongState(
                lifecycle=self.name,
                state=state,
                verb=verb,
                message=f"当前状态为“{self.state(state).label}”，不能{transition.label}。",
            )
        return transition.target or state
