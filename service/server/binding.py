"""Access by address: without keys the service answers only this machine, unless it is open to all."""

import ipaddress
import os
import socket
from collections.abc import Iterable

from service.config import Config, WrongSetting
from service.keys import KeyRing, KeysUnusable

# As gunicorn has them: (host, port), the path of a unix socket, or the number of an open socket.
Address = tuple[str, int] | str | int


def check_access(config: Config, addresses: Iterable[Address]) -> None:
    """Raise WrongSetting for keys that cannot be read, or for a service that is open to other machines."""
    keys = KeyRing(config.quotes_api_keys, config.quotes_keys_file)
    try:
        keys.check()
    except KeysUnusable as error:
        raise WrongSetting(f"QUOTES_KEYS_FILE: {error}") from None
    if config.quotes_private and not keys:
        raise WrongSetting("QUOTES_PRIVATE: needs keys, in QUOTES_API_KEYS or QUOTES_KEYS_FILE")
    if keys or config.quotes_open:
        return
    for address in addresses:
        if not is_local(address):
            raise WrongSetting(
                f"{describe(address)} is open to other machines: set keys (QUOTES_API_KEYS or"
                " QUOTES_KEYS_FILE), or QUOTES_OPEN=1 to let everybody write, or bind to 127.0.0.1"
            )


def is_local(address: Address) -> bool:
    """Return whether only this machine can connect to an address; for a name, to all its addresses."""
    if isinstance(address, int):
        with socket.socket(fileno=os.dup(address)) as listener:
            return listener.family == socket.AF_UNIX or is_loopback(*listener.getsockname()[:2])
    return isinstance(address, str) or is_loopback(*address)


def is_loopback(host: str, port: int) -> bool:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_loopback for each in found)


def describe(address: Address) -> str:
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else f"fd://{address}"
