from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cloud.scripted_service import SUBSCRIPTION, Cancel, Service
from troubleshooter.cloud.azure import Azure
from troubleshooter.model.target import Target
from troubleshooter.settings import CloudSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    service = Service(tmp_path)
    monkeypatch.setenv("AZURE_TENANT_ID", "tenant")
    monkeypatch.setenv("AZURE_CLIENT_ID", "client")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "not-a-secret")
    yield service
    service.stop()


@pytest.fixture
def cancel() -> Cancel:
    return Cancel()


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def azure(service: Service, cancel: Cancel, troubles: list[str]) -> Iterator[Azure]:
    settings = CloudSettings(SUBSCRIPTION, service.endpoint, service.endpoint, service.ca_file)
    with Azure(settings, cancel, troubles.append) as azure, azure.changing():
        yield azure


@pytest.fixture
def target() -> Target:
    return Target(SUBSCRIPTION, "render-rg", "renderacct", "render-pool")
