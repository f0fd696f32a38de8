"""Paths of `draws`."""

from django.urls import path

from onevisit.web.desk.views import draw_ceremony, draw_pool, draw_rounds, draw_witness, draws, fairness

_ONE = "<uuid:draw_id>"

urlpatterns = [
    path("", draws.draw_list, name="draw_list"),
    path("new", draws.draw_new, name="draw_new"),
    path("fairness", fairness.draw_fairness, name="draw_fairness"),
    path("fairness.json", fairness.draw_fairness_report, name="draw_fairness_report"),
    path("fairness/<slug:key>.csv", fairness.draw_fairness_table, name="draw_fairness_table"),
    path(_ONE, draws.draw_detail, name="draw_detail"),
    path(f"{_ONE}/preview", draw_pool.draw_preview, name="draw_preview"),
    path(f"{_ONE}/trial", draw_pool.draw_trial, name="draw_trial"),
    path(f"{_ONE}/reschedule", draw_pool.draw_reschedule, name="draw_reschedule"),
    path(f"{_ONE}/recuse", draw_pool.draw_recuse, name="draw_recuse"),
    path(f"{_ONE}/unrecuse", draw_pool.draw_unrecuse, name="draw_unrecuse"),
    path(f"{_ONE}/commit_key", draw_pool.draw_commit_key, name="draw_commit_key"),
    path(f"{_ONE}/freeze", draw_pool.draw_freeze, name="draw_freeze"),
    path(f"{_ONE}/unfreeze", draw_pool.draw_unfreeze, name="draw_unfreeze"),
    path(f"{_ONE}/commit", draw_pool.draw_commit, name="draw_commit"),
    path(f"{_ONE}/ceremony", draw_ceremony.draw_ceremony, name="draw_ceremony"),
    path(f"{_ONE}/witness", draw_witness.draw_witness, name="draw_witness"),
    path(f"{_ONE}/console", draw_ceremony.draw_console, name="draw_console"),
    path(f"{_ONE}/type", draw_ceremony.draw_type, name="draw_type"),
    path(f"{_ONE}/source", draw_ceremony.draw_source, name="draw_source"),
    path(f"{_ONE}/hand_key", draw_ceremony.draw_hand_key, name="draw_hand_key"),
    path(f"{_ONE}/draw", draw_ceremony.draw_draw, name="draw_draw"),
    path(f"{_ONE}/result", draws.draw_result, name="draw_result"),
    path(f"{_ONE}/carry", draw_rounds.draw_carry, name="draw_carry"),
    path(f"{_ONE}/replacements", draw_rounds.draw_replacements, name="draw_replacements"),
    path(f"{_ONE}/request_replacement", draw_rounds.draw_request_replacement, name="draw_request_replacement"),
    path(f"{_ONE}/confirm_replacement", draw_rounds.draw_confirm_replacement, name="draw_confirm_replacement"),
    path(f"{_ONE}/refuse_replacement", draw_rounds.draw_refuse_replacement, name="draw_refuse_replacement"),
    path(f"{_ONE}/order", draw_rounds.draw_order, name="draw_order"),
    path(f"{_ONE}/replace", draw_rounds.draw_replace, name="draw_replace"),
    path(f"{_ONE}/cancel", draw_pool.draw_cancel, name="draw_cancel"),
    path(f"{_ONE}/propose_void", draw_pool.draw_propose_void, name="draw_propose_void"),
    path(f"{_ONE}/void", draw_pool.draw_void, name="draw_void"),
]
