"""Paths of `publication`."""

from django.urls import path

from onevisit.web.desk.views import publication, requests, typical_cases

urlpatterns = [
    path("", publication.publications, name="publications"),
    path("requests", requests.request_list, name="requests"),
    path("requests/<uuid:request_id>", requests.request_detail, name="request_detail"),
    path("requests/<uuid:request_id>/answer", requests.request_answer, name="request_answer"),
    path("requests/<uuid:request_id>/contact", requests.request_contact, name="request_contact"),
    path("requests/<uuid:request_id>/sustain", requests.objection_sustain, name="objection_sustain"),
    path("requests/<uuid:request_id>/reject", requests.objection_reject, name="objection_reject"),
    path("requests/<uuid:request_id>/adopt", requests.statement_adopt, name="statement_adopt"),
    path("requests/<uuid:request_id>/hold-statement", requests.statement_hold, name="statement_hold"),
    path("requests/<uuid:request_id>/reject-statement", requests.statement_reject, name="statement_reject"),
    path("requests/<uuid:request_id>/print", requests.reply_print, name="reply_print"),
    path("requests/<uuid:request_id>/decline", requests.reply_decline, name="reply_decline"),
    path("<uuid:publication_id>", publication.detail, name="publication"),
    path("<uuid:publication_id>/approve", publication.approve, name="publication_approve"),
    path("<uuid:publication_id>/return", publication.send_back, name="publication_return"),
    path("<uuid:publication_id>/withhold", publication.withhold, name="publication_withhold"),
    path("<uuid:publication_id>/correct", publication.correct, name="publication_correct"),
    path("<uuid:publication_id>/withdraw", publication.withdraw, name="publication_withdraw"),
    path("<uuid:publication_id>/case", typical_cases.propose, name="typical_case_propose"),
    path("<uuid:publication_id>/case/approve", typical_cases.approve, name="typical_case_approve"),
    path("<uuid:publication_id>/case/return", typical_cases.send_back, name="typical_case_return"),
    path("<uuid:publication_id>/case/remove", typical_cases.remove, name="typical_case_remove"),
    path("<uuid:publication_id>/reveal", publication.reveal, name="publication_reveal"),
]
