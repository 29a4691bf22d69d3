"""What the home screen says where there are no runs yet: what this is, how to begin, and who would begin."""

from __future__ import annotations

from troubleshooter.tui.widgets.remarks import Remark

_WIDTH = 16

_WHAT = (
    "Finds out why the Key Vault extension keeps a Batch pool's nodes from starting, proves the fix on a "
    "pool beside it, and takes back what it made."
)
_BEGIN = (
    ("o  open a pool", "Its nodes are looked at, and nothing is changed before you say so."),
    ("l  look at files", "Logs, a folder or an archive you have: no Azure is needed."),
    ("d  demo", "Broken pools of a simulated Azure to practise on: nothing real is touched."),
)


def welcome(who: str | None) -> tuple[Remark, ...]:
    """`who` is empty where this machine does not say it, None while that is not known yet."""
    signed_in = "" if who is None else who or "not known before the first call: az login will do"
    return (
        Remark("", _WHAT),
        Remark("", ""),
        *(Remark(f"{key:<{_WIDTH}}  ", text, "$accent bold") for key, text in _BEGIN),
        Remark("", ""),
        Remark(f"{'signed in as':<{_WIDTH}}  ", signed_in),
    )
