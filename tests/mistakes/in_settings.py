"""Mistakes in definitions: pools, extensions, settings files, templates, plans."""

from __future__ import annotations

import json

from tests.mistakes.mistake import Mistake, error, info, warning
from tests.mistakes.written import (
    AUTH,
    CLIENT,
    GONE,
    IDENTITY,
    ITS_OWN,
    PLACEHOLDERS,
    SEVERAL,
    URL,
    VAULT,
    data_plane,
    granted_to_the_machine,
    in_store,
    in_the_older_form,
    linux,
    plan,
    pool,
    settings,
    shown,
    template,
    windows,
)

VERSION = "0123456789abcdef0123456789abcdef"
EDP = "Microsoft.Azure.KeyVault.Edp"
OF_AN_OLD_LINUX = {"auth": GONE, "requireInitialSync": GONE, "observedCertificates": [URL]}

NAMES = (
    Mistake(
        "the preview publisher",
        "configs/020 configs/056 configs/091",
        shown(linux(settings(), publisher=EDP)),
        (error("kv-extension-name-wrong", f'"{EDP}"'),),
    ),
    Mistake(
        "the name of the documentation's resource as type",
        "configs/067",
        shown(linux(settings(), type="KVVMExtensionForLinux")),
        (error("kv-extension-name-wrong", '"KVVMExtensionForLinux"'),),
    ),
    Mistake(
        "somebody else's publisher",
        "configs/106",
        shown(windows({}, publisher="Contoso.Extensions")),
        (
            error("kv-extension-name-wrong", '"Contoso.Extensions"'),
            error("kv-settings-missing", '"settings"'),
        ),
    ),
    Mistake(
        "no version",
        "configs/005 configs/040 configs/044 configs/063 configs/110 configs/111 configs/112 configs/113 "
        "configs/114 configs/118",
        shown(linux(settings(), typeHandlerVersion=GONE)),
        (info("install-version-unpinned", 1),),
    ),
    Mistake(
        "a pool that waits for an extension it has not",
        "configs/013",
        shown(pool(linux(settings(), provisionAfterExtensions=["gone"]))),
        (error("batch-provision-after-unknown", '"gone"'),),
    ),
    Mistake(
        "a pool with a client id and no identity",
        "configs/002",
        shown(pool(linux(settings()), identity=GONE)),
        (error("batch-pool-identity-missing", '"msiClientId"'),),
    ),
)

SLIPPED = Mistake(
    "an address where a member belongs, as the documented Windows pool has it",
    "configs/005 pools/windows",
    shown(pool(windows(settings(observedCertificates=[in_store()])), "batch.node.windows amd64")).replace(
        f'"url": "{URL}",', f'"{URL}"'
    ),
    (error("kv-doc-sample-invalid-json", f'"{URL}"'),),
)

