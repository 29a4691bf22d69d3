"""What was mended of the simulated Azure and of lint after recordings and documents, taken out again.

One part at least of each mend; the others were taken out by hand.
"""

from __future__ import annotations

from tests.mutants.named import Mutant

_RECORDED = "tests/unit/simulator/test_as_recorded.py::"
_FACTS = "tests/unit/lint/test_facts_of_4.py::"
_OVERRIDE = "tests/unit/lint/test_override.py::"
_LIFETIME = "tests/unit/lint/test_lifetime.py::"
_SUPPORT = "tests/unit/lint/test_supported.py::"
_RESIZE = "tests/unit/analyse/test_resize.py::"
_SURVEY = "tests/doors/actions/test_survey.py::"
_USERS = "tests/doors/test_operations_users.py::"
_POLL = f"{_RECORDED}test_each_poll_of_a_deletion_names_another_signed_address_and_the_last_is_an_empty_200"
_SILENT = f"{_RECORDED}test_the_real_clock_is_silent_of_a_pool_that_is_being_made"
_IPV6 = f"{_RECORDED}test_a_node_has_an_ipv6_address_only_in_a_pool_with_both_families"
_VIEWS = (
    f"{_RECORDED}test_batchs_own_extension_is_among_a_nodes_and_one_that_has_not_reported_has_an_empty_view"
)
_ETAG = f"{_RECORDED}test_an_etag_is_weak_and_quoted_in_arm_and_bare_in_the_data_plane"
_OPTION = f"{_RECORDED}test_a_resize_tells_the_deallocation_option_that_the_definition_hides"

SIMULATED = (
    Mutant(
        "a deletion ends with 204",
        "simulator/wire/arm_api.py",
        "Answer(site.world.habits.deletion_ends) if pool is None",
        "Answer(204) if pool is None",
        (_POLL,),
    ),
    Mutant(
        "a deletion ends with 200 whatever the switch says",
        "simulator/wire/arm_api.py",
        "Answer(site.world.habits.deletion_ends) if pool is None",
        "Answer(200) if pool is None",
        ("tests/unit/simulator/test_habits.py::test_a_deletion_ends",),
    ),
    Mutant(
        "the address of a deletion is not signed",
        "simulator/wire/arm_api.py",
        "api-version={call.query['api-version']}&{query}",
        "api-version={call.query['api-version']}",
        (_POLL,),
    ),
    Mutant(
        "reads of the data plane say when to ask again",
        "simulator/wire/batch_api.py",
        "if moving and world.clock.hurries else",
        "if moving else",
        (_SILENT,),
    ),
    Mutant(
        "reads of ARM say when to ask again",
        "simulator/wire/arm_api.py",
        "if pool.moving and world.clock.hurries:",
        "if pool.moving:",
        (_SILENT,),
    ),
    Mutant(
        "ids of nodes are short",
        "simulator/world/pool.py",
        'f"tvmps_{self._nodes}{index + 1:0{64 - _SHARED}}_d"',
        'f"tvm-{self._nodes[:8]}_{index + 1}"',
        (_RECORDED.rstrip(":"),),
    ),
    Mutant(
        "an IPv4 node has an empty IPv6 address",
        "simulator/wire/batch_wire.py",
        "if nat.is_dual(pool.properties) else {})",
        'if nat.is_dual(pool.properties) else {"ipv6Address": ""})',
        (_IPV6,),
    ),
    Mutant(
        "a node names none of its endpoints",
        "simulator/wire/batch_wire.py",
        '        **({"endpointConfiguration": {"inboundEndpoints": endpoints}} if endpoints else {}),\n',
        "",
        (f"{_RECORDED}test_a_node_says_by_which_ports_it_is_reached",),
    ),
    Mutant(
        "an extension that has not reported has no view",
        "simulator/wire/batch_wire.py",
        '"provisioningState": "Creating", "instanceView": {}, ',
        '"provisioningState": "Creating", ',
        (_VIEWS,),
    ),
    Mutant(
        "whether an extension is upgraded by itself is not filled in",
        "simulator/wire/batch_wire.py",
        'return {"enableAutomaticUpgrade": False, **shown}',
        "return shown",
        (_VIEWS,),
    ),
    Mutant(
        "a definition comes back as it was sent",
        "simulator/world/pool_body.py",
        '{"properties": filled_in(kept)}',
        '{"properties": kept}',
        (f"{_RECORDED}test_what_was_asked_for_comes_back_filled_in",),
    ),
    Mutant(
        "a resize names low-priority nodes that nobody wants",
        "simulator/wire/arm_wire.py",
        "    if spot:\n        resize[",
        "    if True:\n        resize[",
        (_OPTION,),
    ),
    Mutant(
        "a resize hides its deallocation option",
        "simulator/wire/arm_wire.py",
        '        "nodeDeallocationOption": fixed.get("nodeDeallocationOption", "Requeue"),\n',
        "",
        (_OPTION,),
    ),
    Mutant(
        "ARM does not say how many requests are left",
        "simulator/wire/planes.py",
        "**_left(call), ",
        "",
        (f"{_RECORDED}test_arm_says_how_many_such_requests_are_left",),
    ),
    Mutant(
        "the data plane quotes its ETags",
        "simulator/wire/batch_wire.py",
        '        "eTag": pool.etag,\n',
        '        "eTag": f\'"{pool.etag}"\',\n',
        (_ETAG,),
    ),
    Mutant(
        "ARM's ETags are bare",
        "simulator/wire/arm_wire.py",
        "    return f'W/\"{pool.etag}\"'",
        "    return pool.etag",
        (_ETAG,),
    ),
    Mutant(
        "an error is of no entity set",
        "simulator/wire/batch_wire.py",
        "$metadata#{_ENTITIES}.Container.errors/@Element",
        "$metadata#errors/@Element",
        (f"{_RECORDED}test_every_answer_of_the_data_plane_says_what_it_is_of",),
    ),
    Mutant(
        "remote login is refused where only 3389 is mapped",
        "simulator/world/world.py",
        'if found and self.habits.login_by_3389 == "given":',
        "if False:",
        (f"{_RECORDED}test_with_only_another_port_mapped_its_address_is_given_for_signing_in",),
    ),
    Mutant(
        "a user's time holds to the second",
        "simulator/wire/batch_nodes.py",
        "_day(expiry) if habits.expiry_cut else expiry",
        "expiry",
        (f"{_USERS}test_they_are_made_for_two_days",),
    ),
    Mutant(
        "every type of key is taken",
        "simulator/wire/batch_nodes.py",
        " and key.split()[0] not in habits.refused_keys",
        "",
        (f"{_USERS}test_where_a_type_of_key_is_refused_the_other_is_taken",),
    ),
)

