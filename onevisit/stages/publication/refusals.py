"""Why something cannot be made public so."""


class PublicationRefused(Exception):
    """Publication is not possible so; `field` names the input."""

    code = "publication"

    def __init__(self, *, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
