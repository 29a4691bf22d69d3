"""What the C++ REST SDK says when a request fails before any HTTP status.

The texts are in its source; that the extension 1.x to 3.x is built on it is inferred, and none but
`URI must contain a hostname.` was seen in its log. Of 4.x nothing is known; the same is assumed.
"""

from __future__ import annotations

from troubleshooter.simulator.around.conditions import Road

NO_HOST = "URI must contain a hostname."
NO_SCHEME = "URI scheme must be 'http' or 'https'"
_LINUX = {
    Road.UNRESOLVED: "Error resolving address",
    Road.CLOSED: "Failed to connect to any resolved endpoint",
    Road.INSPECTED: "Error in SSL handshake",
    Road.PROXY_UNRESOLVED: "Error resolving proxy address",
    Road.PROXY_REFUSES: "Expected a 200 response from proxy, received: 407",
    Road.CUT: "Failed to read HTTP status line",
}
_WINDOWS = {
    # The number is WinHTTP's (documented), the words after it are Windows' own for it.
    Road.UNRESOLVED: "WinHttpSendRequest: 12007: The server name or address could not be resolved",
    Road.CLOSED: "WinHttpSendRequest: 12029: A connection with the server could not be established",
    Road.INSPECTED: "SSL Error: WINHTTP_CALLBACK_STATUS_FLAG_INVALID_CA SSL invalid CA.",
    Road.CUT: "WinHttpReceiveResponse: 12030: The connection with the server was terminated abnormally",
}


def failure(road: Road, *, windows: bool) -> str:
    """Of a request on that road; what Windows says of a proxy that fails is not known."""
    if windows:
        return _WINDOWS.get(road, _WINDOWS[Road.UNRESOLVED])
    return _LINUX[road]
