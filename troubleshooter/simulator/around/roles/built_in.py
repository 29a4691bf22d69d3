"""Roles of Azure's own, with their real permissions.

Source: the generated reference, MicrosoftDocs/azure-docs, articles/role-based-access-control/built-in-roles:
privileged.md and identity.md (2026-07-01), compute.md (2025-09-03), general.md, networking.md, security.md.
"""

from __future__ import annotations

from troubleshooter.simulator.around.roles.definition import Permission, RoleDefinition

READ_VALUE = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
READ_METADATA = "Microsoft.KeyVault/vaults/secrets/readMetadata/action"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""Role definition of Key Vault Secrets User."""
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
VAULT_READER = "21090545-7ca7-4776-b22c-e363652d74d2"
CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
CERTIFICATES_OFFICER = "a4417e6f-fecd-4de8-b567-7b0420556985"
CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
VAULT_CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
BATCH_CONTRIBUTOR = "29fe4964-1e60-436b-bd3a-77fd4c178b3c"
BATCH_READER = "11076f67-66f6-4be0-8f6b-f0609fd05cc9"
BATCH_DATA = "6aaa78f1-f7de-44ca-8722-c64a23943cae"
BATCH_SUBMITTER = "48e5e92e-a480-4e71-aa9c-2778f4c13781"
IDENTITY_OPERATOR = "f1a07417-d97a-45cb-824c-7a7467783830"
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
IMAGE_READER = "cf7c76d2-98a3-4358-a134-615aa78bf44d"

_AROUND = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
)
"""Actions that the vault's officers have beside their data actions, as documented."""
_NOT_CONTRIBUTORS = (
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
    "Microsoft.Blueprint/blueprintAssignments/write",
    "Microsoft.Blueprint/blueprintAssignments/delete",
    "Microsoft.Compute/galleries/share/action",
    "Microsoft.Purview/consents/write",
    "Microsoft.Purview/consents/delete",
    "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
    "Microsoft.Subscription/cancel/action",
    "Microsoft.Subscription/enable/action",
)
_RBAC_ONLY = " Only works for key vaults that use the 'Azure role-based access control' permission model."
_DEPLOYS = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)
_JOBS = ("Microsoft.Batch/batchAccounts/jobSchedules/*", "Microsoft.Batch/batchAccounts/jobs/*")


def _role(definition: str, name: str, permission: Permission, description: str) -> RoleDefinition:
    return RoleDefinition(definition, name, (permission,), description=description)


def _data(*actions: str) -> Permission:
    return Permission(data_actions=actions)


