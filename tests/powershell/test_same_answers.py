"""The script for Windows asks and answers as that for sh does, word for word; where not, this says why."""

from __future__ import annotations

import re
from importlib.resources import files

from tests.powershell import scripts
from troubleshooter.analyse.probe import PROBED, untried

NOT_ON_WINDOWS = {
    "inodes": "NTFS makes them as they are needed",
    "writable": "drive C of a running Windows can be written; stores are in its registry",
    "exec": "no volume of Windows is mounted so that programs may not run from it",
    "selinux": "it is Linux's",
}
ON_WINDOWS_ALONE = {"script": "by it findings say that no live node has run it yet"}
OWN_WORDS = {
    "there is such an account; whether it may read private keys was not asked": "access lists say who may",
    "LocalMachine\\": "the store's place",
    "no service has its program there": "the service's name is documented nowhere, its folder is",
    " KiB are free": "the unit is the same for all",
    "of Windows PowerShell 5.1": "see above",
    "port 443 is open at ": "the address is always known",
}
"""What is told and the script for sh does not say so, beside what it puts together before."""
WORDS = "well identity DNS route TLS vault secret node"
"""The head line's, in the order of the way."""


def sh() -> str:
    """What gives tokens is named: on nodes of Batch it is IMDS, and no agent of Azure Arc's."""
    folder = files("troubleshooter.collect.probe")
    text = "\n".join(file.read_text() for file in folder.iterdir() if file.name.endswith(".sh"))
    return text.replace("$giver_at", "169.254.169.254").replace("$giver", "IMDS")


def told() -> dict[str, set[str]]:
    """Answer to the texts that its subject and reason are made of."""
    found: dict[str, set[str]] = {}
    for command in scripts.commands(scripts.sent()["probe.txt"]):
        text = scripts.text_of(command.node)
        if command.name == "Add-Answer" and "$id" not in text:
            found.setdefault(text.split("'")[1], set()).update(pieces(text.split("'", 4)[-1]))
        elif command.name == "Add-Shut":
            found.setdefault(text.split("'")[1], set()).update(pieces(text.split("'", 2)[-1]))
    return found


def pieces(text: str) -> set[str]:
    """What stands between the values that are put in."""
    plain = re.sub(r"\$\((?:[^()]|\([^()]*\))*\)|\$\{\w+\}|\$[\w.]+", "\n", text)
    return {
        piece
        for quoted in re.findall(r"""'([^']*)'|"([^"]*)\"""", plain)
        for one in quoted
        for piece in one.split("\n")
        if len(piece.strip(" :;,()")) > 3
    }


def test_it_gives_each_answer_that_the_other_gives() -> None:
    asked = set(re.findall(r"\btell ([a-z]+) (?:pass|fail|unknown|note)\b", sh())) | {"disk", "inodes"}

    assert asked - set(told()) == set(NOT_ON_WINDOWS)
    assert set(told()) - asked == set(ON_WINDOWS_ALONE)


def test_it_says_so_in_the_same_words() -> None:
    words = re.sub(r"\s+", " ", sh())
    said = {piece for texts in told().values() for piece in texts}

    assert len(said) > 40
    assert {piece for piece in said if piece.strip() not in words} == set(OWN_WORDS)


def test_where_a_proxy_is_set_the_direct_way_excludes_nothing_in_either() -> None:
    ours = scripts.sent()["probe.txt"]
    shut = {text.split("'")[1] for text in re.findall(r"Add-Shut '.*", ours)}

    assert shut == set(re.findall(r"\bshut ([a-z]+) ", sh())) == {"dns", "tcp", "tls"}
    assert re.findall(r"Add-Answer '(?:dns|tcp|tls)' 'fail'", ours) == []
    assert re.findall(r"\btell (?:dns|tcp|tls) fail\b", sh()) == []


def test_the_head_line_has_the_same_words_and_ranks() -> None:
    ranks = dict(re.findall(r"^ {4}([a-z |]+)\) rank=(\d) word=\w+ ;;", sh(), re.MULTILINE))
    of_sh = {name: rank for names, rank in ranks.items() for name in names.split(" | ")}
    own = dict(
        re.findall(
            r"\b([a-z]+) = (\d)\b", scripts.sent()["probe.txt"].partition("$ranks = @{")[2].partition("}")[0]
        )
    )

    assert of_sh == {**own, **dict.fromkeys(NOT_ON_WINDOWS, "7")}
    assert sorted(re.findall(r"word=(\w+)", sh()), key=WORDS.index) == WORDS.split()
    assert f"""@('{"', '".join(WORDS.split())}')""" in scripts.sent()["probe.txt"]


def test_both_ask_in_the_same_order() -> None:
    order = {
        "settings_read": "Read-Settings", "ask_imds": "Test-Imds", "identities": "Test-Identities",
        "for_each_certificate": "Test-Certificates", "clock_told": "Test-Clock", "disks_told": "Test-Disk",
        "readers_told": "Test-Readers", "unit_told": "Test-Unit", "around_told": "Add-Around",
    }  # fmt: skip
    main = sh().partition("\nmain() {")[2]
    start = scripts.sent()["probe.txt"].partition("function Start-Probe")[2]

    assert sorted(order, key=lambda name: main.index(f"\n  {name}\n")) == list(order)
    assert sorted(order.values(), key=lambda name: start.index(f"    {name}\n")) == list(order.values())


def test_both_send_tokens_to_the_same_hosts_and_end_at_the_same_time() -> None:
    ours = scripts.sent()["probe.txt"]
    known = re.findall(r"vault\.[a-z.]+", ours.partition("$known = @(")[2].partition(")")[0])

    assert known == re.findall(r"vault\.[a-z.]+", sh().partition('case "${1#*.}" in')[2].partition(")")[0])
    assert ("budget=90" in sh(), "$budget = 90" in ours) == (True, True)
    assert ("most=49152" in sh(), "$longest = 49152" in ours) == (True, True)


def test_by_what_it_says_of_itself_its_answers_are_known_as_untried() -> None:
    (said,) = re.findall(r"Add-Answer 'script' 'note' '' '([^']+)'", scripts.sent()["probe.txt"])

    assert untried(PROBED + f"script\tnote\t0\t\t{said}\n".encode())
    assert not untried(PROBED + b"script\tnote\t0\t\tof another shell\n")
    assert "tell script" not in sh()