SHAPES = (
    Mistake(
        "settings as a string",
        "configs/003 configs/011 configs/015",
        shown(windows(json.dumps(settings(observedCertificates=[in_store()])))),
        (error("kv-config-not-an-object", '"settings"'),),
    ),
    Mistake(
        "settings as a string that is no JSON, in an answer that somebody remarked on",
        "configs/042 logs/54",
        '{\n "properties": {\n  "publisher": "Microsoft.Azure.KeyVault",\n  "type": "KeyVaultForLinux",\n'
        '  "typeHandlerVersion": "3.0",\n  "settings": "observedCertificates" // what is this?\n }\n}\n',
        (error("kv-config-not-an-object", '"settings"'), info("json-comment", "// what")),
    ),
    Mistake(
        "a settings file whose public settings are a string",
        "logs/08",
        shown({"runtimeSettings": [{"handlerSettings": {"publicSettings": json.dumps(settings())}}]}),
        (error("kv-config-not-an-object", '"publicSettings"'),),
    ),
    Mistake(
        "the settings of the secrets as text",
        "",
        shown(
            linux({**settings(), "secretsManagementSettings": json.dumps({"observedCertificates": [URL]})})
        ),
        (error("kv-config-not-an-object", '"secretsManagementSettings"'),),
    ),
    Mistake(
        "the settings of the secrets as a list",
        "",
        shown(linux({**settings(), "secretsManagementSettings": [{"observedCertificates": [URL]}]})),
        (error("kv-config-not-an-object", '"secretsManagementSettings"'),),
    ),
    Mistake(
        "no settings at all",
        "configs/085 configs/091",
        shown(windows()),
        (error("kv-settings-missing", 1),),
    ),
    Mistake(
        "a pool of the data plane without settings",
        "configs/014",
        shown(data_plane(linux())),
        (error("kv-settings-missing", "{"),),
    ),
    Mistake(
        "empty settings",
        "configs/013 configs/106",
        shown(linux({})),
        (error("kv-settings-missing", '"settings"'),),
    ),
    Mistake(
        "keys that stand for something else",
        "configs/009 configs/010 configs/012",
        shown(pool(linux(PLACEHOLDERS))),
        (error("kv-settings-missing", '"settings"'),),
    ),
    Mistake(
        "keys that stand for something else, in a string",
        "configs/011",
        shown(linux(json.dumps(PLACEHOLDERS))),
        (error("kv-config-not-an-object", '"settings"'), error("kv-settings-missing", '"settings"')),
    ),
    Mistake(
        "settings in one more settings, authentication outside",
        "configs/038 logs/18",
        shown(linux({"settings": settings(auth=GONE), "authenticationSettings": AUTH})),
        (error("kv-authconfig-nonexistent", '"settings"'),),
    ),
    Mistake(
        "settings in one more settings, without authentication",
        "configs/044",
        shown(linux({"settings": settings(auth=GONE)})),
        (
            error("kv-authconfig-nonexistent", '"settings"'),
            warning("kv-initial-sync-identity-unnamed", '"requireInitialSync"'),
        ),
    ),
    Mistake(
        "authentication beside settings",
        "configs/101",
        shown(linux(settings(auth=GONE), authenticationSettings=AUTH)),
        (error("kv-authconfig-nonexistent", '"authenticationSettings"'),),
    ),
    Mistake(
        "authentication among the secrets",
        "configs/067 configs/068 logs/10",
        shown(linux(settings(auth=GONE, authenticationSettings=AUTH))),
        (error("kv-authsettings-nested-too-deep", '"authenticationSettings"'),),
    ),
    Mistake(
        "a comma too many",
        "configs/045 logs/03",
        shown(settings()).replace('render-tls"\n   }', 'render-tls"\n   },'),
        (error("kv-doc-sample-invalid-json", "}"),),
    ),
    SLIPPED,
    Mistake(
        "a text that begins in the middle",
        "configs/006 configs/008",
        ' "observedCertificates": []\n }\n}\n',
        (error("not-json", "}"),),
        extensions=0,
    ),
)

VALUES = (
    Mistake(
        "a number as interval",
        "configs/020 configs/040 configs/056 configs/101",
        shown(windows(settings(observedCertificates=[in_store()], pollingIntervalInS=900))),
        (error("kv-config-not-a-string", '"pollingIntervalInS"'),),
    ),
    Mistake(
        "an interval that is empty",
        "configs/034",
        shown(linux(settings(pollingIntervalInS=""))),
        (error("kv-polling-not-digits", '"pollingIntervalInS"'),),
    ),
    Mistake(
        "text for yes and no",
        "configs/033 configs/034 configs/038 configs/044 configs/084 logs/18",
        shown(linux(settings(requireInitialSync="true"))),
        (error("kv-config-other-json-type", '"requireInitialSync"'),),
    ),
    Mistake(
        "text for the list of certificates",
        "configs/033 configs/034",
        shown(linux(settings(observedCertificates=""))),
        (error("kv-config-other-json-type", '"observedCertificates"'),),
    ),
    Mistake(
        "a misspelled key",
        "configs/087",
        shown(linux(settings(requireInitialSync=GONE, requiredInitialSync=True))),
        (error("kv-unknown-key", '"requiredInitialSync"'),),
    ),
    Mistake(
        "the store in capitals",
        "configs/020 configs/056",
        shown(in_the_older_form(certificateStoreName="MY", certificateStoreLocation="LOCAL_MACHINE")),
        (warning("win-store-location-case", '"LOCAL_MACHINE"'),),
    ),
    Mistake(
        "the store empty",
        "configs/033 configs/034",
        shown(in_the_older_form(certificateStoreName="MY", certificateStoreLocation="")),
        (warning("win-store-location-case", '"certificateStoreLocation"'),),
    ),
    Mistake(
        "no name for the store",
        "configs/005 configs/006 pools/windows",
        shown(windows(settings(observedCertificates=[in_store(certificateStoreName=GONE)]))),
        (info("win-store-name-missing", 11),),
    ),
    Mistake(
        "no name for the store, or an empty one, in the older form",
        "configs/027 configs/033 configs/034",
        shown(in_the_older_form(certificateStoreLocation="LocalMachine")),
        (info("win-store-name-missing", '"secretsManagementSettings"'),),
    ),
    Mistake(
        "what only Windows heeds",
        "configs/032 configs/037 configs/038 configs/044 configs/063 configs/081 configs/094",
        shown(linux(settings(linkOnRenewal=False, certificateStoreName="MY"))),
        (info("linux-setting-ignored", '"linkOnRenewal"'), info("linux-setting-ignored", '"MY"')),
    ),
)