BUILT_IN = (
    _role(
        SECRETS_USER,
        "Key Vault Secrets User",
        _data(READ_VALUE, READ_METADATA),
        f"Read secret contents.{_RBAC_ONLY}",
    ),
    _role(
        SECRETS_OFFICER,
        "Key Vault Secrets Officer",
        Permission(_AROUND, data_actions=("Microsoft.KeyVault/vaults/secrets/*",)),
        f"Perform any action on the secrets of a key vault, except manage permissions.{_RBAC_ONLY}",
    ),
    _role(
        ADMINISTRATOR,
        "Key Vault Administrator",
        Permission(_AROUND, data_actions=("Microsoft.KeyVault/vaults/*",)),
        f"Perform all data plane operations on a key vault and all objects in it.{_RBAC_ONLY}",
    ),
    _role(
        VAULT_READER,
        "Key Vault Reader",
        Permission(_AROUND, data_actions=("Microsoft.KeyVault/vaults/*/read", READ_METADATA)),
        "Read metadata of key vaults and its certificates, keys, and secrets. Cannot read sensitive values"
        f" such as secret contents or key material.{_RBAC_ONLY}",
    ),
    _role(
        CERTIFICATE_USER,
        "Key Vault Certificate User",
        _data(
            "Microsoft.KeyVault/vaults/certificates/read",
            READ_VALUE,
            READ_METADATA,
            "Microsoft.KeyVault/vaults/keys/read",
        ),
        f"Read certificate contents.{_RBAC_ONLY}",
    ),
    _role(
        CERTIFICATES_OFFICER,
        "Key Vault Certificates Officer",
        Permission(
            _AROUND,
            data_actions=(
                "Microsoft.KeyVault/vaults/certificatecas/*",
                "Microsoft.KeyVault/vaults/certificates/*",
                "Microsoft.KeyVault/vaults/certificatecontacts/write",
            ),
        ),
        f"Perform any action on the certificates of a key vault, except manage permissions.{_RBAC_ONLY}",
    ),
    _role(
        CRYPTO_USER,
        "Key Vault Crypto User",
        _data(
            "Microsoft.KeyVault/vaults/keys/read",
            "Microsoft.KeyVault/vaults/keys/update/action",
            "Microsoft.KeyVault/vaults/keys/backup/action",
            "Microsoft.KeyVault/vaults/keys/encrypt/action",
            "Microsoft.KeyVault/vaults/keys/decrypt/action",
            "Microsoft.KeyVault/vaults/keys/wrap/action",
            "Microsoft.KeyVault/vaults/keys/unwrap/action",
            "Microsoft.KeyVault/vaults/keys/sign/action",
            "Microsoft.KeyVault/vaults/keys/verify/action",
        ),
        f"Perform cryptographic operations using keys.{_RBAC_ONLY}",
    ),
    _role(
        VAULT_CONTRIBUTOR,
        "Key Vault Contributor",
        Permission(
            (
                "Microsoft.Authorization/*/read",
                "Microsoft.Insights/alertRules/*",
                "Microsoft.KeyVault/*",
                "Microsoft.Resources/deployments/*",
                "Microsoft.Resources/subscriptions/resourceGroups/read",
                "Microsoft.Support/*",
            ),
            ("Microsoft.KeyVault/locations/deletedVaults/purge/action", "Microsoft.KeyVault/hsmPools/*"),
        ),
        "Manage key vaults, but does not allow you to assign roles in Azure RBAC, and does not allow you to"
        " access secrets, keys, or certificates.",
    ),
    _role(
        READER,
        "Reader",
        Permission(("*/read",)),
        "View all resources, but does not allow you to make any changes.",
    ),
    _role(
        CONTRIBUTOR,
        "Contributor",
        Permission(("*",), _NOT_CONTRIBUTORS),
        "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.",
    ),
    _role(
        OWNER,
        "Owner",
        Permission(("*",)),
        "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
    ),
    _role(
        BATCH_CONTRIBUTOR,
        "Azure Batch Account Contributor",
        Permission((*_DEPLOYS, "Microsoft.Batch/*"), data_actions=("Microsoft.Batch/*",)),
        "Grants full access to manage all Batch resources, including Batch accounts, pools and jobs.",
    ),
    _role(
        BATCH_READER,
        "Azure Batch Account Reader",
        Permission(
            ("Microsoft.Batch/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read"),
            data_actions=("Microsoft.Batch/*/read",),
        ),
        "Lets you view all resources including pools and jobs in the Batch account.",
    ),
    _role(
        BATCH_DATA,
        "Azure Batch Data Contributor",
        Permission(
            (
                *_DEPLOYS,
                "Microsoft.Batch/batchAccounts/read",
                "Microsoft.Batch/batchAccounts/applications/*",
                "Microsoft.Batch/batchAccounts/certificates/*",
                "Microsoft.Batch/batchAccounts/certificateOperationResults/*",
                "Microsoft.Batch/batchAccounts/pools/*",
                "Microsoft.Batch/batchAccounts/poolOperationResults/*",
                "Microsoft.Batch/locations/*/read",
            ),
            data_actions=_JOBS,
        ),
        "Grants permissions to manage Batch pools and jobs but not to modify accounts.",
    ),
    _role(
        BATCH_SUBMITTER,
        "Azure Batch Job Submitter",
        Permission(
            (
                "Microsoft.Batch/batchAccounts/applications/read",
                "Microsoft.Batch/batchAccounts/applications/versions/read",
                "Microsoft.Batch/batchAccounts/pools/read",
                "Microsoft.Insights/alertRules/*",
                "Microsoft.Resources/subscriptions/resourceGroups/read",
            ),
            data_actions=_JOBS,
        ),
        "Lets you submit and manage jobs in the Batch account.",
    ),
    _role(
        IDENTITY_OPERATOR,
        "Managed Identity Operator",
        Permission(
            (
                "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
                "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
                *_DEPLOYS,
                "Microsoft.Support/*",
            )
        ),
        "Read and Assign User Assigned Identity",
    ),
    _role(
        NETWORK_CONTRIBUTOR,
        "Network Contributor",
        Permission(
            (
                *_DEPLOYS,
                "Microsoft.Network/*",
                "Microsoft.ResourceHealth/availabilityStatuses/read",
                "Microsoft.Support/*",
            )
        ),
        "Lets you manage networks, but not access to them.",
    ),
    _role(
        IMAGE_READER,
        "Compute Gallery Image Reader",
        Permission(
            ("Microsoft.Compute/galleries/images/read", "Microsoft.Compute/galleries/images/versions/read")
        ),
        "This is the role for reading gallery images.",
    ),
)
