"""The data plane's words for job schedules, after BatchService 2025-06-01."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.timestamp import iso

if TYPE_CHECKING:
    from troubleshooter.simulator.world.world import JobSchedule


def schedule(schedule: JobSchedule, base: str) -> dict[str, Any]:
    recent = {"id": schedule.recent_job, "url": f"{base}/jobs/{schedule.recent_job}"}
    return {
        "id": schedule.id,
        "url": f"{base}/jobschedules/{schedule.id}",
        "eTag": schedule.etag,
        "lastModified": iso(schedule.created),
        "creationTime": iso(schedule.created),
        "state": schedule.state,
        "stateTransitionTime": iso(schedule.created),
        "schedule": {"recurrenceInterval": "PT1H"},
        "jobSpecification": {"priority": 0, "poolInfo": {"poolId": schedule.pool}},
        "executionInfo": {"recentJob": recent},
    }
