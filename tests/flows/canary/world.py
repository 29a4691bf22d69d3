"""A simulated Azure whose pool, nodes and answers are full of made-up secrets."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.flows.canary.secrets import Canaries, key_block, lines
from troubleshooter.simulator.extension import akvvm
from troubleshooter.simulator.node import disk
from troubleshooter.simulator.world import machine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from troubleshooter.simulator.extension.akvvm import Fate
    from troubleshooter.simulator.node.story import NodeStory
    from troubleshooter.simulator.server import Simulator

LOGS = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"


class Planted:
    """What is planted on nodes and in the environment. Nodes are given it when they are made."""

    def __init__(self) -> None:
        self.canaries = Canaries()
        new = self.canaries.new
        self.environ = {
            "AZURE_CLIENT_SECRET": "",  # the sign-in's own, once it is known
            "TROUBLESHOOTER_SECRET_ANYTHING": new("supplied") + " & " + new("supplied end"),
        }
        supplied = self.environ["TROUBLESHOOTER_SECRET_ANYTHING"]
        self.lines = (
            *lines(self.canaries),
            f"plain {supplied} and {base64.b64encode(b'xx' + supplied.encode()).decode()}",
            json.dumps({"said": json.dumps(supplied)}),
            f"{supplied[:20]}\n{supplied[20:]} {base64.b64encode(supplied.encode('utf-16-le')).decode()}",
        )
        self.message = f"Cannot read https://a.blob.core.windows.net/c?sv=1&sig={new('status')}&se=2"
        self.block = key_block(self.canaries)
        self.hidden_settings = new("protected settings")
        self.file_sas = new("file name")

    def on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every node that is made from now on carries it: on its disk and in what it reports."""
        write, fate = disk.write_disk, akvvm.fate

        def write_disk(folder: Path, story: NodeStory) -> None:
            write(folder, replace(story, log_lines=(*story.log_lines, *self._stamped(story))))
            self._more(folder)

        def reported(*given: Any) -> Fate:
            found = fate(*given)
            return replace(found, message=f"{found.message} {self.message}")

        monkeypatch.setattr(machine, "write_disk", write_disk)
        monkeypatch.setattr(akvvm, "fate", reported)

    def _stamped(self, story: NodeStory) -> tuple[str, ...]:
        when = story.log_lines[0][:19]
        return tuple(f"{when}: <error> [CertificateManager]\t{line}" for line in self.lines)

    def _more(self, folder: Path) -> None:
        with (folder / "var/log/waagent.log").open("a") as log:
            log.writelines(f"2026-05-16T19:49:22.000000Z ERROR ExtHandler {line}\n" for line in self.lines)
        for number, encoding in enumerate(("utf-16", "utf-16-le", "utf-32")):
            wide = (
                f"2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac {self.lines[number]}\n"
            )
            (folder / LOGS / f"wide-{number}.log").write_bytes(
                (wide + "\n".join(self.lines)).encode(encoding)
            )
        (folder / LOGS / "with-key.log").write_text(f"starting\n{self.block}done\n")
        encoded = base64.b64encode(self.block.encode()).decode()
        (folder / LOGS / "with-encoded-key.log").write_text(f'{{"pem": "{encoded}"}}\n')
        (folder / LOGS / f"f?sv=1&sig={self.file_sas}.log").write_text("an odd name\n")
        handler = next((folder / "var/lib/waagent").glob("Microsoft.Azure.KeyVault*Linux-*"))
        settings = {
            "runtimeSettings": [
                {"handlerSettings": {"protectedSettings": self.hidden_settings, "publicSettings": {}}}
            ]
        }
        (handler / "config/99.settings").write_text(json.dumps(settings))

    def returned(self, simulator: Simulator) -> None:
        """Into fields that a GET of the pool gives back."""
        new = self.canaries.new
        properties = pool_of(simulator)["properties"]
        properties["startTask"] = {
            "commandLine": f"/bin/sh -c 'az login --password \"{new('command line')}\"'",
            "environmentSettings": [{"name": "HARMLESS", "value": new("environment setting")}],
            "resourceFiles": [
                {
                    "httpUrl": f"https://a.blob.core.windows.net/c/f?sig={new('resource file')}&sv=1",
                    "filePath": "f",
                }
            ],
            "containerSettings": {
                "imageName": "i",
                "containerRunOptions": f"--env API_TOKEN={new('run options')}",
            },
        }
        properties["metadata"] += [
            {"name": "DB_PASSWORD", "value": new("metadata")},
            {"name": "note", "value": f"AccountName=a;AccountKey=ab\\/{new('spelled metadata')};x"},
            {"name": "pair", "value": json.dumps({"key": "password", "value": new("metadata, a pair")})},
        ]
        pool_of(simulator).setdefault("tags", {})["api-key"] = new("tag")
        pool_of(simulator)["tags"]["note"] = f"sig%253Dabcdefgh%252B{new('spelled tag')}"

    def write_only(self, simulator: Simulator) -> None:
        """Into every field that a GET leaves out."""
        new = self.canaries.new
        properties = pool_of(simulator)["properties"]
        vm = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
        linux = {"uid": 1000, "gid": 1000, "sshPrivateKey": new("user key")}
        properties["userAccounts"] = [
            {"name": "u", "password": new("user password"), "linuxUserConfiguration": linux}
        ]
        registry = {"registryServer": "r.azurecr.io", "username": "u"}
        vm["containerConfiguration"] = {
            "type": "DockerCompatible",
            "containerRegistries": [{**registry, "password": new("registry")}],
        }
        properties["startTask"] = {
            "commandLine": "/bin/true",
            "containerSettings": {"imageName": "i", "registry": {**registry, "password": new("start task")}},
        }
        blob = {"accountName": "a", "containerName": "c", "relativeMountPath": "m"}
        share = {"accountName": "a", "azureFileUrl": "https://a", "relativeMountPath": "s"}
        cifs = {"username": "u", "source": "//x/y", "relativeMountPath": "z"}
        properties["mountConfiguration"] = [
            {"azureBlobFileSystemConfiguration": {**blob, "accountKey": new("blob key")}},
            {"azureBlobFileSystemConfiguration": {**blob, "sasKey": new("blob sas")}},
            {"azureFileShareConfiguration": {**share, "accountKey": new("share key")}},
            {"cifsMountConfiguration": {**cifs, "password": new("cifs")}},
        ]
        vm["extensions"].append(
            {
                "name": "Monitor",
                "publisher": "Microsoft.Azure.Monitor",
                "type": "AzureMonitorLinuxAgent",
                "protectedSettings": {"workspaceKey": new("another extension")},
            }
        )


def pool_of(simulator: Simulator) -> dict[str, Any]:
    (pool,) = simulator._scene.world.pools.values()
    return pool.body