FACTS = (
    Mutant(
        "an error of a pool that has its size is one of now",
        "analyse/resize.py",
        "    if wanted is None or there is None or not _has_its_size(inner, wanted, there):\n",
        "    if True:\n",
        (f"{_RESIZE}test_an_error_of_a_pool_that_has_its_size_happened_and_is_not_current",),
    ),
    Mutant(
        "the survey keeps an error without the size",
        "operations/node_views.py",
        '{**_allocation(pool), "resizeErrors": problems}',
        '{"resizeErrors": problems}',
        (f"{_SURVEY}test_an_old_error_of_a_pool_that_has_its_size_is_none_of_now",),
    ),
    Mutant(
        "what a pool by formula wanted is not kept",
        "operations/node_views.py",
        'wanted = fixed or properties.get("resizeOperationStatus") or {}',
        "wanted = fixed",
        (f"{_SURVEY}test_of_a_pool_by_formula_its_last_resize_says_what_it_wanted",),
    ),
    Mutant(
        "a certificate's own identity is not judged",
        "lint/key_vault/layout.py",
        "            yield self.auth\n        yield from self.overrides()",
        "            yield self.auth",
        (f"{_OVERRIDE}test_an_identity_that_is_not_on_the_pool",),
    ),
    Mutant(
        "authenticationOverride is no known key",
        "lint/key_vault/spelling.py",
        '    "customSymbolicLinkName",\n    "authenticationOverride",\n',
        '    "customSymbolicLinkName",\n',
        (f"{_OVERRIDE}test_a_misspelt_key_is_told_with_the_one_that_was_meant",),
    ),
    Mutant(
        "who reads a certificate is the identity for all",
        "analyse/facts.py",
        "{client or of_all for client in own}",
        "{of_all for client in own}",
        (f"{_OVERRIDE}TestWhoReadsTheVault",),
    ),
    Mutant(
        "no size of machines ends",
        "lint/lifetime.py",
        'yield from _of_field(place, "size", "batch-size-support-ends", key)',
        "yield from ()",
        (f"{_LIFETIME}TestSizes",),
    ),
    Mutant(
        "no version of the API ends",
        "lint/lifetime.py",
        "if pool and dated and dated[0] < end.match:",
        "if False:",
        (f"{_LIFETIME}TestTheRest",),
    ),
    Mutant(
        "no system ends",
        "lint/lifetime.py",
        'yield from _told("batch-system-support-ends", end, pointer(machine, at), explains=_NODES_GO)',
        "yield from ()",
        (f"{_LIFETIME}TestSystems",),
    ),
    Mutant(
        "the classic mode is not retired",
        "lint/lifetime.py",
        'yield from _of_field(place, "communication", "batch-communication-support-ends", key)',
        "yield from ()",
        (f"{_LIFETIME}TestTheRest",),
    ),
    Mutant(
        "a store for all certificates is no setting",
        "lint/key_vault/spelling.py",
        '    "certificateStoreName",\n    "certificateStoreLocation",\n    "linkOnRenewal",',
        '    "certificateStoreName",\n    "linkOnRenewal",',
        (f"{_FACTS}test_a_store_for_all_certificates_is_in_the_schema_of_4",),
    ),
    Mutant(
        "a socket is taken for no log of 4.x",
        "lint/key_vault/logging.py",
        "if socket and (major is None or major >= 4):",
        "if False:",
        (f"{_FACTS}test_where_a_log_may_be_sent",),
    ),
    Mutant(
        "4.x does not wait by itself",
        "lint/key_vault/identity.py",
        "return asked or (layout.place.major or 0) >= 4",
        "return asked",
        ("tests/unit/lint/test_plans.py::TestMachines",),
    ),
    Mutant(
        "4.x takes any host for a vault",
        "lint/key_vault/certificates.py",
        "if host and major is not None and major >= 4 and not host.lower().endswith(_SUFFIXES):",
        "if False:",
        (f"{_FACTS}test_the_hosts_of_vaults",),
    ),
    Mutant(
        "1.x and 2.x are supported",
        "lint/key_vault/__init__.py",
        "    support.version_is_supported,\n",
        "",
        (f"{_FACTS}test_3_and_later_are_supported",),
    ),
    Mutant(
        "settings of 3.x are known before",
        "lint/key_vault/__init__.py",
        "    values.settings_of_3,\n",
        "",
        (f"{_FACTS}test_what_came_with_3",),
    ),
    Mutant(
        "clouds that lag are judged as the public one",
        "lint/key_vault/support.py",
        'if str(system) == "Ubuntu 20.04" and place.major == 3 and in_another_cloud(layout):',
        "if False:",
        (f"{_FACTS}test_3_on_ubuntu_20_where_the_cloud_lags",),
    ),
    Mutant(
        "4.x is taken for granted in every cloud",
        "lint/key_vault/__init__.py",
        "    support.version_is_in_the_cloud,\n",
        "",
        (f"{_FACTS}test_4_is_not_taken_for_granted_in_another_cloud",),
    ),
    Mutant(
        "4.x wants no endpoint",
        "lint/key_vault/endpoint.py",
        "if auth is None or not given or",
        "if auth is None or (layout.place.major or 0) >= 4 or not given or",
        (f"{_FACTS}test_a_client_id_wants_an_endpoint_at_4_too",),
    ),
)

