"""The one way the core says no: a refusal with a stable code from the draw protocol."""


class Refused(Exception):
    """An input that the protocol refuses; everything else that rises from the core is a bug."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"
