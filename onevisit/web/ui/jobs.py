"""How background work is shown: its state in words, its progress, its way out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.core.lifecycle import Tone


@dataclass(frozen=True)
class JobView:
    """What `{% job_progress job %}` shows; `state` is waiting, running, done, failed or cancelled.

    One that runs asks `url` every two seconds how far it is; without a `url` it is a picture, as in the pattern book.
    """

    id: str
    title: str
    state: str
    done: int = 0
    total: int = 0
    url: str = ""
    cancel_url: str = ""
    download_url: str = ""
    reason: str = ""

    @property
    def is_running(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def state_label(self) -> str:
        return {
            "waiting": _("排队中"),
            "running": _("进行中"),
            "done": _("已完成"),
            "failed": _("没有完成"),
            "cancelled": _("已取消"),
        }[self.state]

    @property
    def tone(self) -> str:
        tones = {"running": Tone.ACTIVE, "done": Tone.OK, "failed": Tone.LATE, "cancelled": Tone.VOID}
        return tones.get(self.state, Tone.REST).value

    @property
    def words(self) -> str:
        if self.state == "failed":
            return self.reason or _("没有生成任何文件。请重试；仍不成功的，请报运维。")
        if self.is_running:
            return _("%(done)s / %(total)s。您可以离开此页，完成后在“待办”提醒。") % {
                "done": f"{self.done:,}",
                "total": f"{self.total:,}" if self.total else "…",
            }
        return _("共 %(total)s 行。") % {"total": f"{self.total:,}"} if self.state == "done" else ""
