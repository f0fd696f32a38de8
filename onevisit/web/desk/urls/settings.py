"""Paths of 管理: organs, posts, substitutions."""

from django.urls import path

from onevisit.web.desk.views import organs

urlpatterns = [
    path("settings/organs", organs.organ_list, name="organ_list"),
    path("settings/organs/<uuid:organ_id>", organs.organ_detail, name="organ_detail"),
    path("settings/organs/<uuid:organ_id>/onboard", organs.organ_onboard, name="organ_onboard"),
    path("settings/posts/<uuid:post_id>/end", organs.post_end, name="post_end"),
    path("settings/me", organs.my_posts, name="my_posts"),
    path("settings/delegations/<uuid:delegation_id>/revoke", organs.delegation_revoke, name="delegation_revoke"),
]
