"""Paths of `offers`."""

from django.urls import path

from onevisit.web.desk.views import joins, offers, parts, replies

_ONE = "<uuid:offer_id>"
_JOIN = "joins/<uuid:join_id>"
_PART = "parts/<uuid:part_id>"

urlpatterns = [
    path("", offers.offer_list, name="offer_list"),
    path("figures", offers.reply_figures, name="reply_figures"),
    path("draft/<uuid:campaign_id>", offers.offer_draft, name="offer_draft"),
    path(_JOIN, joins.join_detail, name="join_detail"),
    path(f"{_JOIN}/preview", joins.join_preview, name="join_preview"),
    path(f"{_JOIN}/accept", joins.join_accept, name="join_accept"),
    path(f"{_JOIN}/refuse", joins.join_refuse, name="join_refuse"),
    path(f"{_JOIN}/withdraw", joins.join_withdraw, name="join_withdraw"),
    path(_ONE, offers.offer_detail, name="offer_detail"),
    path(f"{_ONE}/preview", offers.offer_preview, name="offer_preview"),
    path(f"{_ONE}/edit", offers.offer_edit, name="offer_edit"),
    path(f"{_ONE}/remove", offers.offer_remove, name="offer_remove"),
    path(f"{_ONE}/extend", offers.offer_extend, name="offer_extend"),
    path(f"{_ONE}/allow", offers.offer_allow, name="offer_allow"),
    path(f"{_ONE}/refuse", offers.offer_refuse, name="offer_refuse"),
    path(f"{_ONE}/send", offers.offer_send, name="offer_send"),
    path(f"{_ONE}/accept", replies.offer_accept, name="offer_accept"),
    path(f"{_ONE}/decline", replies.offer_decline, name="offer_decline"),
    path(f"{_ONE}/counter", replies.offer_counter, name="offer_counter"),
    path(f"{_ONE}/undo", replies.offer_undo, name="offer_undo"),
    path(f"{_ONE}/adopt", replies.offer_adopt, name="offer_adopt"),
    path(f"{_ONE}/insist", replies.offer_insist, name="offer_insist"),
    path(f"{_ONE}/remind", offers.offer_remind, name="offer_remind"),
    path(f"{_ONE}/withdraw", offers.offer_withdraw, name="offer_withdraw"),
    path(f"{_ONE}/settle", offers.offer_settle, name="offer_settle"),
    path(_PART, parts.part_detail, name="part_detail"),
    path(f"{_PART}/submit", parts.part_submit, name="part_submit"),
    path(f"{_PART}/recall", parts.part_recall, name="part_recall"),
    path(f"{_PART}/approve", parts.part_approve, name="part_approve"),
    path(f"{_PART}/return", parts.part_return, name="part_return"),
]
