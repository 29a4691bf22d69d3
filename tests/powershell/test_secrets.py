"""Token and value stay in $hold: read off the text, since nothing here can run it.

An argument of a command may be written down by Windows (module logging), a pipeline with it; a text in quotes
goes into answers and messages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.powershell import scripts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

SECRET = re.compile(r"\$hold\.(?:Token|Value)|\$hold|\$secret|\$hex", re.IGNORECASE)
"""What holds one, and what a loop or a conversion makes of it."""
OUT = {"command", "expandable_string_literal", "redirection", "sub_expression"}
"""Within these a secret would leave the variable that holds it."""
TO_METHODS = {"Add", "Contains", "FromBase64String"}
"""Of .NET, which tell nobody: a header's value, whether a text holds it, its bytes."""


def whole() -> str:
    return scripts.sent()["probe.txt"]


def function_of(text: str, name: str) -> str:
    found = (
        node for node in scripts.nodes(scripts.tree(text).root_node) if node.type == "function_statement"
    )
    return next(body for body in map(scripts.text_of, found) if body.startswith(f"function {name}"))


def held(text: str) -> Iterator[Node]:
    for node in scripts.nodes(scripts.tree(text).root_node):
        if node.type in {"member_access", "variable"} and SECRET.fullmatch(scripts.text_of(node)):
            yield node


def above(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def leaks(text: str) -> list[str]:
    """Places where what holds a secret stands in what others get."""
    return [
        f"line {node.start_point.row + 1}: {scripts.text_of(out)[:80]}"
        for node in held(text)
        for out in above(node)
        if out.type in OUT or (out.type == "pipeline_chain" and out.child_count > 1)
    ]


def copies(text: str) -> list[str]:
    """Statements that give it to another variable, or back to a caller."""
    return [
        scripts.text_of(out)[:80]
        for node in held(text)
        for out in above(node)
        if (out.type == "assignment_expression" and not scripts.text_of(out).startswith(("$hold", "$hex")))
        or (out.type == "flow_control_statement" and scripts.text_of(out).startswith("return"))
    ]


def test_no_command_pipeline_or_text_gets_a_secret() -> None:
    assert len(list(held(whole()))) > 20
    assert leaks(whole()) == []


def test_it_is_in_no_other_variable() -> None:
    assert copies(whole()) == []
    assert copies("function Test-It { $other = $hold.Token }")
    assert copies("function Test-It { return $hold.Value }")


@pytest.mark.parametrize(
    "leak",
    [
        "Add-Answer 'token' 'pass' '' $hold.Token",
        "$hold.Value | ConvertFrom-Json",
        'ConvertTo-Short "it is $($hold.Token)" 9',
        "Send-Signed -Token $hold.Token",
    ],
)
def test_a_leak_is_seen(leak: str) -> None:
    assert leaks(f"function Test-It {{ {leak} }}")


def test_only_methods_that_tell_nobody_get_a_secret() -> None:
    given = set()
    for node in held(whole()):
        for out in above(node):
            if out.type == "argument_list":
                before = scripts.text_of(out.parent).partition("(")[0] if out.parent else ""
                given.add(before.replace("::", ".").rpartition(".")[2])
                break
    assert given == TO_METHODS


def test_the_token_is_sent_by_one_place_and_only_where_it_is_asked_for() -> None:
    assert whole().count("Authorization") == 1
    assert "if ($signed) { $request.Headers.Add('Authorization', 'Bearer ' + $hold.Token) }" in whole()
    signed = [name for name in scripts.functions(whole()) if " $true @{}" in function_of(whole(), name)]
    assert signed == ["Send-Signed"]
    calling = [name for name in scripts.functions(whole()) if "Send-Signed " in function_of(whole(), name)]
    assert calling == ["Test-Secret", "Test-Deleted"]


def test_it_is_sent_to_vaults_alone_over_verified_tls_and_never_on() -> None:
    assert scripts.text_of(scripts.tree(whole()).root_node).count("ServerCertificateValidationCallback") == 1
    assert "[Net.ServicePointManager]::ServerCertificateValidationCallback = $null" in function_of(
        whole(), "Initialize-Run"
    )
    request = function_of(whole(), "Send-Request")
    assert "$request.AllowAutoRedirect = $false" in request
    assert "$request.Proxy = $null" in request
    each = function_of(whole(), "Test-Certificates")
    guard, sent = each.index("if (-not $audience)"), each.index("Test-Certificate $parts")
    assert each.index("$audience = Get-Audience $parts.Host") < guard < sent
    assert "continue" in each[guard:sent]
    for name in ("Test-Secret", "Test-Deleted"):  # by https, to the host that was looked at
        assert '"https://$name' in function_of(whole(), name)
    assert "http://" not in whole().replace("$imds_url = 'http://169.254.169.254'", "")


def test_a_connection_that_is_not_verified_carries_nothing() -> None:
    shaken = function_of(whole(), "Test-Handshake")
    assert "[string]$errors -eq 'None'" in shaken
    assert not re.search(r"\.Write\(|Token|hold", shaken)


def test_nothing_is_written_but_the_answers_and_nothing_is_started() -> None:
    text = whole()
    assert re.findall(r"::Write\w+|::Append\w+|::Create\w*\(|Out-File|Set-Content", text) == [
        "::CreateHttp(",
        "::WriteAllText",
    ]
    assert not re.search(r"SetEnvironmentVariable|\$env:\w+\s*=|Process\]|\$global:|\$script:", text)
    assert [
        command for command in scripts.commands(text) if command.node.children[0].type != "command_name"
    ] == []


def test_what_is_told_is_looked_through_for_both() -> None:
    told = function_of(whole(), "Add-Answer")
    assert "foreach ($secret in @($hold.Token, $hold.Value))" in told
    assert told.index("$reason.Contains($secret)") < told.index("$run.Told.Add")
