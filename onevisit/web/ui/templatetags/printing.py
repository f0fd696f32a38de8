"""Tags for paper: the code that leads from a printed page back to the live one."""

import io
from functools import lru_cache

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
LONGEST = 500


@register.simple_tag
def print_code(address: str) -> SafeString:
    """Draw the QR code of an address; one that is too long for a small code is left out, its words stand beside."""
    return mark_safe(_drawn(address)) if len(address) <= LONGEST else SafeString("")  # our own drawing, no input in it


@lru_cache(maxsize=512)
def _drawn(address: str) -> str:
    drawing = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawing, kind="svg", scale=2, border=2, xmldecl=False, svgns=False, svgclass=None, lineclass=None)
    return drawing.getvalue().decode()
