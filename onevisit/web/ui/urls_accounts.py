"""Sign-in, second factor and sessions: the library's pages that this product has, and a closed door for the others."""

from allauth.account import views as account
from allauth.usersessions import views as usersessions
from django.urls import include, path

from onevisit.web.ui.views import session

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("oidc/cancelled/", session.closed, name="socialaccount_login_cancelled"),
    path("oidc/error/", session.closed, name="socialaccount_login_error"),
    path("oidc/signup/", session.closed, name="socialaccount_signup"),
    path("oidc/connections/", session.closed, name="socialaccount_connections"),
    path("sessions/", usersessions.list_usersessions, name="usersessions_list"),
    path("sessions/<int:session_id>/end", session.session_end, name="session_end"),
    # Accounts are made by an organ's contact person and know no e-mail; the library asks for these names.
    path("signup/", session.closed, name="account_signup"),
    path("password/reset/", session.closed, name="account_reset_password"),
    path("password/set/", session.closed, name="account_set_password"),
    path("email/", session.closed, name="account_email"),
    path("confirm-email/", session.closed, name="account_email_verification_sent"),
]
