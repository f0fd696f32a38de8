"""Paths of `plans`."""

from django.urls import path

from onevisit.web.desk.views import campaigns, clusters, consultation

_ONE = "campaigns/<uuid:campaign_id>"

urlpatterns = [
    path("campaigns", campaigns.campaign_list, name="campaign_list"),
    path("templates", campaigns.template_list, name="template_list"),
    path("campaigns/start", campaigns.campaign_start, name="campaign_start"),
    path(_ONE, campaigns.campaign_detail, name="campaign_detail"),
    path(f"{_ONE}/edit/<slug:section>", campaigns.campaign_edit, name="campaign_edit"),
    path(f"{_ONE}/counts", campaigns.campaign_counts, name="campaign_counts"),
    path(f"{_ONE}/match", clusters.campaign_match, name="campaign_match"),
    path(f"{_ONE}/cluster", clusters.campaign_cluster, name="campaign_cluster"),
    path(f"{_ONE}/cluster/edit", clusters.cluster_edit, name="cluster_edit"),
    path(f"{_ONE}/cluster/freshness", clusters.cluster_freshness, name="cluster_freshness"),
    path(f"{_ONE}/cluster/compare", clusters.cluster_compare, name="cluster_compare"),
    path(f"{_ONE}/consult", consultation.campaign_consult, name="campaign_consult"),
    path(f"{_ONE}/annotate", consultation.campaign_annotate, name="campaign_annotate"),
    path(f"{_ONE}/agree", consultation.campaign_agree, name="campaign_agree"),
    path(f"{_ONE}/minute", consultation.campaign_minute, name="campaign_minute"),
    path(f"{_ONE}/minutes/<uuid:minutes_id>/void", consultation.campaign_void_minutes, name="campaign_void_minutes"),
    path(f"{_ONE}/notes/<uuid:note_id>/<slug:act>", consultation.plan_note_act, name="plan_note_act"),
    path(f"{_ONE}/submit", campaigns.campaign_submit, name="campaign_submit"),
    path(f"{_ONE}/recall", campaigns.campaign_recall, name="campaign_recall"),
    path(f"{_ONE}/review", campaigns.campaign_review, name="campaign_review"),
    path(f"{_ONE}/approve", campaigns.campaign_approve, name="campaign_approve"),
    path(f"{_ONE}/return", campaigns.campaign_return, name="campaign_return"),
    path(f"{_ONE}/evaluate", campaigns.campaign_evaluate, name="campaign_evaluate"),
    path(f"{_ONE}/stop", campaigns.campaign_stop, name="campaign_stop"),
]
