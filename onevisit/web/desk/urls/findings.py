"""Paths of 问题处置."""

from django.urls import path

from onevisit.web.desk.views import finding_terms, findings, reviews

urlpatterns = [
    path("", findings.finding_list, name="finding_list"),
    path("review", reviews.review_list, name="review_list"),
    path("review/<uuid:inspection_id>", reviews.review, name="review"),
    path("review/<uuid:inspection_id>/pass", reviews.review_pass, name="review_pass"),
    path("review/<uuid:inspection_id>/return", reviews.review_return, name="review_return"),
    path("<uuid:finding_id>", findings.finding_detail, name="finding_detail"),
    path("<uuid:finding_id>/order", findings.finding_order, name="finding_order"),
    path("<uuid:finding_id>/revoke", findings.finding_revoke, name="finding_revoke"),
    path("<uuid:finding_id>/drop", findings.finding_drop, name="finding_drop"),
    path("<uuid:finding_id>/prove", findings.finding_prove, name="finding_prove"),
    path("<uuid:finding_id>/pause", finding_terms.finding_pause, name="finding_pause"),
    path("<uuid:finding_id>/resume", finding_terms.finding_resume, name="finding_resume"),
    path("<uuid:finding_id>/revisit", findings.finding_revisit, name="finding_revisit"),
    path("<uuid:finding_id>/return", findings.finding_return, name="finding_return"),
    path("<uuid:finding_id>/close", findings.finding_close, name="finding_close"),
]
