"""Each record is known by its keys, in whatever spelling, and says whose it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.analyse.sources import BOOK, source
from troubleshooter.analyse import analyse
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.records.walk import DEPTH, NESTED, walked

KV = "Microsoft.Azure.KeyVault.KeyVaultForLinux"
SENTENCE = "Failed to parse the configuration settings with: 'not an object'"


def said(value: Any, kind: FileKind = FileKind.TEXT) -> list[tuple[str, bool | None, FileKind, str]]:
    """Text, whether it is wrong, kind and whose, of each statement."""
    return [(one.text, one.wrong, one.kind, one.whose) for one in walked(value, kind, int)]


def ids(value: Any) -> list[str]:
    return [finding.id for finding in analyse([source(json.dumps(value, indent=2))], BOOK).findings]


def record(message: str = SENTENCE, state: str = "error") -> dict[str, Any]:
    return {
        "status": {"status": state, "formattedMessage": {"lang": "en", "message": message}},
        "timestampUTC": "2026-05-01T08:01:14Z",
    }


@pytest.mark.parametrize("value", [record(), [record()], {"properties": [record()]}, json.dumps(record())])
def test_a_status_is_known_with_and_without_brackets(value: Any) -> None:
    assert said(value) == [(SENTENCE, True, FileKind.STATUS, "")]


def test_each_handler_of_an_aggregate_status_has_its_own() -> None:
    handlers = [
        {
            "handlerName": KV,
            "handlerVersion": "3.5",
            "status": "Ready",
            "code": 0,
            "formattedMessage": {"lang": "en-US", "message": "Plugin enabled"},
            "runtimeSettingsStatus": {"settingsStatus": record()},
        },
        {"handlerName": "Microsoft.Other.Agent", "handlerVersion": "1.0", "status": "NotReady"},
    ]
    agent = {"version": "2.9", "status": "Ready", "formattedMessage": {"message": "Guest Agent is running"}}
    value = {"aggregateStatus": {"handlerAggregateStatus": handlers, "guestAgentStatus": agent}}

    assert said(value) == [
        ("Plugin enabled", False, FileKind.HANDLER_STATUS, KV),
        (SENTENCE, True, FileKind.STATUS, KV),
        ("the handler is NotReady", True, FileKind.HANDLER_STATUS, "Microsoft.Other.Agent"),
        ("Guest Agent is running", False, FileKind.HANDLER_STATUS, ""),
    ]


FAILED = {"code": "ProvisioningState/failed/1", "level": "Error", "message": SENTENCE}
VIEW = ("ProvisioningState/failed/1: " + SENTENCE, True, FileKind.EXTENSION_VIEW, KV)


@pytest.mark.parametrize(
    "value",
    [
        {"type": KV, "typeHandlerVersion": "3.5", "status": FAILED},
        {"extensionHandlers": [{"type": KV, "typeHandlerVersion": "3.5", "status": FAILED}]},
        {"name": "x", "type": KV, "typeHandlerVersion": "3.5", "statuses": [FAILED]},
        {
            "type": "Microsoft.Compute/virtualMachines/extensions",
            "properties": {
                "publisher": "Microsoft.Azure.KeyVault",
                "type": "KeyVaultForLinux",
                "typeHandlerVersion": "3.0",
                "instanceView": {"statuses": [FAILED]},
            },
        },
        {
            "type": "Microsoft.Compute/virtualMachines/extensions",
            "publisher": "Microsoft.Azure.KeyVault",
            "typePropertiesType": "KeyVaultForLinux",
            "instanceView": {"substatuses": None, "statuses": [FAILED]},
        },
        {
            "Publisher": "Microsoft.Azure.KeyVault",
            "ExtensionType": "KeyVaultForLinux",
            "Statuses": [{"Code": FAILED["code"], "Level": "Error", "Message": SENTENCE}],
        },
        {
            "vmExtension": {
                "name": "kv",
                "publisher": "Microsoft.Azure.KeyVault",
                "type": "KeyVaultForLinux",
            },
            "instance_view": {"name": "kv", "statuses": [FAILED]},
        },
    ],
)
def test_a_status_of_a_view_is_of_the_extension_around_it(value: dict[str, Any]) -> None:
    ((text, wrong, kind, whose),) = said(value)
    named = whose.removesuffix(" kv")  # its name on the machine, where the record says that, too
    assert (text, wrong, kind, named) == VIEW


def test_a_list_of_extensions_says_which_failed() -> None:
    one = {"publisher": "Microsoft.Azure.KeyVault", "typeHandlerVersion": "3.0", "instanceView": None}
    value = [
        {**one, "typePropertiesType": "KeyVaultForLinux", "provisioningState": "Failed"},
        {**one, "typePropertiesType": "KeyVaultForWindows", "provisioningState": "Succeeded"},
        {**one, "typePropertiesType": "KeyVaultForWindows", "provisioningState": "Creating"},
    ]
    failed = (f"provisioningState: Failed; extension: {KV}", True, FileKind.EXTENSION_VIEW, KV)

    assert [(text, wrong) for text, wrong, *_ in said(value)] == [
        failed[:2],
        ("provisioningState: Succeeded; extension: Microsoft.Azure.KeyVault.KeyVaultForWindows", False),
    ]


def test_the_power_of_a_machine_says_nothing_of_its_extensions() -> None:
    statuses = [
        {"code": "PowerState/running", "level": "Info", "displayStatus": "VM running"},
        {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded"},
    ]
    assert said({"statuses": statuses}) == [("Provisioning succeeded", False, FileKind.EXTENSION_VIEW, "")]


ERROR = {
    "status": "Failed",
    "error": {
        "code": "VMExtensionProvisioningError",
        "message": "VM has reported a failure when processing extension 'kv' (publisher "
        f"'Microsoft.Azure.KeyVault' and type 'KeyVaultForLinux'). Error message: \"{SENTENCE}\"",
    },
}


class TestActivityLog:
    def event(self, message: Any, state: str = "Failed") -> dict[str, Any]:
        return {
            "operationName": {"value": "Microsoft.Compute/virtualMachines/extensions/write"},
            "status": {"value": state, "localizedValue": state},
            "eventTimestamp": "2026-05-01T08:01:14Z",
            "resourceId": "/subscriptions/x/providers/Microsoft.Compute/virtualMachines/vm/extensions/kv",
            "properties": {"statusCode": "Conflict", "statusMessage": message},
        }

    @pytest.mark.parametrize("times", [1, 2, 3])
    def test_what_its_message_holds_as_escaped_json_is_read(self, times: int) -> None:
        message: Any = ERROR
        for _ in range(times):
            message = json.dumps(message)
        assert [wrong for _, wrong, *_ in said([self.event(message)])] == [True]
        diagnosis = analyse([source(json.dumps([self.event(message)]))], BOOK)
        assert (diagnosis.findings[0].id, diagnosis.findings[0].extension) == (
            "kv-config-not-an-object",
            "key-vault",
        )

    def test_a_message_without_json_is_said_with_the_operation(self) -> None:
        [(text, wrong, kind, whose)] = said(self.event("Conflict with another operation"))
        assert (wrong, kind, whose) == (True, FileKind.CRP, "kv")
        assert text.endswith("extensions/write: Failed: Conflict with another operation")

    @pytest.mark.parametrize("state", ["Succeeded", "Started", "Accepted"])
    def test_what_went_well_says_nothing_wrong(self, state: str) -> None:
        told = said(self.event(json.dumps(ERROR), state))
        assert [wrong for _, wrong, *_ in told] == [False]
        assert analyse([source(json.dumps(self.event("", state)))], BOOK).findings == ()

    def test_json_in_a_text_is_read_to_a_depth_and_no_deeper(self) -> None:
        message: Any = ERROR
        for _ in range(NESTED):
            message = json.dumps([message])
        assert len(said(message)) == 1
        assert said(json.dumps([message])) == []

    def test_a_deep_document_ends_quietly(self) -> None:
        value: Any = record()
        for _ in range(DEPTH + 1):
            value = [value]
        assert said(value) == []


INFO = {
    "state": "completed",
    "exitCode": 127,
    "result": "failure",
    "failureInfo": {"category": "usererror", "code": "FailureExitCode", "message": "The task exited"},
}


class TestNodes:
    @pytest.mark.parametrize(
        "value",
        [
            {"id": "n2", "state": "starttaskfailed", "errors": [], "startTaskInfo": INFO},
            {"value": [{"id": "n2", "state": "startTaskFailed", "vmSize": "x", "startTaskInfo": INFO}]},
            {
                "Id": "n2",
                "State": "StartTaskFailed",
                "Errors": None,
                "StartTaskInformation": {
                    "ExitCode": 127,
                    "FailureInformation": {"Code": "FailureExitCode", "Message": "The task exited"},
                },
            },
            {
                "id": "n2",
                "state": "starttaskfailed",
                "is_dedicated": True,
                "start_task_info": {
                    "exit_code": 127,
                    "failure_info": {"code": "FailureExitCode", "message": "The task exited"},
                },
            },
        ],
    )
    def test_a_failed_start_task_says_its_code_and_its_node(self, value: dict[str, Any]) -> None:
        told = "start task: failed; exit code: 127; FailureExitCode: The task exited; node: n2"
        assert [(text, wrong) for text, wrong, *_ in said(value)][1] == (told, True)
        assert ids(value) == ["batch-start-task-failed"]

    def test_a_node_that_works_all_the_same_has_no_failed_start(self) -> None:
        value = {"id": "tvm-1", "state": "idle", "errors": [], "startTaskInfo": INFO}
        diagnosis = analyse([source(json.dumps(value))], BOOK)
        assert diagnosis.findings == ()
        assert "though the node is idle" in diagnosis.unexplained[0].text

    @pytest.mark.parametrize(
        ("node", "found"),
        [
            ({"id": "n1", "state": "unusable", "errors": []}, ["batch-node-unusable-no-error"]),
            ({"id": "n1", "state": "unusable", "vmSize": "x"}, ["batch-node-unusable-no-error"]),
            ({"id": "n1", "state": "unusable"}, ["batch-node-unusable"]),
            ({"id": "tvm-1", "state": "idle"}, []),
            ({"id": "job", "state": "running"}, []),
        ],
    )
    def test_what_is_not_shown_of_a_node_is_not_made_up(self, node: dict[str, Any], found: list[str]) -> None:
        assert ids([node]) == found

    def test_a_lost_node_is_listed(self) -> None:
        diagnosis = analyse([source('[{"id": "tvm-1", "state": "preempted"}]')], BOOK)
        assert [one.text for one in diagnosis.unexplained] == [
            "state: preempted; errors: not shown; node: tvm-1"
        ]


@pytest.mark.parametrize(
    "sizes",
    [
        {"allocationState": "steady", "targetDedicatedNodes": 2, "currentDedicatedNodes": 2},
        {
            "AllocationState": "Steady",
            "TargetDedicatedComputeNodes": 2,
            "CurrentDedicatedComputeNodes": 2,
            "ResizeTimeout": "00:15:00",
        },
        {"allocation_state": "steady", "target_low_priority_nodes": 2, "current_low_priority_nodes": 2},
    ],
)
def test_a_resize_error_is_past_in_every_spelling(sizes: dict[str, Any]) -> None:
    errors = [{"code": "AllocationTimedout", "message": "x"}]
    named = "ResizeErrors" if "AllocationState" in sizes else "resizeErrors"
    assert ids({**sizes, named: errors}) == ["batch-resize-error-past"]


def test_a_request_that_only_fetches_a_challenge_is_no_failure() -> None:
    row: dict[str, Any] = {
        "time": "2026-05-01T08:01:14Z",
        "operationName": "SecretGet",
        "resultSignature": "Unauthorized",
        "properties": {"httpStatusCode": 401, "requestUri": "https://contosokv.vault.azure.net/secrets/web"},
    }
    refused = {
        **row,
        "resultSignature": "Forbidden",
        "properties": {**row["properties"], "httpStatusCode": 403},
    }

    assert [(text, wrong) for text, wrong, *_ in said([row, refused])] == [
        ("Key Vault SecretGet: HTTP 401", False),
        ("Key Vault SecretGet: HTTP 403 Forbidden; https://contosokv.vault.azure.net/secrets/web", True),
    ]


def test_the_line_of_a_statement_is_the_record_s_own() -> None:
    nodes = [{"id": f"tvm-{number}", "state": state} for number, state in enumerate(["idle", "unusable"])]
    text = json.dumps(nodes, indent=2)
    [finding] = analyse([source(text)], BOOK).findings
    line = finding.evidence[0].line
    assert "tvm-1" in text.split("\n")[line - 1]
