"""Where a form of the sign-in page may lead, which the browser asks of every redirect that follows it."""

import os
import subprocess
import sys

import pytest

ASK = "from onevisit.project import settings; print(*settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"


def _form_action(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("environment", "origins"),
    [
        ({}, []),
        ({"ONEVISIT_OIDC_ISSUER": "https://id.example/realm"}, ["https://id.example"]),
        (
            {
                "ONEVISIT_OIDC_ISSUER": "https://id.example/realm",
                "ONEVISIT_OIDC_SIGN_IN_ORIGIN": "https://login.example/authorize",
            },
            ["https://id.example", "https://login.example"],
        ),
    ],
)
def test_a_form_may_lead_to_the_issuer_and_to_the_host_of_its_sign_in_page(
    environment: dict[str, str], origins: list[str]
) -> None:
    assert _form_action(**environment) == ["'self'", *origins]
