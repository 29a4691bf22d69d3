"""In what the simulated Azure answers otherwise than was recorded, and is meant to: the one list of it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Deviation:
    recordings: str
    """Their names, as a pattern."""
    difference: str
    """As `imitation` tells it, as a pattern."""
    reason: str

    def covers(self, recording: str, difference: str) -> bool:
        return fnmatchcase(recording, self.recordings) and fnmatchcase(difference, self.difference)


_CONNECTION = "says how this one connection carries the body; HTTP lets every server choose"
_YOUNGER = "the recording is of a version before 2025-06-01, which added the field"
_CALLER = "given by whoever was recorded; nothing asks the simulated service for it"
_SHORTENED = "the recording's times were shortened, its note says"
_CLOUD_SERVICE = "the recorded pool is of cloud services, which 2025-06-01 knows no more"
_SOME = "recorded in some such answers and not in others; what decides it is not known"

ON_PURPOSE = (
    Deviation("*", "header Connection: more", _CONNECTION),
    Deviation("*", "header Content-Length: more", _CONNECTION),
    Deviation("*", "header Transfer-Encoding: missing", _CONNECTION),
    Deviation("arm-*", "header Server: more", "the library that serves adds it to whatever names no server"),
    Deviation(
        "*",
        "header Retry-After: more",
        "only under the fast clock, where time goes by looks: else each wait of a test took the product's"
        " own pause; under the real clock no read has it, and a test says so",
    ),
    Deviation("arm-*", "header x-ms-ratelimit-remaining-subscription-global-*: more", _SOME),
    Deviation("arm-pool-put-publicip-starttask", "header Last-Modified: missing", _SOME),
    Deviation("data-login-*", "header DataServiceId: more", _SOME),
    Deviation("arm-pool-*", "*.taskSchedulingPolicy.jobDefaultOrder: more", _YOUNGER),
    Deviation("data-pool-get-*", "*.taskSchedulingPolicy.jobDefaultOrder: more", _YOUNGER),
    Deviation(
        "arm-pool-patch-autoscale",
        "body.properties.resizeOperationStatus: more",
        "the formula was yet to be evaluated; here it is at once, so that there is a resize",
    ),
    Deviation("arm-pool-list-useraccount", "body.value[[]].properties.*Time: more", _SHORTENED),
    Deviation("arm-pool-list-useraccount", "body.value[[]].properties.lastModified: more", _SHORTENED),
    Deviation(
        "arm-pool-list-useraccount",
        "*.deploymentConfiguration.virtualMachineConfiguration: more",
        _CLOUD_SERVICE,
    ),
    Deviation("arm-pool-list-useraccount", "*.vmSize: SMALL for Small", _CLOUD_SERVICE),
    Deviation("data-jobschedules-list", "*.jobSpecification.displayName: missing", _CALLER),
    Deviation("data-jobschedules-list", "*.schedule.doNotRunAfter: missing", _CALLER),
    Deviation(
        "arm-account-get",
        "body.properties.dedicatedCoreQuota*",
        "the simulated account has one quota of cores for all families",
    ),
    Deviation(
        "arm-account-get", "body.properties.autoStorage: missing", "the simulated account has no storage"
    ),
    Deviation(
        "arm-account-get", "body.identity.userAssignedIdentities: missing", "nor an identity of its own"
    ),
    Deviation(
        "arm-account-get",
        "body.properties.nodeManagementEndpoint: more",
        "this part of the recording was filled in from the file, its note says",
    ),
)


def reason_for(recording: str, difference: str) -> str:
    """Empty where it is not meant."""
    return next((each.reason for each in ON_PURPOSE if each.covers(recording, difference)), "")
