"""Why a drawn officer may be replaced (DS-17): the codes of the manifest's closed list, and their words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SWAP_REASONS: dict[str, str | Promise] = {
    "RECUSED": gettext_lazy("回避"),
    "ON_LEAVE": gettext_lazy("休假、病假"),
    "TRANSFERRED": gettext_lazy("调离岗位"),
    "CERT_LAPSED": gettext_lazy("执法证件失效"),
}
CODES = tuple(sorted(SWAP_REASONS))


def words_of(code: str) -> str:
    """Return the words of a code; one of an older list stands for itself."""
    return str(SWAP_REASONS.get(code, code))
