"""The options of commands that can ask a server: which one, and what proves who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sloctl.core.duration import Duration
from sloctl.core.errors import UsageError

if TYPE_CHECKING:
    from sloctl.pipeline.settings import Settings
    from sloctl.promapi.access import Access

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path)


def server_options(command: _Command) -> _Command:
    """Add `--prometheus`, `--online` and what goes with them."""
    for decorator in (
        access_options,
        click.option("--online", is_flag=True, help="Ask the server that the settings name."),
        click.option("--prometheus", metavar="URL", help="The server to ask: what stands before /api/v1."),
    ):
        command = decorator(command)
    return command


def access_options(command: _Command) -> _Command:
    """Add what goes with the address of a server: credentials, headers, TLS and the time limit."""
    for decorator in reversed((
        click.option("--token-file", type=_FILE, metavar="FILE", help="Server: file with a bearer token."),
        click.option("--user", metavar="NAME", help="Server: user of basic authentication."),
        click.option("--password-file", type=_FILE, metavar="FILE", help="Server: file with that user's password."),
        click.option("--header", "headers", multiple=True, metavar="'NAME: TEXT'",
                     help="Server: a header, such as X-Scope-OrgID; may be repeated."),
        click.option("--ca-file", type=_FILE, metavar="FILE", help="Server: the authorities that are trusted."),
        click.option("--cert-file", type=_FILE, metavar="FILE", help="Server: the client certificate."),
        click.option("--key-file", type=_FILE, metavar="FILE", help="Server: the key of the client certificate."),
        click.option("--insecure", is_flag=True, help="Server: accept any certificate."),
        click.option("--timeout", metavar="TIME", help="Server: how long an answer may take; the default is 30s."),
    )):  # fmt: skip
        command = decorator(command)
    return command


def asked_server(settings: Settings, given: Mapping[str, Any]) -> Access | None:
    """Return which server the command is to ask; None without `--prometheus` and `--online`: nothing is then asked."""
    wanted = given_access(given)
    if not given["prometheus"] and not given["online"]:
        if wanted:
            raise UsageError("the options of a server need a server", "add `--prometheus URL` or `--online`")
        return None
    from sloctl.pipeline.server_settings import server_access

    return server_access(settings, wanted | ({"url": given["prometheus"]} if given["prometheus"] else {}))


def given_access(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options of `access_options` say, as fields of `Access`."""
    wanted = {key: given[key] for key in _PLAIN if given[key]}
    if given["headers"]:
        wanted["headers"] = _headers(given["headers"])
    if given["timeout"]:
        wanted["timeout"] = _timeout(given["timeout"])
    return wanted


_PLAIN = ("token_file", "user", "password_file", "ca_file", "cert_file", "key_file", "insecure")


def _headers(lines: Sequence[str]) -> dict[str, str]:
    headers = {}
    for line in lines:
        name, colon, text = line.partition(":")
        if not colon or not name.strip():
            raise UsageError(f"`{line}` is no header", "write it as `--header 'X-Scope-OrgID: team'`")
        headers[name.strip()] = text.strip()
    return headers


def _timeout(text: str) -> Duration:
    try:
        timeout = Duration.parse(text)
    except ValueError:
        timeout = Duration(0)
    if not timeout.ms:
        raise UsageError(f"`--timeout {text}` is no length of time", "write it as `30s`")
    return timeout
