"""Paths of the public pages under /open/."""

from django.urls import path, re_path

from onevisit.web.portal.views import draws, fairness, home, ledger, requests, results, sm2

# C2SP tlog-tiles write an index in groups of three digits, all but the latest with an x.
_TILE = r"ledger/tile/(?P<level>\d{1,2})/(?P<index>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>\d{1,3}))?"

urlpatterns = [
    path("", home.home, name="open_home"),
    path("search", home.search, name="open_search"),
    path("results", results.results, name="open_results"),
    path("results/<uuid:publication_id>.json", results.content, name="open_content"),
    path("results/<uuid:publication_id>.tlog-proof", results.proof, name="open_result_proof"),
    path("b/<str:code>", results.business, name="open_business"),
    path("requests", requests.ask, name="open_requests"),
    path("requests/<str:receipt>", requests.status, name="open_request"),
    path("cases", requests.cases, name="open_cases"),
    path("draws", draws.register, name="open_draws"),
    path("draws/figures", draws.figures, name="open_draw_figures"),
    path("draws/<str:number>", draws.draw, name="open_draw"),
    path("draws/<str:number>/bundle.zip", draws.bundle, name="open_draw_bundle"),
    path("draws/<str:number>/verify", draws.report, name="open_draw_verify"),
    path("fairness", fairness.page, name="open_fairness"),
    path("fairness.json", fairness.document, name="open_fairness_report"),
    path("fairness/<slug:key>.csv", fairness.table, name="open_fairness_table"),
    path("draws/register/<str:organiser>.json", draws.register_file, name="open_draw_register"),
    path("draws/<str:number>/files/<str:name>", draws.file, name="open_draw_file"),
    path("sm2", sm2.page, name="open_sm2"),
    path("sm2.pem", sm2.key_file, name="open_sm2_key"),
    path("ledger", ledger.ledger, name="open_ledger"),
    path("ledger/policy.txt", ledger.policy, name="open_ledger_policy"),
    path("ledger/policies/<int:version>.txt", ledger.policy_version, name="open_ledger_policy_version"),
    path("ledger/checkpoint", ledger.checkpoint, name="open_ledger_checkpoint"),
    path("ledger/checkpoints/<int:size>", ledger.checkpoint, name="open_ledger_checkpoint_of"),
    path("ledger/checkpoints/<int:size>.body", ledger.body, name="open_ledger_body"),
    path("ledger/tsa-root.pem", ledger.anchor_root, name="open_ledger_tsa_root"),
    path("ledger/anchors/<int:size>.tsr", ledger.anchor, name="open_ledger_anchor"),
    path("ledger/consistency/<int:size1>/<int:size2>.json", ledger.consistency, name="open_ledger_consistency"),
    path("ledger/proofs/<uuid:entry_id>.tlog-proof", ledger.proof, name="open_ledger_proof"),
    re_path(f"^{_TILE}$", ledger.tile, name="open_ledger_tile"),
]
