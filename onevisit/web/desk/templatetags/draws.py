"""Tags of the pages of a draw."""

from django import template
from django.utils.safestring import SafeString

from onevisit.stages.draws.lifecycle import DRAW
from onevisit.web.ui.templatetags.ui import badge

register = template.Library()


@register.simple_tag
def draw_badge(state: str) -> SafeString:
    """Show the state of a draw."""
    return badge(DRAW, state)


@register.filter
def by_four(text: str) -> str:
    """Group a digest by four, so that it can be read aloud."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
