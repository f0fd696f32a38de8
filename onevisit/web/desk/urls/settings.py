"""Paths of 管理: organs, posts, substitutions, rules, the queue; and of files."""

from django.urls import path

from onevisit.web.desk.views import files, ledger, operations, organs, rules

urlpatterns = [
    path("settings/organs", organs.organ_list, name="organ_list"),
    path("settings/organs/<uuid:organ_id>", organs.organ_detail, name="organ_detail"),
    path("settings/organs/<uuid:organ_id>/onboard", organs.organ_onboard, name="organ_onboard"),
    path("settings/posts/<uuid:post_id>/end", organs.post_end, name="post_end"),
    path("settings/me", organs.my_posts, name="my_posts"),
    path("ledger", ledger.entries, name="ledger"),
    path("ledger/verify", ledger.verify, name="ledger_verify"),
    path("ledger/policy.txt", ledger.policy, name="ledger_policy"),
    path("ledger/checkpoint.txt", ledger.checkpoint, name="ledger_checkpoint"),
    path("ledger/entries/<uuid:entry_id>", ledger.entry, name="ledger_entry"),
    path("ledger/entries/<uuid:entry_id>.tlog-proof", ledger.proof, name="ledger_proof"),
    path("settings/delegations/<uuid:delegation_id>/revoke", organs.delegation_revoke, name="delegation_revoke"),
    path("settings/rules", rules.rule_list, name="rule_list"),
    path("settings/rules/<str:key>", rules.rule_detail, name="rule_detail"),
    path("ops", operations.queue, name="ops_queue"),
    path("ops/jobs/<int:job_id>/retry", operations.job_retry, name="job_retry"),
    path("files/<uuid:attachment_id>", files.file_download, name="file_download"),
]
