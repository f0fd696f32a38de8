"""A file of two gigabytes is refused by what it says of its size, before a byte of it is read."""

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from onevisit.web.ui.upload_limit import UploadLimitMiddleware


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def read(self, _size: int = -1) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("length", [str(2 * 1024**3), "9" * 12])
def test_two_gigabytes_are_refused_with_the_remedy(length: str) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/registers/imports",
        "CONTENT_LENGTH": length,
        "wsgi.input": Unread(),
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
    }

    answer = UploadLimitMiddleware(lambda _request: HttpResponse("read"))(WSGIRequest(environ))

    assert answer.status_code == 413
    assert answer.content.decode().endswith("没有导入任何一行。请按区拆分后分次导入。")
