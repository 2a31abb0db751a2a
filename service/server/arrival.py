"""Counts the bytes of a request in the kernel's buffer, so that no thread waits for the rest."""

import fcntl
import re
import socket
import struct
import termios
from enum import Enum

# Longer heads are beyond gunicorn's limits.
PEEKED_BYTES = 64 * 1024
HEAD_END = b"\r\n\r\n"
PROBE = re.compile(rb"(?:GET|HEAD) /(?:healthz|metrics) HTTP/")
# These are read while they are answered, or are not told how long they are.
STREAM = re.compile(
    rb"^[^\r]{0,4096}/(?:articles|verify)/bulk[ ?]|\r\n(?:transfer-encoding|expect)[ \t]*:", re.IGNORECASE
)
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*(?:\r\n|\Z)", re.IGNORECASE)
# CLOSE and CLOSE_WAIT, in the kernel's numbers.
ENDED_STATES = (7, 8)


class Lane(Enum):
    """Which threads answer a request."""

    PROBES = "probes"
    REQUESTS = "requests"
    STREAMS = "streams"


def find_lane(connection: socket.socket, expected: int, longest_body: int) -> Lane | int:
    """Choose who answers the bytes that have arrived, or how many bytes in all to wait for.

    `expected` is for how many were waited: a kernel that says so before they are there is asked no more.
    """
    try:
        data = connection.recv(PEEKED_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return 1
    except OSError:
        return Lane.REQUESTS
    there = count_received(connection)
    end = data.find(HEAD_END)
    if there < expected or (end < 0 and len(data) == PEEKED_BYTES):
        # All that comes, or more than the kernel holds.
        return Lane.REQUESTS if has_ended(connection) else Lane.STREAMS
    if not data:
        return Lane.REQUESTS
    if end < 0:
        return there + 1
    head = data[:end]
    if PROBE.match(head):
        return Lane.PROBES
    if STREAM.search(head):
        return Lane.STREAMS
    length = LENGTH.search(head)
    body = int(length[1]) if length else 0
    # What is too long is refused unread.
    whole = end + len(HEAD_END) + (body if body <= longest_body else 0)
    return Lane.REQUESTS if there >= whole else whole


def count_received(connection: socket.socket) -> int:
    """Count the bytes that have come and were not read."""
    count: int = struct.unpack("i", fcntl.ioctl(connection, termios.FIONREAD, b"\0" * 4))[0]
    return count


def has_ended(connection: socket.socket) -> bool:
    """Whether the client has stopped sending."""
    if not is_tcp(connection):
        return False
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] in ENDED_STATES


def is_tcp(connection: socket.socket) -> bool:
    return connection.family in (socket.AF_INET, socket.AF_INET6)


def wait_for(connection: socket.socket, size: int) -> None:
    """Let the kernel tell of this connection once so many bytes are there."""
    if is_tcp(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
