"""Paths of the business's own pages, reached by an inspection code."""

from django.urls import path

from onevisit.web.business.views import codes, corrections, keys, signing, voices

urlpatterns = [
    path("<str:code>", codes.code, name="code"),
    path("<str:code>/sign", signing.sign, name="code_sign"),
    path("<str:code>/sign/<uuid:inspection_id>/dispute", signing.dispute, name="code_dispute"),
    path("<str:code>/key", keys.key, name="code_key"),
    path("<str:code>/documents", codes.documents, name="code_documents"),
    path("<str:code>/documents/<uuid:file_id>", codes.document, name="code_document"),
    path("<str:code>/correct", corrections.corrections, name="code_correct"),
    path("<str:code>/correct/<uuid:finding_id>", corrections.correct, name="code_correct_send"),
    path("<str:code>/correct/<uuid:finding_id>/files", corrections.announce, name="code_file_announce"),
    path("<str:code>/files/<uuid:file_id>", corrections.receive, name="code_file"),
    path("<str:code>/reply", voices.reply, name="code_reply"),
    path("<str:code>/statement", voices.statement, name="code_statement"),
    path("<str:code>/complain", voices.complain, name="code_complain"),
    path("<str:code>/stranger", voices.stranger, name="code_stranger"),
    path("<str:code>/rate", voices.rate, name="code_rate"),
]
