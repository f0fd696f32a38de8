"""Paths of 名录库: targets, directories, inspectors, items, laws, imports."""

from django.urls import path
from django.views.generic import RedirectView

from onevisit.web.desk.views import (
    city,
    directories,
    duplicates,
    import_acts,
    imports,
    inspectors,
    items,
    joins,
    targets,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="target_list"), name="registers"),
    path("targets", targets.target_list, name="target_list"),
    path("targets/<uuid:target_id>", targets.target_detail, name="target_detail"),
    path("targets/<uuid:target_id>/join/<uuid:offer_id>", joins.target_join, name="target_join"),
    path("targets/<uuid:target_id>/apart/<uuid:offer_id>", joins.target_apart, name="target_apart"),
    path("targets/<uuid:target_id>/contact", targets.target_contact, name="target_contact"),
    path("targets/duplicates", duplicates.duplicate_list, name="duplicate_list"),
    path("targets/duplicates/merge", duplicates.merge_by_rule, name="merge_by_rule"),
    path("targets/<uuid:target_id>/merge/<uuid:other_id>", duplicates.target_merge, name="target_merge"),
    path("targets/merges/<uuid:merge_id>/undo", duplicates.target_unmerge, name="target_unmerge"),
    path("directories", directories.directory_list, name="directory_list"),
    path("directories/<uuid:directory_id>", directories.directory_detail, name="directory_detail"),
    path("inspectors", inspectors.inspector_list, name="inspector_list"),
    path("inspectors/<uuid:inspector_id>", inspectors.inspector_detail, name="inspector_detail"),
    path("items", items.item_list, name="item_list"),
    path("items/<uuid:item_id>", items.item_detail, name="item_detail"),
    path("matrix", items.item_matrix, name="item_matrix"),
    path("laws", items.law_list, name="law_list"),
    path("laws/<slug:law_id>", items.law_detail, name="law_detail"),
    path("city", city.city_detail, name="city_detail"),
    path("imports", imports.import_list, name="import_list"),
    path("imports/templates/<slug:kind>.csv", imports.import_template, name="import_template"),
    path("imports/<uuid:import_id>", imports.import_detail, name="import_detail"),
    path("imports/<uuid:import_id>/progress", imports.import_progress, name="import_progress"),
    path("imports/<uuid:import_id>/match", import_acts.import_match, name="import_match"),
    path("imports/<uuid:import_id>/check", import_acts.import_check, name="import_check"),
    path("imports/<uuid:import_id>/correct", import_acts.import_correct, name="import_correct"),
    path("imports/<uuid:import_id>/decide", import_acts.import_decide, name="import_decide"),
    path("imports/<uuid:import_id>/queue", import_acts.import_queue, name="import_queue"),
    path("imports/<uuid:import_id>/stop", import_acts.import_stop, name="import_stop"),
    path("imports/<uuid:import_id>/cancel", import_acts.import_cancel, name="import_cancel"),
    path("imports/<uuid:import_id>/faults.csv", imports.import_faults, name="import_faults"),
]
