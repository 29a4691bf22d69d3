from __future__ import annotations

import pytest

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK, log, source, status
from troubleshooter.analyse import analyse
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.scan import scan
from troubleshooter.analyse.timeline import timeline
from troubleshooter.analyse.trial import try_rule


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (log("x"), FileKind.EXTENSION_LOG),
        ("2031-02-03 04:05:06: <debug> [Global]logFolder: /var/log\n", FileKind.EXTENSION_LOG),
        (status("x"), FileKind.STATUS),
        ('{"runtimeSettings": [{"handlerSettings": {}}]}', FileKind.SETTINGS),
        ('{"name": "x", "code": 0, "message": "Plugin enabled", "status": "Ready"}', FileKind.HANDLER_STATUS),
        ("Enabled", FileKind.HANDLER_STATE),
        ("2018/07/19 18:13:13.339454 INFO [x] Target handler state: enabled\n", FileKind.WAAGENT),
        ("2031-02-04T14:15:16.721132Z INFO ExtHandler [x] Target handler state: enabled\n", FileKind.WAAGENT),
        ("Apr 13 14:55:05 host waagent[7155]: 2031-02-04T14:15:16.7Z ERROR ExtHandler x\n", FileKind.WAAGENT),
        ("2017/02/03 04:05:06 Found Plugin: x version: 1.4.1.0\n", FileKind.WAAGENT),
        ("[00000013] [11/11/2022 06:34:12.06] [WARN]  Error state\n", FileKind.WAAPPAGENT),
        ("[00000007] 2031-02-03T04:05:06.789Z [INFO]  Beginning\n", FileKind.WAAPPAGENT),
        ('{"instanceView": {"statuses": []}, "vmExtension": {}}', FileKind.EXTENSION_VIEW),
        ('{"value": [{"instanceView": {}}]}', FileKind.EXTENSION_VIEW),
        ('{"resizeErrors": []}', FileKind.RESIZE_ERRORS),
        ('{"errors": []}', FileKind.NODE_ERRORS),
        ('[{"code": "x", "message": "y"}]', FileKind.CRP),
        ('PRETTY_NAME="Ubuntu"\nVERSION_ID="22.04"\n', FileKind.OS_RELEASE),
        ("something pasted", FileKind.TEXT),
        ("2026-11-24 10:12:44.101 ERROR 7 --- [main] c.f.certs.Loader : cannot read\n", FileKind.TEXT),
        ('{"broken": ', FileKind.TEXT),
        ("[" * 100_000, FileKind.TEXT),
        ("", FileKind.TEXT),
    ],
)
def test_content_decides(text: str, kind: FileKind) -> None:
    assert scan(source(text, "named.wrong"), BOOK).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        '{"runtimeSettings": [{"\\ud800": {"\\udfff": "\\ud800"}}]}',
        '[{"status": {"status": "error", "formattedMessage": {"message": "\\ud800"}}, "timestampUTC": "x"}]',
        '{"error": {"code": "\\ud800", "message": "\\udfff"}}',
        '{"state": "\\ud800", "vmSize": "x", "id": "\\ud800", "stateTransitionTime": "\\udfff"}',
    ],
)
def test_half_a_character_stops_nothing(text: str) -> None:
    diagnosis = analyse([source(text)], BOOK)
    assert diagnosis.checked
    assert timeline([source(text)]) == ()
    assert try_rule(BOOK.rule("kv-403-rbac"), source(text), KNOWN).hits == ()
