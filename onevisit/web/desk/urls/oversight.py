"""Paths of 监督."""

from django.urls import path

from onevisit.web.desk.views import alerts, oversight, ratings

urlpatterns = [
    path("alerts", alerts.alert_list, name="alert_list"),
    path("alerts/look", alerts.alert_look, name="alert_look"),
    path("alerts/<uuid:alert_id>", alerts.alert_detail, name="alert_detail"),
    path("alerts/<uuid:alert_id>/ask", alerts.alert_ask, name="alert_ask"),
    path("alerts/<uuid:alert_id>/explain", alerts.alert_explain, name="alert_explain"),
    path("alerts/<uuid:alert_id>/confirm", alerts.alert_confirm, name="alert_confirm"),
    path("alerts/<uuid:alert_id>/reject", alerts.alert_reject, name="alert_reject"),
    path("alerts/<uuid:alert_id>/exclude", alerts.alert_exclude, name="alert_exclude"),
    path("alerts/rules", alerts.rule_rates, name="alert_rules"),
    path("alerts/rules/<str:key>/renew", alerts.alert_rule_renew, name="alert_rule_renew"),
    path("ratings", ratings.rating_list, name="ratings"),
    path("trace", oversight.trace, name="trace"),
    path("trace/export", oversight.trace_export, name="trace_export"),
    path("opinions/write", oversight.opinion_write, name="opinion_write"),
]
