"""What looks like a mistake and is none: definitions of which nothing may be said."""

from __future__ import annotations

import json

from tests.mistakes.in_logs import pasted, reported
from tests.mistakes.mistake import Mistake
from tests.mistakes.written import (
    AUTH,
    GONE,
    URL,
    VAULT,
    in_store,
    in_the_older_form,
    linux,
    pool,
    settings,
    shown,
    template,
    windows,
)

ENDPOINT = "http://169.254.169.254/metadata/identity/oauth2/token"
CLIENT_OF_BICEP = "${reader.properties.clientId}"
CLIENT_OF_ARM = "[reference(resourceId('x', parameters('reader')), '2023-01-31').clientId]"


def fine(shows: str, samples: str, document: object, *, extensions: int = 1) -> Mistake:
    return Mistake(shows, samples, shown(document), (), extensions=extensions)


ANSWER = {"vmExtension": linux(json.dumps(settings())), "instanceView": {"name": "certificates"}}

NEAR_MISSES = (
    fine("an answer holds settings as a string", "configs/003 configs/011 logs/13", ANSWER),
    fine(
        "settings of the same name are another service's",
        "configs/119",
        {
            "type": "Microsoft.DevOpsInfrastructure/pools",
            "properties": {"osProfile": {"secretsManagementSettings": {"observedCertificates": [URL]}}},
        },
        extensions=0,
    ),
    fine(
        "an answer of success: what it waited for is there",
        "",
        linux(settings(auth=GONE), provisioningState="Succeeded"),
    ),
    fine(
        "the settings of the secrets are computed",
        "",
        linux({**settings(), "secretsManagementSettings": "[variables('secrets')]"}),
    ),
    fine("a pool with its identity", "configs/004 configs/006 configs/008", pool(linux(settings()))),
    fine(
        "a publisher in other letters", "configs/088", linux(settings(), publisher="microsoft.azure.keyvault")
    ),
    fine(
        "another extension is waited for where no pool is shown",
        "configs/012",
        linux(settings(), provisionAfterExtensions=["gadget"]),
    ),
    *(
        fine(
            f"an interval of {seconds}",
            "configs/028 configs/032 configs/054 configs/080 configs/093 configs/100",
            linux(settings(pollingIntervalInS=seconds)),
        )
        for seconds in ("10", "60", "7200", "43200")
    ),
    fine("no interval", "configs/074 configs/075 configs/079", linux(settings(pollingIntervalInS=GONE))),
    fine(
        "an interval that is an expression",
        "configs/027 configs/087 configs/094",
        linux(settings(pollingIntervalInS="${tostring(var.seconds)}")),
    ),
    *(
        fine(
            f"certificates that are an expression, form {number}",
            "configs/027 configs/037 configs/070 configs/087 configs/102 configs/103 configs/104",
            windows(settings(observedCertificates=expression)),
        )
        for number, expression in enumerate(
            (
                "[parameters('certificates')]",
                "${certificates}",
                "{list_of_them}",
                '${formatlist("%s/secrets/%s", var.vault, var.names)}',
                "[for one in certificates: {url: one.url}]",
            )
        )
    ),
    fine(
        "placeholders for yes, no and a list",
        "configs/116",
        windows(
            settings(
                requireInitialSync="<true or false>",
                observedCertificates="<the certificates>",
                pollingIntervalInS="<seconds>",
            )
        ),
    ),
    *(
        fine(
            f"an address that is an expression without a version, form {number}",
            "configs/021 configs/024 configs/050 configs/054 configs/079 configs/094",
            linux(settings(observedCertificates=[{"url": expression}])),
        )
        for number, expression in enumerate(
            (
                "${azurerm_key_vault_certificate.render.versionless_secret_id}",
                "${render.properties.secretUri}",
                "${certificateSecretUri}",
                "https://${vault}${environment().suffixes.keyvaultDns}/secrets/${name}",
            )
        )
    ),
    fine(
        "a port in the address",
        "configs/057 configs/114",
        linux(settings(observedCertificates=[{"url": f"{VAULT}:443/secrets/render-tls"}])),
    ),
    fine(
        "an endpoint with a path, and client ids that are expressions",
        "configs/024 configs/054 configs/103",
        [
            linux(settings({"msiEndpoint": ENDPOINT, "msiClientId": client}))
            for client in (CLIENT_OF_BICEP, CLIENT_OF_ARM)
        ],
        extensions=2,
    ),
    fine(
        "keys of the extension among the secrets",
        "configs/052 configs/053",
        linux(settings(autoUpgradeMinorVersion=True, enableAutomaticUpgrade=True)),
    ),
    fine(
        "links and rights of a certificate",
        "configs/053 configs/094",
        linux(
            settings(
                aclEnabled=False,
                observedCertificates=[
                    {
                        "url": URL,
                        "certificateStoreLocation": "/var/lib/render/tls",
                        "customSymbolicLinkName": "tls",
                        "acls": [{"user": "render"}],
                    }
                ],
            )
        ),
    ),
    fine(
        "the user's store, and accounts that are null",
        "configs/074",
        windows(
            settings(
                observedCertificates=[in_store(certificateStoreLocation="CurrentUser", accounts=None)],
                linkOnRenewal=True,
            )
        ),
    ),
    fine("null for a setting of Windows", "configs/075", linux(settings(linkOnRenewal=None))),
    fine(
        "addresses in a list at 1.x of Windows",
        "configs/073 configs/076",
        in_the_older_form(certificateStoreName="MY", certificateStoreLocation="LocalMachine"),
    ),
    fine(
        "4.x without what it no longer takes",
        "configs/079 configs/097",
        linux(
            settings(
                pollingIntervalInS=GONE,
                requireInitialSync=GONE,
                observedCertificates=[{"url": URL, "certificateStoreLocation": "/srv/tls"}],
            ),
            typeHandlerVersion="4.0",
        ),
    ),
    fine(
        "a machine of which nothing is known waits for nothing",
        "configs/052 configs/053 configs/057 configs/077",
        linux(settings(auth=GONE, requireInitialSync=False)),
    ),
    fine(
        "an identity that is named on a machine with several",
        "configs/050 configs/054",
        template(linux(settings(AUTH)), {"type": "UserAssigned", "userAssignedIdentities": {"x": {}}}),
    ),
    pasted(
        "a service that has started",
        "logs/11 logs/12",
        reported("Successfully started Key Vault extension service.").replace('"error"', '"success"'),
    ),
    pasted(
        "a log that ends before anything fails",
        "logs/01 logs/04 logs/09 logs/52 logs/60",
        "2031-02-03 04:05:06: <info> [VMExtension]\tStarting extension\n"
        f"2031-02-03 04:05:07: <info> [CertificateManager]\tInstalling latest version of '{URL}'.\n",
    ),
    pasted(
        "a command that ended well",
        "logs/29",
        "[02/03/2031 04:05:06.07] Executing: C:\\Packages\\Plugins\\gadget\\enable.cmd\n"
        "Command C:\\Packages\\Plugins\\gadget\\enable.cmd of gadget has exited with Exit code: 0\n",
    ),
    pasted(
        "an agent that takes a goal state in",
        "logs/24 logs/25 logs/37",
        "2031-02-03T04:05:06.000007Z INFO ExtHandler ExtHandler Fetching goal state [incarnation 5]\n"
        "2031-02-03T04:05:06.000008Z INFO ExtHandler ExtHandler Fetch goal state completed\n",
    ),
    pasted(
        "events of Windows, and versions that are offered",
        "logs/61 logs/62",
        "2/3/2031 4:05:06 AM  1006 A new certificate has been installed.\n\nLocation    Name\n"
        "----------  -------\nnorwayeast  3.0.1.2\n",
    ),
)
