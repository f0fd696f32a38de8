"""One step of a task list: 已看未填完 differs from 未开始, so that a colleague sees that someone has been there."""

from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from onevisit.core.lifecycle import Tone


class Progress(Enum):
    """How far a step is."""

    NOT_STARTED = (_("未开始"), Tone.REST)
    SEEN = (_("已看未填完"), Tone.WARN)
    CURRENT = (_("进行中"), Tone.ACTIVE)
    DONE = (_("已完成"), Tone.OK)
    NOT_APPLICABLE = (_("不适用"), Tone.REST)

    @property
    def label(self) -> str:
        return str(self.value[0])

    @property
    def tone(self) -> str:
        return self.value[1].value


@dataclass(frozen=True)
class Step:
    """What a task list shows of one step."""

    label: str
    progress: Progress
    url: str = ""
    note: str = ""
