"""Codes and messages by status, where no rule of the world words them: bad tokens and planted faults."""

from __future__ import annotations

_BUSY = "The server is busy. Please retry the request."
_CONDITION = "The condition specified in the request is not met."
ARM_TOKENS = {
    "missing": ("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."),
    "invalid": ("InvalidAuthenticationToken", "The access token is invalid."),
    "expired": ("ExpiredAuthenticationToken", "The access token expiry time is earlier than current time."),
    "audience": (
        "InvalidAuthenticationTokenAudience",
        "The access token has been obtained for the wrong audience or resource.",
    ),
}
ARM = {
    401: ARM_TOKENS["expired"],
    403: (
        "AuthorizationFailed",
        "The client does not have authorization to perform this action over this scope.",
    ),
    404: ("ResourceNotFound", "The resource was not found."),
    409: ("Conflict", "The operation conflicts with the state of the resource."),
    412: ("PreconditionFailed", _CONDITION),
    429: ("TooManyRequests", "The number of requests exceeds the limit."),
    500: ("InternalServerError", "The server encountered an internal error."),
    503: ("ServiceUnavailable", _BUSY),
}
_LIMIT = "Request was not processed because too many requests were received."
VAULT_TOKENS = {
    "missing": "AKV10000: Request is missing a Bearer or PoP token.",
    "invalid": "Error validating token: IDX10511",
    "expired": "Error validating token: IDX10223",
    "audience": "AKV10022: Invalid audience.",
}
"""The first as recorded; of the others the numbers are seen in public, the rest is assumed."""
VAULT = {
    401: ("Unauthorized", VAULT_TOKENS["expired"]),
    403: ("Forbidden", "Operation is not permitted on this object."),
    404: ("SecretNotFound", "Secret not found."),
    429: ("Throttled", f"{_LIMIT} Reason: VaultRequestTypeLimitReached"),
    500: ("InternalServerError", "An internal error occurred."),
    503: ("ServiceUnavailable", _BUSY),
}
BATCH = {
    401: (
        "AuthenticationFailed",
        "Server failed to authenticate the request. The value of the Authorization header is not accepted.",
    ),
    403: ("InsufficientAccountPermissions", "The caller does not have permission for this operation."),
    404: ("ResourceNotFound", "The specified resource does not exist."),
    409: (
        "OperationInvalidForCurrentState",
        "The requested operation is invalid for the current state of the resource.",
    ),
    412: ("ConditionNotMet", _CONDITION),
    429: ("TooManyRequests", "The number of requests exceeds the limit."),
    500: ("InternalError", "The server encountered an internal error. Please retry the request."),
    503: ("ServerBusy", _BUSY),
}
"""Of a caller without rights the data plane's code is not known; this one is from its list of codes."""
