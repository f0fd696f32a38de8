"""Industry, licence, directory, place and date -> items, laws, departments and targets, each with its reason.

Pure: the caller hands in the facts and gets a `Proposal`. Nothing is selected for good here; a clerk edits the result.
"""

from onevisit.core.matching.cluster import match
from onevisit.core.matching.facts import (
    BasisFact,
    DepartmentFact,
    ItemFact,
    LicenceFact,
    TargetFact,
    TemplateFact,
)
from onevisit.core.matching.proposal import (
    ExcludedItem,
    ExcludedTarget,
    MatchedDepartment,
    MatchedItem,
    MatchedTarget,
    Orphan,
    Overlap,
    Proposal,
    Reason,
    UnmatchedDepartment,
)

__all__ = [
    "BasisFact",
    "DepartmentFact",
    "ExcludedItem",
    "ExcludedTarget",
    "ItemFact",
    "LicenceFact",
    "MatchedDepartment",
    "MatchedItem",
    "MatchedTarget",
    "Orphan",
    "Overlap",
    "Proposal",
    "Reason",
    "TargetFact",
    "TemplateFact",
    "UnmatchedDepartment",
    "match",
]
