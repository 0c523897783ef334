"""The one error of this package."""


class TemplateError(ValueError):
    """Prometheus refuses to load a rule with this template.

    `message` says what is wrong, `help` what to do (it may be empty); `start` and `end` are 0-based offsets into the
    template, end exclusive.
    """

    def __init__(self, message: str, start: int, end: int, help: str = "") -> None:  # noqa: A002  the field's name in every finding
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.help = help