CERTIFICATES = (
    Mistake(
        "a list of addresses at 3.x",
        "configs/004 configs/007 pools/linux",
        shown(linux(settings(observedCertificates=[URL]))),
        (info("kv-certificates-legacy-form", '"observedCertificates"'),),
    ),
    Mistake(
        "objects at 2.x",
        "configs/081",
        shown(linux(settings(), typeHandlerVersion="2.0")),
        (
            info("install-version-unsupported", '"typeHandlerVersion"'),
            warning("kv-certificates-new-form", '"observedCertificates"'),
        ),
    ),
    Mistake(
        "a version out of support, its addresses in a list",
        "configs/002 configs/003 configs/008 configs/009 configs/010 configs/011 "
        "configs/012 configs/013 configs/014 configs/019 configs/021 configs/025 "
        "configs/028 configs/032 configs/037 configs/038 configs/042 configs/049 "
        "configs/050 configs/052 configs/054 configs/059 configs/067 configs/075 "
        "configs/077 configs/081 configs/084 configs/092 configs/093 logs/13 logs/54",
        shown(linux(settings(**OF_AN_OLD_LINUX), typeHandlerVersion="2.0")),
        (info("install-version-unsupported", '"typeHandlerVersion"'),),
    ),
    Mistake(
        "settings of 3.x at 2.x",
        "",
        shown(
            linux(
                {**settings(aclEnabled=True, **OF_AN_OLD_LINUX), "loggingSettings": {"logger": "fluentd"}},
                typeHandlerVersion="2.0",
            )
        ),
        (
            info("install-version-unsupported", '"typeHandlerVersion"'),
            info("kv-setting-before-3", '"aclEnabled"'),
            info("kv-setting-before-3", '"loggingSettings"'),
        ),
    ),
    Mistake(
        "a certificate without its address",
        "configs/005",
        shown(windows(settings(observedCertificates=[in_store(url=GONE)]))),
        (error("kv-certificate-url-missing", "{"),),
    ),
    Mistake(
        "an address with a version",
        "configs/006 configs/007 configs/008 configs/083",
        shown(linux(settings(observedCertificates=[{"url": f"{URL}/{VERSION}"}]))),
        (warning("kv-url-pinned", VERSION),),
    ),
    Mistake(
        "an expression that gives the version",
        "configs/020 configs/089 configs/090 configs/092 configs/093",
        shown(
            linux(
                settings(
                    observedCertificates=[
                        {"url": "${azurerm_key_vault_certificate.render.secret_id}"},
                        {"url": "${render.properties.secretUriWithVersion}"},
                    ]
                )
            )
        ),
        (warning("kv-url-pinned", "secret_id"), warning("kv-url-pinned", "secretUriWithVersion")),
    ),
    Mistake(
        "the address of the certificate",
        "configs/083",
        shown(linux(settings(observedCertificates=[{"url": f"{VAULT}/certificates/render-tls"}]))),
        (error("kv-certificates-path", "/certificates/"),),
    ),
    Mistake(
        "an expression that gives the address of the certificate",
        "configs/035",
        shown(
            linux(settings(observedCertificates="${data.azurerm_key_vault_certificate.render.id}")),
        ),
        (warning("kv-certificates-path", "azurerm_key_vault_certificate"),),
    ),
    Mistake(
        "an address of no vault",
        "configs/038 configs/044 logs/18",
        shown(linux(settings(observedCertificates=[{"url": "https://the-address"}]))),
        (warning("kv-certificate-url-malformed", "https://the-address"),),
    ),
    Mistake(
        "no certificate",
        "configs/084",
        shown(linux(settings(observedCertificates=[]))),
        (error("kv-observed-certificates-empty", '"observedCertificates"'),),
    ),
)

