"""All paths, in the order of the life of one inspection."""

from django.urls import include, path

urlpatterns = [
    path("", include("onevisit.web.ui.urls")),
    path("accounts/", include("onevisit.web.ui.urls_accounts")),
    path("", include("onevisit.web.desk.urls.inbox")),
    path("registers/", include("onevisit.web.desk.urls.registers")),
    path("plans/", include("onevisit.web.desk.urls.plans")),
    path("offers/", include("onevisit.web.desk.urls.offers")),
    path("draws/", include("onevisit.web.desk.urls.draws")),
    path("visits/", include("onevisit.web.desk.urls.visits")),
    path("findings/", include("onevisit.web.desk.urls.findings")),
    path("publication/", include("onevisit.web.desk.urls.publication")),
    path("oversight/", include("onevisit.web.desk.urls.oversight")),
    path("", include("onevisit.web.desk.urls.settings")),
    path("field/", include("onevisit.web.field.urls")),
    path("c/", include("onevisit.web.business.urls")),
    path("open/", include("onevisit.web.portal.urls")),
    path("", include("onevisit.web.exchange.urls")),
]

handler400 = "onevisit.web.ui.views.errors.bad_request"
handler403 = "onevisit.web.ui.views.errors.forbidden"
handler404 = "onevisit.web.ui.views.errors.not_found"
handler500 = "onevisit.web.ui.views.errors.server_error"
