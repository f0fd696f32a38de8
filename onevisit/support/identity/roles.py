"""The closed set of roles a post can carry (screens.md section 3)."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person does for an organ; one person may hold several, in several organs."""

    COORDINATOR = "coordinator"
    CLERK = "clerk"
    APPROVER = "approver"
    INSPECTOR = "inspector"
    LEGALITY_REVIEWER = "legality_reviewer"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    PROSECUTOR = "prosecutor"
    OPERATOR = "operator"
    NOTARY = "notary"


ROLE_LABELS = {
    Role.COORDINATOR: _("协调处"),
    Role.CLERK: _("联络员"),
    Role.APPROVER: _("审批人"),
    Role.INSPECTOR: _("执法人员"),
    Role.LEGALITY_REVIEWER: _("法制审核"),
    Role.LEADER: _("领导"),
    Role.SUPERVISOR: _("执法监督"),
    Role.PROSECUTOR: _("检察院席位"),
    Role.OPERATOR: _("运维"),
    Role.NOTARY: _("公证"),
}
# What the head of an organ may grant by himself; every other role reaches beyond the organ or stands against it.
OF_ONE_ORGAN = frozenset({Role.CLERK, Role.APPROVER, Role.INSPECTOR, Role.LEGALITY_REVIEWER})
ROLE_CHOICES = [(role.value, ROLE_LABELS[role]) for role in Role]
