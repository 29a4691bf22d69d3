"""What keeps the extension from its certificate, hard to see: nearly right, hidden, or several at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.flows.eyes.world import World
from troubleshooter.simulator.around import networks
from troubleshooter.simulator.around.conditions import Identity, Network, Road
from troubleshooter.simulator.around.operator import Grant, Operator, lacking
from troubleshooter.simulator.around.rights import DenyAssignment, RoleAssignment
from troubleshooter.simulator.around.roles.built_in import SECRETS_USER
from troubleshooter.simulator.around.roles.definition import Permission
from troubleshooter.simulator.around.vaults import AccessPolicy, Connection, Version
from troubleshooter.simulator.scenarios.ground import (
    ACCOUNT,
    ENDPOINT,
    GROUP,
    IDENTITY,
    PREFIX,
    PRIVATELY,
    SECRET,
    SUBNET,
    VAULT,
    WELL,
    in_subnet,
)
from troubleshooter.simulator.scenarios.looked_at.access import OTHER_VAULT
from troubleshooter.simulator.scenarios.looked_at.secrets import pinned, seen
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.vault import at_vault
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.around.resource import Resource

_RESOURCES = GROUP.rpartition("/")[0]
_OUTER, _INNER = "4c1e7a90-5b2d-4f38-a6c7-19d0e8f3b542", "a90f3d61-27c8-4e5b-8b14-63e2d7f0c9a8"
"""Two groups, the second in the first."""
_NESTED = {_OUTER: (_INNER,), _INNER: (IDENTITY.principal_id,)}
_OTHER = Identity(
    IDENTITY.id.replace("id-render-certs", "id-render-other"),
    client_id="61f8c2d4-0e97-4b3a-a5d6-7c9b1e4f0823",
    principal_id="c05d7e1b-94a2-4f86-b3c8-e1d0f7a62945",
)
_OTHERS_ROLE = RoleAssignment(_OTHER.principal_id, SECRETS_USER, VAULT.id)
_NSG = f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg-nodes"
_OLDER = Version("2b7e4d90c1f84a6ea3d5e07c96b18f24")
_ELSEWHERE = "e3b91d57-60c4-4a8f-92e7-d5f0a8c1b36e"


def _policies(*policies: AccessPolicy) -> Conditions:
    return replace(at_vault(rbac=False, policies=policies), assignments=())


def _by_group(scope: str, **more: Any) -> Conditions:
    given = RoleAssignment(_OUTER, SECRETS_USER, scope, "Group")
    return replace(WELL, assignments=(given,), groups=_NESTED, **more)


def _denying(*principals: str, permission: Permission, children: bool = True) -> Conditions:
    denial = DenyAssignment("Hold", _RESOURCES, (permission,), principals, children=children)
    return replace(WELL, denials=(denial,), groups=_NESTED)


def _two(body: dict[str, Any]) -> dict[str, Any]:
    body["identity"]["userAssignedIdentities"][_OTHER.id] = {}
    return body


def _another_client(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiClientId"] = _OTHER.client_id
    return settings


def _second_certificate(settings: dict[str, Any]) -> dict[str, Any]:
    observed = settings["secretsManagementSettings"]["observedCertificates"]
    observed.append({**observed[0], "url": f"https://{VAULT.host}/secrets/api-contoso-com"})
    return settings


def _with(conditions: Conditions, *resources: Resource) -> Conditions:
    for one in resources:
        conditions = conditions.with_resource(one)
    return replace(conditions, serial=0)


def _guarded_by(*rules: dict[str, Any]) -> tuple[Resource, ...]:
    group = networks.security_group(_NSG, *rules)
    return group, networks.subnet(SUBNET, PREFIX, networkSecurityGroup={"id": _NSG})


_SECRETS = Permission(data_actions=("Microsoft.KeyVault/vaults/secrets/*",))
_WRITES = Permission(actions=("*/write", "*/delete"))

ACCESS = (
    World(
        Scenario(
            "eyes-policy-of-certificates",
            "The access policy is for certificates alone",
            _policies(AccessPolicy(IDENTITY.principal_id, secrets=(), certificates=("get", "list"))),
        ),
        "The extension reads a secret: get on certificates is not enough",
        cause=("no access policy",),
        told={"role or policy": ("fail",)},
    ),
    World(
        Scenario(
            "eyes-policy-in-capitals",
            "The access policy says Get and List, and the identity's id in capitals",
            _policies(AccessPolicy(IDENTITY.principal_id.upper(), secrets=("Get", "List"))),
        ),
        "Azure compares neither by letter case: all is well",
        cause=("",),
        told={"role or policy": ("pass",)},
        never=("no access policy", "no role"),
    ),
    World(
        Scenario(
            "eyes-policy-twice",
            "One policy names an authorized application, another does not",
            _policies(
                AccessPolicy(IDENTITY.principal_id, "7d1c5f0e-93b2-4a6d-8c41-e05b7a2f9d36"),
                AccessPolicy(IDENTITY.principal_id),
            ),
        ),
        "The plain one counts: all is well",
        cause=("",),
        told={"role or policy": ("pass",)},
        never=("no access policy", "no role"),
    ),
    World(
        Scenario(
            "eyes-denied-by-group",
            "A deny assignment is for a group, in which is a group, in which the identity is",
            _denying(_OUTER, permission=_SECRETS),
        ),
        "Denied, where Azure shows by filter that it is the identity's; else it cannot be told. Never well",
        cause=("denied", ""),
        told={"role or policy": ("fail", "cannot tell")},
        never=("no role",),
    ),
    World(
        Scenario(
            "eyes-denied-at-group-alone",
            "A deny assignment at the group does not hold for what is in it",
            _denying(IDENTITY.principal_id, permission=_SECRETS, children=False),
        ),
        "It does not reach the vault: all is well",
        cause=("",),
        told={"role or policy": ("pass",)},
        never=("denied",),
    ),
    World(
        Scenario(
            "eyes-denied-to-write",
            "A deny assignment forbids writing, and reads no data action",
            _denying(IDENTITY.principal_id, permission=_WRITES),
        ),
        "Reading a secret is a data action: all is well",
        cause=("",),
        told={"role or policy": ("pass",)},
        never=("denied",),
    ),
    World(
        Scenario(
            "eyes-group-unseen-and-disabled",
            "The role is a nested group's, which Azure does not show; and the certificate is disabled",
            seen(
                replace(
                    _by_group(VAULT.id), vaults=at_vault(secrets=(replace(SECRET, enabled=False),)).vaults
                )
            ),
            habits=Habits(assigned_to_groups=False),
        ),
        "The certificate is the cause; of the role it can only be said that an assignment is a group's",
        cause=("disabled",),
        told={"role or policy": ("cannot tell", "pass"), "secret": ("fail",)},
        never=("no role",),
    ),
    World(
        Scenario(
            "eyes-group-at-another-vault",
            "The group's role is at another vault whose name begins alike, and groups are not shown",
            replace(_by_group(OTHER_VAULT.id), vaults=(*WELL.vaults, OTHER_VAULT)),
            habits=Habits(assigned_to_groups=False),
        ),
        "No assignment at all reaches this vault, so membership does not matter",
        told={"role or policy": ("fail",)},
    ),
    World(
        Scenario(
            "eyes-two-identities",
            "The pool has two identities; the role is the one's, and the settings name the other",
            replace(WELL, identities=(IDENTITY, _OTHER)),
            body=_two,
            settings=_another_client,
        ),
        "The one that is named has no role, whatever the other has",
        told={"role or policy": ("fail",), "identity named": ("pass",)},
        never=("not on the pool",),
    ),
    World(
        Scenario(
            "eyes-role-of-the-accounts",
            "The Batch account's own identity has the role, and the pool's has none",
            replace(WELL, identities=(IDENTITY, _OTHER), assignments=(_OTHERS_ROLE,)),
            account=lambda account: replace(account, identities=(_OTHER,)),
        ),
        "Nodes never call as the account's identity",
        told={"role or policy": ("fail",)},
    ),
    World(
        Scenario(
            "eyes-client-of-the-accounts",
            "The settings name the Batch account's own identity, which has the role",
            replace(WELL, identities=(IDENTITY, _OTHER), assignments=(_OTHERS_ROLE,)),
            account=lambda account: replace(account, identities=(_OTHER,)),
            settings=_another_client,
        ),
        "Nodes are given the pool's identities only",
        cause=("not on the pool",),
        told={"identity named": ("fail",)},
    ),
)
SEVERAL = (
    World(
        Scenario(
            "eyes-firewall-role-disabled",
            "The firewall is shut, the role is missing, and the certificate is disabled",
            replace(
                seen(at_vault(default_deny=True, secrets=(replace(SECRET, enabled=False),))),
                assignments=seen(replace(WELL, assignments=())).assignments,
            ),
            body=in_subnet,
        ),
        "The node meets the firewall first; the missing role is told beside it, else it is met next",
        cause=("firewall",),
        sure="likely",
        told={"firewall": ("fail",), "role or policy": ("fail",)},
    ),
    World(
        Scenario(
            "eyes-tenant-and-role",
            "The vault trusts another tenant, and the role is missing",
            replace(
                at_vault(tenant=_ELSEWHERE),
                identities=(replace(IDENTITY, tenant=ACCOUNT.tenant),),
                assignments=(),
            ),
        ),
        "The token is refused before any role counts, and a role would not help",
        cause=("another tenant",),
        told={"tenant": ("fail",)},
    ),
    World(
        Scenario(
            "eyes-client-id-and-deleted",
            "The settings name an identity that is not the pool's, and the certificate was deleted",
            seen(
                replace(
                    at_vault(secrets=(), deleted_secrets=(SECRET,)),
                    identities=(IDENTITY, _OTHER),
                    assignments=(*WELL.assignments, _OTHERS_ROLE),
                )
            ),
            settings=_another_client,
        ),
        "No token comes first; the deleted certificate is met after it is mended, so both are told",
        cause=("not on the pool",),
        told={"identity named": ("fail",), "secret": ("fail",)},
    ),
)
SECRETS = (
    World(
        Scenario(
            "eyes-newest-disabled-older-pinned",
            "The newest version is disabled, and the URL pins an older one that is not",
            seen(at_vault(secrets=(replace(SECRET, enabled=False, older=(_OLDER,)),))),
            settings=pinned(_OLDER.id),
        ),
        "The pinned version is given: nothing is wrong now",
        cause=("",),
        never=("disabled",),
    ),
    World(
        Scenario(
            "eyes-second-deleted",
            "Of two certificates the second was deleted, and can be recovered",
            seen(at_vault(deleted_secrets=(replace(SECRET, name="api-contoso-com"),), secrets=(SECRET,))),
            settings=_second_certificate,
        ),
        "The first is well; the second is named as deleted, and that it can be recovered",
        cause=("deleted",),
        told={"secret": ("fail",)},
    ),
)
_ALLOWED = tuple(
    networks.rule(f"allow-{tag}", 100 + at, "Outbound", "Allow", "*", tag, "443")
    for at, tag in enumerate(
        (
            "AzureKeyVault.WestEurope",
            "BatchNodeManagement.WestEurope",
            "Storage.WestEurope",
            "AzureActiveDirectory",
        )
    )
)
_INTERNET = networks.rule("deny-internet", 4000, "Outbound", "Deny", "*", "Internet")
_VAULTS = networks.rule("deny-vaults", 300, "Outbound", "Deny", "*", "AzureKeyVault", "443")
_VNET = networks.network_of(SUBNET)
WAYS = (
    World(
        Scenario(
            "eyes-nsg-allows-by-tags",
            "The security group denies the internet, after it allowed all that a node needs by service tags",
            _with(WELL, *_guarded_by(*_ALLOWED, _INTERNET)),
            body=in_subnet,
        ),
        "The first rule that matches decides: nothing is shut, and nodes are well",
        cause=("",),
        told={"way out": ("pass", "cannot tell")},
        never=("way out",),
    ),
    World(
        Scenario(
            "eyes-nsg-denies-vaults",
            "The security group denies the tag AzureKeyVault alone",
            replace(_with(WELL, *_guarded_by(_VAULTS)), network=Network(to_vault=Road.CLOSED)),
            body=in_subnet,
        ),
        "The way to the vault is shut; likely until a node says so",
        cause=("way out",),
        sure="likely",
        told={"way out": ("fail",)},
    ),
    World(
        Scenario(
            "eyes-own-dns",
            "The vault is private, the zone is linked, and the network has DNS servers of its own",
            replace(
                _with(
                    at_vault(public=False, connections=(Connection(ENDPOINT),)),
                    *PRIVATELY,
                    networks.network(_VNET, "10.20.0.0/16", dns=("10.20.0.4",)),
                ),
                network=Network(to_vault=Road.UNRESOLVED),
            ),
            body=in_subnet,
        ),
        "Whether those servers ask the zone cannot be told from Azure's side; it is not well, and not sure",
        cause=("", "private"),
        sure="likely",
        told={"private way": ("cannot tell", "fail")},
    ),
)
_ACCOUNT_ONLY = Operator((Grant(Permission(("*",)), ACCOUNT.id),))
UNSEEN = (
    World(
        Scenario(
            "eyes-account-only-wrong-client",
            "The operator sees the Batch account alone; the settings name an identity that is not the pool's",
            replace(
                WELL,
                identities=(IDENTITY, _OTHER),
                assignments=(*WELL.assignments, _OTHERS_ROLE),
                operator=_ACCOUNT_ONLY,
            ),
            settings=_another_client,
        ),
        "Seen from the pool alone, which tells its identities' client ids; all else cannot be told",
        cause=("not on the pool",),
        told={
            "identity named": ("fail",),
            "role or policy": ("cannot tell",),
            "locks": ("cannot tell", "pass"),
        },
        never=("no role", "firewall"),
    ),
    World(
        Scenario(
            "eyes-policies-without-assignments",
            "The operator may not see role assignments; the vault goes by policies, none of them the pool's",
            replace(_policies(), operator=lacking("Microsoft.Authorization/roleAssignments/read")),
        ),
        "Access policies stand in the vault itself: no right is missing for that",
        cause=("no access policy",),
        told={"role or policy": ("fail",)},
    ),
    World(
        Scenario(
            "eyes-operator-kept-out",
            "The firewall lets in the pool's subnet and not the operator; the role is missing",
            replace(
                seen(
                    _with(
                        at_vault(default_deny=True, subnets=(SUBNET,)),
                        networks.subnet(SUBNET, PREFIX, networks.KEY_VAULT),
                    )
                ),
                assignments=seen(replace(WELL, assignments=())).assignments,
            ),
            body=in_subnet,
        ),
        "That the operator is refused is no evidence about nodes: the role is the cause",
        told={"firewall": ("pass",), "role or policy": ("fail",), "secret": ("cannot tell", "pass")},
        never=("firewall", "deleted", "disabled"),
    ),
)
CAUSES = (*ACCESS, *SEVERAL, *SECRETS, *WAYS, *UNSEEN)
