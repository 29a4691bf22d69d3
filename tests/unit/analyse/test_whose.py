"""Each finding says whose failure it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK, log, source
from tests.unit.lint.pools import good, machine, settings
from troubleshooter.analyse import analyse, merge
from troubleshooter.analyse.facts import instances
from troubleshooter.analyse.whose import Names
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.model.facts import KnownNodes
from troubleshooter.model.finding import Diagnosis, Severity

if TYPE_CHECKING:
    from troubleshooter.analyse.whose import Whose
    from troubleshooter.model.finding import Finding

IMDS = '{"error":"invalid_request","error_description":"Identity not found"}'
QUOTA = '{"resizeErrors": [{"code": "AccountCoreQuotaReached", "message": "x"}]}'


@pytest.mark.parametrize(("text", "whose"), [(log(IMDS), "key-vault"), (QUOTA, None)])
def test_a_rule_says_whose_failure_it_tells_of(text: str, whose: str | None) -> None:
    assert [finding.extension for finding in analyse([source(text)], BOOK).findings] == [whose]


def test_a_mistake_in_settings_is_of_their_extension_and_one_of_the_pool_is_of_none() -> None:
    pool = good()
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    pool["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0][
        "provisionAfterExtensions"
    ] = ["nobody"]

    found = {each.id: each.extension for each in findings_of(lint_pool(pool, BOOK.known))}

    assert found == {"kv-config-not-a-string": "key-vault", "batch-provision-after-unknown": None}


def test_two_witnesses_of_one_failure_name_the_extension_that_either_knows() -> None:
    pool = good()
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    said = analyse([source(log("Failed to parse the configuration settings with:not a string."))], BOOK)

    (finding,) = merge(said, findings_of(lint_pool(pool, BOOK.known))).findings

    assert (finding.id, finding.extension) == ("kv-config-not-a-string", "key-vault")
    assert merge(Diagnosis(), [finding]).findings[0].extension == "key-vault"


def named(text: str, pool: dict[str, Whose] | None = None) -> str | None:
    found = Names(KNOWN).on(text.encode(), pool or {})
    return found.id if found else None


class TestNames:
    @pytest.mark.parametrize(
        ("text", "whose"),
        [
            ("when processing extension 'customScript'. Error message: x", "custom-script"),
            ("processing extension 'vmss-LinuxCustomScriptExtension'. Error", "custom-script"),
            ("VM Extension 'vmssCSE' failed", "custom-script"),
            (r"when processing extension \"batchNodeExtension\". Error", "batch-node"),
            ("'Microsoft.Azure.Extensions.CustomScript' of VM Extension 'batchNodeExtension'", "batch-node"),
            ("Handler 'Microsoft.OSTCExtensions.VMAccessForLinux' of VM Extension 'k'", "VMAccessForLinux"),
            ("extension 'C.D' (publisher 'Microsoft.Azure.Foo' and type 'C.D'). Error", "C.D"),
            ("2026 ERROR ExtHandler Event: name=Microsoft.Powershell.DSC, op=Install", "dsc"),
            ("[Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.2.3] x", "azure-monitor-agent"),
            ("x, /var/lib/waagent/Microsoft.HpcCompute.NvidiaGpuDriverLinux-1.1/a.sh", "nvidia-gpu"),
            (r"Command C:\Packages\Plugins\Microsoft.HpcCompute.AmdGpuDriverWindows\1.1\a.exe", "amd-gpu"),
            ("plugin (name: Microsoft.Azure.Security.IaaSAntimalware, version 1.5)", "antimalware"),
            ("OmsAgentForLinux failed", "log-analytics"),
            ("/virtualMachines/vm/extensions/IaaSDiagnostics: Conflict", "azure-diagnostics"),
            ("AzureDiskEncryption failed", "AzureDiskEncryption"),
            ("extension \u2018prepNodes\u2019 failed", "prepNodes"),
            ("Provisioning of VM extension cse0 has timed out. It took too long.", "custom-script"),
            ("extension 'set-up': https://aka.ms/VMExtensionCSELinuxTroubleshoot.", "custom-script"),
            ("extension 'set-up' failed, see https://aka.ms/vmextensionlinuxtroubleshoot.", "set-up"),
        ],
    )  # fmt: skip
    def test_an_extension_is_told_by_each_form_that_names_it(self, text: str, whose: str) -> None:
        assert named(text) == whose

    @pytest.mark.parametrize(
        "text",
        [
            "extension 'kv' failed",
            "extension 'my-certs' failed",
            "VMExtension 'KVVMExtensionForWindows' already added",
            "processing extension 'TABWIN-TFVM-keyvaultextension'",
            "Dependent Extension Microsoft.Azure.KeyVault.KeyVaultForLinux did not succeed",
            "Provisioning of VM extension certificates has timed out.",
        ],
    )
    def test_key_vaults_is_told_as_well(self, text: str) -> None:
        assert named(text) == "key-vault"

    @pytest.mark.parametrize(
        "text",
        [
            "no extension has an error here",
            "the file has the extension '.pfx'",
            "Microsoft.Cis.Security.BitLocker.FailedException: x",
            "extension System.IO.IOException was thrown",
            "WALinuxAgent-2.9.1.1 is running; name=WALinuxAgent, op=NoExec",
            "Microsoft.Compute/virtualMachines 'vm1' failed",
        ],
    )
    def test_what_is_no_extension_is_none(self, text: str) -> None:
        assert named(text) is None

    def test_a_pools_definition_says_whose_a_name_is(self) -> None:
        pool = good()
        machine(pool)["extensions"] += [
            {"name": "Certs", "publisher": "Contoso.Cloud", "type": "Gadget"},
            {"name": "odd", "publisher": None, "type": 7},
        ]
        known = instances(pool, Names(KNOWN))

        assert named("extension 'certs' failed", known) == "Gadget"
        assert named("extension 'KV' failed", known) == "key-vault"
        assert named("extension 'odd' failed", known) == "odd"

    @pytest.mark.parametrize(
        ("file", "whose"),
        [
            ("/var/log/azure/nvidia-vmext-status", "nvidia-gpu"),
            ("bundle/n1/var/log/azure/custom-script/handler.log", "custom-script"),
            (r"C:\WindowsAzure\Logs\Plugins\Microsoft.Powershell.DSC\2.8\x.log", "dsc"),
            ("/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/CommandExecution.log", "key-vault"),
            ("/var/log/waagent.log", None),
        ],
    )
    def test_a_file_is_of_the_extension_whose_folder_it_lies_in(self, file: str, whose: str | None) -> None:
        found = Names(KNOWN).of_file(file)
        assert (found.id if found else None) == whose

    def test_a_node_cannot_make_it_slow(self) -> None:
        assert named("extension '" + "a." * 50_000) is None
        assert named("name=" + "A.b" * 50_000) is not None


OTHER = "VM has reported a failure when processing extension 'customScript'. Error message: \"exit status=1\""


def only(*texts: str, down: tuple[str, ...] = (), node: str | None = None) -> Finding:
    files = [source(text, f"f{n}", node) for n, text in enumerate(texts)]
    (finding,) = analyse(files, BOOK, nodes=KnownNodes(down=frozenset(down))).findings
    return finding


class TestAnother:
    def test_that_it_is_another_comes_first_and_its_own_log_is_named(self) -> None:
        finding = only(OTHER)

        assert finding.title == (
            "Not the Key Vault extension: customScript failed, because the extension reported an error"
        )
        assert (finding.extension, finding.severity) == ("custom-script", Severity.WARNING)
        assert "/var/log/azure/custom-script/handler.log" in finding.explanation
        assert "no rules of its own" in finding.explanation

    @pytest.mark.parametrize("end", ["", "\n"])
    def test_the_page_that_is_named_below_tells_whose_a_chosen_name_is(self, end: str) -> None:
        below = "\n\nMore is available at https://aka.ms/VMExtensionCSEWindowsTroubleshoot" + end
        finding = only(OTHER.replace("customScript", "set-up") + below)

        assert (finding.extension, "set-up failed" in finding.title) == ("custom-script", True)

    def test_of_an_unknown_one_it_is_said_that_its_log_is_not_known(self) -> None:
        finding = only(OTHER.replace("customScript", "prepNodes"))

        assert (finding.extension, finding.severity) == ("prepNodes", Severity.WARNING)
        assert "Where it logs is not known here" in finding.explanation

    @pytest.mark.parametrize(
        "said",
        [
            "tvm-1  unusable  10.0.0.4",
            "OSProvisioningTimedOut",
            "Provisioning of the virtual machine vm1 failed",
            '{"value": [{"id": "n", "state": "unusable", "vmSize": "x", "errors": [{"code": "a"}]}]}',
        ],
    )
    def test_it_is_an_error_where_a_node_is_said_to_be_down(self, said: str) -> None:
        found = analyse([source(OTHER, "a"), source(said, "b")], BOOK)

        finding = next(one for one in found.findings if one.id == "crp-provisioning-error")
        assert (finding.severity, finding.extension) == (Severity.ERROR, "custom-script")
        assert found.findings[0] is finding
        assert found.root_cause == finding.id

    def test_ours_goes_before_anothers_however_sure_that_is(self) -> None:
        files = [source(record(OURS, "error", "no licence")), source(OTHER), source("n1 unusable")]
        found = analyse(files, BOOK)

        errors = [(one.id, one.extension) for one in found.findings if one.severity is Severity.ERROR]
        assert errors.index(("extension-failed", "key-vault")) < errors.index(
            ("crp-provisioning-error", "custom-script")
        )

    def test_only_the_node_that_it_was_seen_on_counts(self) -> None:
        assert only(OTHER, node="tvm-1", down=("tvm-1",)).severity is Severity.ERROR
        assert only(OTHER, node="tvm-1", down=("tvm-2",)).severity is Severity.WARNING
        assert only(OTHER, down=("tvm-2",)).severity is Severity.ERROR

    def test_what_is_no_failure_is_not_called_one(self) -> None:
        text = (
            BOOK.rule("agent-signature")
            .text.matches[0]
            .replace("Azure.KeyVault.KeyVaultFor", "Foo.GadgetFor")
        )
        finding = only(f"[Microsoft.Foo.GadgetForLinux-1.1] {text}")

        assert (finding.severity, finding.extension) == (Severity.INFO, "GadgetForLinux")
        assert finding.title.startswith("Not the Key Vault extension, but GadgetForLinux: ")

    def test_a_fix_of_the_pool_is_not_offered_for_another(self) -> None:
        finding = only("x Microsoft.Azure.Extensions.CustomScript: ForbiddenByRbac", down=("tvm-1",))

        assert (finding.severity, finding.fixes, finding.confirm) == (Severity.ERROR, (), ())

    def test_one_line_of_our_own_makes_it_ours_however_many_others_come_before(self) -> None:
        ours = OTHER.replace("customScript", "kv")
        finding = only("\n".join([*[OTHER] * 9, ours]))

        assert (finding.extension, finding.severity) == ("key-vault", Severity.ERROR)
        assert "'kv'" in finding.evidence[0].text

    def test_a_record_that_has_the_publisher_for_its_name_is_ours(self) -> None:
        said = {"message": "Failed to parse the configuration settings with: 'not an object'"}
        record = {"name": "Microsoft.Azure.KeyVault", "status": "error", "code": 1, "formattedMessage": said}
        finding = only(json.dumps({"status": record, "version": "1.0"}))

        assert (finding.extension, finding.severity) == ("key-vault", Severity.ERROR)

    @pytest.mark.parametrize("end", ["", "\n", "\n[stdout]\n"])
    def test_what_names_nobody_is_taken_from_what_it_belongs_to(self, end: str) -> None:
        head, line = (
            "Handler 'Microsoft.OSTCExtensions.VMAccessForLinux' failed:",
            "Non-zero exit code: 1, a.sh",
        )
        finding = only(f"{head}\n[ExtensionOperationError] {line}{end}")
        assert finding.extension == "VMAccessForLinux"

        found = analyse([source(f"{head}\n\n[ExtensionOperationError] {line}{end}")], BOOK).findings
        apart = next(one for one in found if one.id == "agent-exit-code")
        assert (apart.extension, apart.severity) == (None, Severity.ERROR)


def record(name: str, state: str, message: str) -> str:
    status = {"name": name, "operation": "Enable", "status": state, "code": 0}
    told = {"formattedMessage": {"lang": "en-US", "message": message}}
    return json.dumps([{"version": 1, "timestampUTC": "2031-02-03T04:05:06Z", "status": {**status, **told}}])


GADGET, OURS = "Microsoft.Foo.GadgetForLinux", "Microsoft.Azure.KeyVault.KeyVaultForLinux"


class TestUntold:
    """An extension reports an error that no rule explains."""

    @pytest.mark.parametrize(
        ("text", "whose", "severity"),
        [
            (record(GADGET, "error", "no licence"), "GadgetForLinux", Severity.WARNING),
            (record(OURS, "error", "no licence"), "key-vault", Severity.ERROR),
            (
                json.dumps({"handlerName": GADGET, "status": "NotReady", "message": "no licence"}),
                "GadgetForLinux",
                Severity.WARNING,
            ),
            ("Error: no licence in /var/lib/waagent/Contoso.Box-1.2.3/x", "Contoso.Box", Severity.WARNING),
            ("extension 'prepNodes' ended with an error: no licence", "prepNodes", Severity.WARNING),
            ("customScript failed: no licence", "custom-script", Severity.WARNING),
            ("The extension SomeAgentForLinux has failed: no licence", "SomeAgentForLinux", Severity.WARNING),
        ],
    )  # fmt: skip
    def test_it_is_told_with_its_line(self, text: str, whose: str, severity: Severity) -> None:
        finding = only(text)

        assert (finding.id, finding.extension, finding.severity) == ("extension-failed", whose, severity)
        assert "no licence" in finding.evidence[0].text

    @pytest.mark.parametrize(
        "text",
        [
            record(GADGET, "transitioning", "an error is tried again"),
            record(GADGET, "success", "no error"),
            json.dumps({"handlerName": GADGET, "status": "Installing", "message": "no error yet"}),
            "Error: no licence",
            "Error: 'Microsoft.Azure.KeyVault.KeyVaultForLinux' is odd",
            "INFO [Microsoft.Foo.GadgetForLinux-1.2] is enabled",
        ],
    )
    def test_what_is_at_work_well_or_of_nobody_is_not(self, text: str) -> None:
        assert "extension-failed" not in [one.id for one in analyse([source(text)], BOOK).findings]

    def test_a_name_is_shown_as_what_it_is_and_no_longer_than_a_name(self) -> None:
        hostile = "a\x1b[2J\u202e\nsecond " + "x" * 5_000
        finding = only(json.dumps({"handlerName": hostile, "status": "NotReady", "message": "no licence"}))

        assert finding.extension is not None
        assert len(finding.extension) <= 120
        assert finding.extension.isprintable()
        assert len(finding.title) < 300

    def test_a_secret_in_a_name_is_not_shown(self) -> None:
        secret = "Zk3Q0Nf8rT1vXy7Lw2Mb9Hc4Jd6Pe5Sa"
        text = json.dumps({"handlerName": f"run {secret}", "status": "NotReady", "message": "no licence"})
        cleaned = analyse([source(text)], BOOK, clean=lambda said: said.replace(secret, "[gone]"))
        (finding,) = cleaned.findings

        assert secret not in f"{finding.title}{finding.extension}{finding.explanation}"

    def test_what_a_rule_explains_is_not_told_twice(self) -> None:
        message = "[ExtensionOperationError] Non-zero exit code: 14, a.sh"
        known = json.dumps({"handlerName": GADGET, "status": "NotReady", "message": message})
        assert only(known).id == "agent-exit-code"
        text = f"[{GADGET}-1.2] Enable failed:\n[ExtensionOperationError] Non-zero exit code: 14, a.sh"
        assert only(text).id == "agent-exit-code"

    def test_an_error_line_that_is_told_is_not_listed_as_unexplained_too(self) -> None:
        assert analyse([source(record(GADGET, "error", "no licence"))], BOOK).unexplained == ()

    def test_a_node_that_is_down_makes_it_an_error(self) -> None:
        text = record(GADGET, "error", "no licence")
        assert only(text, node="tvm-1", down=("tvm-1",)).severity is Severity.ERROR


FAILED = "2026-05-01T10:00:00.000000Z ERROR ExtHandler ExtHandler Event: name={handler}, op=Install, message="
LOCKED = "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1490 (unattended-upgr)"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("handler", "whose"),
    [
        ("Microsoft.Azure.KeyVault.KeyVaultForLinux", "key-vault"),
        ("Microsoft.Azure.Extensions.CustomScript", "custom-script"),
    ],
)
def test_what_a_command_said_below_an_empty_line_is_of_its_extension(
    handler: str, whose: str, ends: str
) -> None:
    said = (
        f"[ExtensionOperationError] Non-zero exit code: 100, install{ends}[stdout]{ends}{ends}[stderr]{ends}"
    )
    before = FAILED.format(handler="Microsoft.Azure.Monitor.AzureMonitorLinuxAgent") + "well" + ends
    found = analyse([source(f"{before}{FAILED.format(handler=handler)}{said}{LOCKED}{ends}")], BOOK).findings
    lock = next(finding for finding in found if finding.id == "agent-package-lock")
    assert lock.extension == whose
