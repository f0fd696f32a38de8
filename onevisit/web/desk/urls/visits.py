"""Paths of 一次查."""

from django.urls import path

from onevisit.web.desk.views import business_keys, recusals, swap_requests, visits

urlpatterns = [
    path("", visits.visit_list, name="visit_list"),
    path("business_keys", business_keys.key_list, name="business_keys"),
    path("business_keys/letters", business_keys.key_letters, name="business_key_letters"),
    path("missing", visits.visit_missing, name="visit_missing"),
    path("<uuid:visit_id>", visits.visit_detail, name="visit_detail"),
    path("<uuid:visit_id>/board", visits.visit_board, name="visit_board"),
    path("<uuid:visit_id>/report", visits.visit_report, name="visit_report"),
    path("<uuid:visit_id>/remind", visits.visit_remind, name="visit_remind"),
    path("inspections/<uuid:inspection_id>/follow_up", visits.inspection_follow_up, name="inspection_follow_up"),
    path("members/<uuid:member_id>/request_swap", swap_requests.draw_request_swap, name="draw_request_swap"),
    path("recusals/<uuid:submission_id>/decline", recusals.decline, name="recusal_decline"),
    path("submissions/<uuid:submission_id>/adopt", visits.submission_adopt, name="submission_adopt"),
    path("submissions/<uuid:submission_id>/dismiss", visits.submission_dismiss, name="submission_dismiss"),
]
