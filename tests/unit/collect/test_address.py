"""Addresses of machines as people write and paste them; what is none is told in our own words."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import pytest

from troubleshooter.collect.roads.machine.address import Address, address, jump_address, logins
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

TAKEN = {
    "ssh://kv@vm1": Address("kv", "vm1"),
    "SSH://kv@VM1/": Address("kv", "vm1"),
    "ssh://kv@vm1\r\n": Address("kv", "vm1"),
    "ssh://kv@vm1:": Address("kv", "vm1"),
    "ssh://kv@vm1:0022": Address("kv", "vm1", 22),
    "ssh://kv@vm1:2222": Address("kv", "vm1", 2222),
    "ssh://kv@[2001:DB8::1]": Address("kv", "2001:db8::1"),
    "ssh://kv@[2001:db8::1]:2222": Address("kv", "2001:db8::1", 2222),
    "ssh://kv@[fe80::1%25eth0]:22": Address("kv", "fe80::1%eth0"),
    "ssh://kv@contoso.com@vm1": Address("kv@contoso.com", "vm1"),
    "ssh://kv%40contoso.com@vm1": Address("kv@contoso.com", "vm1"),
    "ssh://100%@vm1": Address("100%", "vm1"),
    "ssh://CONTOSO\\kv@vm1": Address("CONTOSO\\kv", "vm1"),
    "ssh://kv@bücher.example": Address("kv", "bücher.example"),
    "ssh://kv@vm1.": Address("kv", "vm1."),
}
BRACKETS, PORT, MORE, HOST, USER = "IPv6", "port", "more in it", "host", "user"
REFUSED = {
    "": "begin with ssh://",
    "kv@vm1": "begin with ssh://",
    "ssh://kv@::1": BRACKETS,
    "ssh://kv@2001:db8::1:22": BRACKETS,
    "ssh://kv@[::1": MORE,
    "ssh://kv@[::1]x": "After the brackets",
    "ssh://kv@[::1]x:22": "After the brackets",
    "ssh://kv@[10.0.0.4]": BRACKETS,
    "ssh://kv@[vm1]": BRACKETS,
    "ssh://kv@[v1.x]": BRACKETS,
    "ssh://kv@vm1:0": "Port 0 is none",
    "ssh://kv@vm1:65536": "range",
    "ssh://kv@vm1:" + "9" * 5000: "range",
    "ssh://kv@vm1:-1": PORT,
    "ssh://kv@vm1:+22": PORT,
    "ssh://kv@vm1:ssh": PORT,
    "ssh://kv@vm1:\uff12\uff12": PORT,
    "ssh://kv@vm1/etc": MORE,
    "ssh://kv@vm1?a=b": MORE,
    "ssh://kv@vm1#a": MORE,
    "ssh://kv@vm 1": HOST,
    "ssh://kv@vm\n1": HOST,
    "ssh://kv@": HOST,
    "ssh://kv@-oProxyCommand=x": HOST,
    "ssh://kv@vm1\uff0fx": HOST,
    "ssh://kv@" + "a" * 64 + ".example": "part",
    "ssh://kv@vm1..example": "part",
    "ssh://kv@.example": "part",
    "ssh://kv@xn--\udcff": HOST,
    "ssh://vm1": USER,
    "ssh://@vm1": USER,
    "ssh://-l@vm1": USER,
    "ssh://k v@vm1": USER,
    "ssh://kv%00@vm1": USER,
    "ssh://kv%ff@vm1": USER,
}
PYTHONS = ("could not be cast", "does not appear", "codec", "Netloc", "Invalid IPv6", "label", "argument")


@pytest.mark.parametrize("text", TAKEN)
def test_an_address_is_taken_as_it_is_written(text: str) -> None:
    assert address(text) == TAKEN[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_address_is_refused_in_words_of_our_own(text: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        address(text)
    assert REFUSED[text] in refused.value.why
    assert not any(words in refused.value.why for words in PYTHONS)
    assert "ssh://USER@HOST" in refused.value.do


@pytest.mark.parametrize("parse", [address, jump_address])
@pytest.mark.parametrize(
    "text",
    [
        "ssh://kv:hunter2@vm1", "ssh://kv:hun/ter2@vm1", "ssh://kv:hun#ter2@vm1", "ssh://kv:hun?ter2@vm1",
        "ssh://kv:hun@ter2@vm1", "ssh://kv:hunter2@[::1", "kv:hunter2@vm1", "http://kv:hunter2@vm1:0",
        "ssh://kv@contoso.com:hun/ter2@vm1", "ssh://kv:hunter2@",
    ],
)  # fmt: skip
def test_a_password_is_never_repeated_whatever_else_is_wrong(
    parse: Callable[[str], Address], text: str
) -> None:
    with pytest.raises(UsageProblem, match="with a password is not taken") as refused:
        parse(text)
    assert "ter2" not in f"{refused.value.what} {refused.value.why} {refused.value.do}"


def test_a_jump_host_is_one_and_is_named_as_it_was_written() -> None:
    assert jump_address("vm1") == Address(getpass.getuser(), "vm1")
    assert jump_address("kv@[::1]:2222") == jump_address("ssh://kv@[::1]:2222") == Address("kv", "::1", 2222)
    for text, why in {
        "kv@vm1,kv@vm2": "several",
        "vm1:0": "Port 0",
        "vm1/x": MORE,
        "https://vm1": MORE,
    }.items():
        with pytest.raises(UsageProblem) as refused:
            jump_address(text)
        assert (repr(text) in refused.value.what, why in refused.value.why) == (True, True)
        assert "USER@HOST:PORT" in refused.value.do


def test_no_two_machines_have_one_name() -> None:
    texts = (
        "ssh://kv@vm1-2222",
        "ssh://kv@vm1:2222",
        "ssh://kv@vm1-2222:22",
        "ssh://root@vm2",
        "ssh://kv@vm2",
    )
    found = logins([address(text) for text in texts])
    assert [(one.user, one.host, one.port) for one in found.values()] == [
        ("kv", "vm1-2222", 22), ("kv", "vm1", 2222), ("root", "vm2", 22), ("kv", "vm2", 22),
    ]  # fmt: skip
    assert all(name == one.node for name, one in found.items())


@pytest.mark.parametrize("between", [",", " ", "\n", ", ", ";", "\r\n"])
def test_a_list_in_one_word_is_told_as_such(between: str) -> None:
    with pytest.raises(UsageProblem, match="Several addresses stand in one word"):
        address(between.join(("ssh://kv@vm1:2222", "ssh://kv@vm2")))