ASKED = (
    Mutant(
        "what the service names goes with what was announced",
        "diagnosis.py",
        "if one.id not in known)",
        "if one.id)",
        (f"{_SUPPORT}test_what_the_service_says_stands_for_what_was_announced",),
    ),
    Mutant(
        "a later end than the announced one is not told",
        "lint/supported.py",
        " or SYSTEM in settled",
        "",
        (f"{_SUPPORT}test_a_far_end_is_told_only_where_another_was_announced",),
    ),
    Mutant(
        "an image that is not listed is not told",
        "lint/supported.py",
        "    if not said.listed:",
        "    if False:",
        (f"{_SUPPORT}test_an_image_that_is_not_listed_with_its_node_agent",),
    ),
    Mutant(
        "the end of an image is that of any node agent",
        "operations/support.py",
        "if each.agent.lower() == agent.lower()",
        "if True",
        ("tests/doors/actions/test_survey_support.py::test_an_image_with_the_node_agent_of_another",),
    ),
    Mutant(
        "the end of a size is not read",
        "actions/looking/capacity.py",
        "Capacity(cores, tuple(dedicated), size_ends=ends)",
        "Capacity(cores, tuple(dedicated))",
        ("tests/doors/actions/test_survey_support.py::test_a_size",),
    ),
    Mutant(
        "a plan in place does not say what may be refused",
        "actions/in_place.py",
        "        *support.notes(ctx),\n",
        "",
        ("tests/flows/test_support.py::test_a_plan_says_that_making_a_pool_may_be_refused",),
    ),
)
"""Of what the service itself is asked of support."""

MENDS = (*SIMULATED, *FACTS, *ASKED)
