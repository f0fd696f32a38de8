"""Tags that guard a form: `{% once %}` so that it acts once, `{% seen form %}` and `{% conflict found %}` so that
nobody's change is lost.
"""

from typing import Any
from uuid import uuid4

from django import forms, template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onevisit.web.ui import conflicts, idempotency

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """Give a form its key: sent twice, it acts once."""
    return format_html('<input type="hidden" name="{}" value="{}">', idempotency.FIELD, uuid4().hex)


@register.simple_tag
def seen(form: forms.BaseForm) -> SafeString:
    """Note what the form's fields held when it was opened."""
    return format_html('<input type="hidden" name="{}" value="{}">', conflicts.FIELD, conflicts.seen_value(form))


@register.inclusion_tag("ui/components/conflict.html")
def conflict(found: Any) -> dict[str, object]:
    """Show who changed what meanwhile, above the form that still holds what was typed."""
    return {"conflict": found}
