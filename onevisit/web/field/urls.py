"""Paths of the field app: its API, its service worker, and its page for everything else."""

from django.urls import path

from onevisit.web.field.views import badges, files, push, session, shell, submissions

urlpatterns = [
    path("api/session", session.session, name="field_session"),
    path("api/packages", session.package_list, name="field_packages"),
    path("api/submissions/<uuid:submission_id>", submissions.submission, name="field_submission"),
    path("api/inspections/<uuid:inspection_id>/receipts", submissions.receipts, name="field_receipts"),
    path("api/files", files.announce, name="field_files"),
    path("api/files/<uuid:file_id>", files.content, name="field_file"),
    path("api/push/subscriptions", push.subscriptions, name="field_push"),
    path("api/badge-keys", badges.badge_keys, name="field_badge_keys"),
    path("sw.js", shell.service_worker, name="field_service_worker"),
    path("", shell.index, name="field_index"),
    path("<path:path>", shell.index, name="field_page"),
]