IDENTITIES = (
    Mistake(
        "an endpoint with a slash too many",
        "configs/045 logs/03",
        shown(linux(settings({**AUTH, "msiEndpoint": "http:///169.254.169.254/metadata/identity"}))),
        (error("kv-uri-no-hostname", '"msiEndpoint"'),),
    ),
    Mistake(
        "an endpoint that is empty",
        "configs/033 configs/034",
        shown(linux(settings({**AUTH, "msiEndpoint": ""}))),
        (error("kv-uri-no-hostname", '"msiEndpoint"'),),
    ),
    Mistake(
        "no endpoint",
        "configs/083",
        shown(linux(settings({"msiClientId": CLIENT}))),
        (warning("kv-uri-no-hostname", '"authenticationSettings"'),),
    ),
    Mistake(
        "a client id that is empty",
        "configs/033 configs/034 configs/062",
        shown(linux(settings({**AUTH, "msiClientId": ""}))),
        (error("msi-client-id-wrong-kind", '"msiClientId"'),),
    ),
    Mistake(
        "words for the client id",
        "configs/038 configs/045 logs/03 logs/18",
        shown(linux(settings({**AUTH, "msiClientId": "ask the owner of the identity"}))),
        (warning("msi-client-id-wrong-kind", '"msiClientId"'),),
    ),
    Mistake(
        "the identity's resource id for its client id",
        "logs/10",
        shown(settings({**AUTH, "msiClientId": IDENTITY})),
        (error("msi-client-id-wrong-kind", '"msiClientId"'),),
    ),
    Mistake(
        "a client id with a digit too many, in settings that are a string",
        "configs/003",
        shown(linux(json.dumps(settings({**AUTH, "msiClientId": f"{CLIENT}0"})))),
        (error("kv-config-not-an-object", '"settings"'), error("msi-client-id-wrong-kind", '"settings"')),
    ),
    Mistake(
        "nodes that wait for certificates which nobody named may read",
        "configs/027 configs/028 configs/031 configs/032 configs/037 configs/044 configs/049 configs/084 "
        "configs/087 configs/088 configs/090 configs/094 configs/118",
        shown(linux(settings(auth=GONE))),
        (warning("kv-initial-sync-identity-unnamed", '"requireInitialSync"'),),
    ),
    Mistake(
        "a machine with identities of which none is named",
        "configs/021 configs/022 configs/027 configs/032 configs/049",
        shown(template(linux(settings(auth=GONE, requireInitialSync=False)), SEVERAL)),
        (warning("kv-authsettings-missing", '"settings"'),),
    ),
    Mistake(
        "the same in Terraform's plan",
        "configs/049",
        shown(plan(linux(settings(auth=GONE)))),
        (warning("kv-authsettings-missing", '"settings"'),),
    ),
    Mistake(
        "a machine that waits for rights which come after it",
        "configs/118",
        shown(template(linux(settings(auth=GONE)), ITS_OWN, granted_to_the_machine())),
        (warning("identity-deadlock-initial-sync", '"requireInitialSync"'),),
    ),
    Mistake(
        "Arc's endpoint on a machine of Azure",
        "configs/083 configs/110 configs/111 configs/112 configs/113 configs/114",
        shown(
            template(
                linux(settings({"msiEndpoint": "http://localhost:40342/metadata/identity"})),
                ITS_OWN,
            )
        ),
        (
            error("msi-endpoint-of-another-host", '"msiEndpoint"'),
            warning("kv-authsettings-with-system-identity", '"authenticationSettings"'),
        ),
    ),
)

MISTAKES = (*NAMES, *SHAPES, *VALUES, *CERTIFICATES, *IDENTITIES)
