"""Why something outside did not work, in the reader's words: what the system and the libraries say is English and theirs."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from bot.core.wording import Text, text

_FILES = {
    errno.ENOENT: "reason.not_there",
    errno.EISDIR: "reason.is_folder",
    errno.ENOTDIR: "reason.no_folder",
    errno.EACCES: "reason.no_right",
    errno.EPERM: "reason.no_right",
    errno.EROFS: "reason.read_only",
    errno.ENOSPC: "reason.disk_full",
    errno.ENAMETOOLONG: "reason.name_too_long",
}
_PORTS = {
    errno.EADDRINUSE: "reason.port_in_use",
    errno.EACCES: "reason.no_right",
    errno.EADDRNOTAVAIL: "reason.not_this_machine",
}
# By the names of their errors: no library is loaded only to tell these apart.
_NETWORK = {
    "reason.no_answer": (
        "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout", "TimedOut", "TimeoutError", "ServerTimeoutError",
        "ConnectionTimeoutError", "SocketTimeoutError",
    ),
    "reason.bad_address": ("InvalidURL", "UnsupportedProtocol", "LocalProtocolError", "InvalidUrlClientError"),
    "reason.proxy": ("ProxyError", "ClientProxyConnectionError", "ClientHttpProxyError"),
    "reason.certificate": (
        "ClientConnectorCertificateError", "ClientConnectorSSLError", "ClientSSLError", "SSLError", "SSLCertVerificationError",
    ),
    "reason.somebody_else": ("JSONDecodeError", "UnicodeDecodeError", "ContentTypeError", "ValueError", "SlackClientError"),
}  # fmt: skip
_BY_NAME = {name: reason for reason, names in _NETWORK.items() for name in names}


def of_file(error: OSError) -> Text | str:
    """Why a file cannot be read or written; the system's own code where there is no word for it."""
    folder = Path(str(error.filename)).parent if error.filename else Path()
    if error.errno == errno.ENOENT and not folder.is_dir():
        return text("reason.folder_not_there", folder=str(folder))
    known = _FILES.get(error.errno or 0)
    return Text(known) if known else errno.errorcode.get(error.errno or 0, type(error).__name__)


def of_port(told: str) -> Text | str:
    """Why a port cannot be used, by what the system has told."""
    return next((Text(reason) for code, reason in _PORTS.items() if os.strerror(code) == told), told)


def of_network(error: BaseException) -> Text:
    """Why a service does not answer."""
    names = [type(one).__name__ for one in (error, error.__cause__, error.__context__) if one is not None]
    return Text(next((_BY_NAME[name] for name in names if name in _BY_NAME), "reason.no_connection"))
