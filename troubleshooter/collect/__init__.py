"""Getting logs off nodes. The only product code that speaks SSH.

Import it where it is needed, not at the top of a module: paramiko is slow to load.
"""

from __future__ import annotations

from troubleshooter.collect.fanout import collect_nodes
from troubleshooter.collect.key import SessionKey, make_key
from troubleshooter.collect.nodes import NodeCollection, NodeLogin

__all__ = ["NodeCollection", "NodeLogin", "SessionKey", "collect_nodes", "make_key"]
