"""What a command on a simulated node finds in its PATH: stand-ins, and links to a few of the host's tools.

Never the host's sudo or systemctl, and nothing that reaches the network.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from troubleshooter.simulator.node.asking import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

_ALLOWED = """
    awk base64 basename cat chmod cmp cp cut date dd df dirname du echo env expr false find getent grep gzip
    head hostname ln ls md5sum mkdir mktemp mv nl od printf ps pwd readlink rm rmdir sed sh sha256sum sleep
    sort stat tail tar tee test timeout touch tr true uname uniq wc xargs [
"""

_SUDO_ADMIN = """#!/bin/sh
# sudo of a simulated node, for a user who may. As the real one it forgets the caller's environment; the
# node's root is kept, as env_keep would.
while [ $# -gt 0 ]; do
  case "$1" in
    -n) shift ;;
    --) shift; break ;;
    -*) echo "sudo: option $1 is not simulated" >&2; exit 1 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || { echo "usage: sudo [-n] command" >&2; exit 1; }
exec env -i PATH="$PATH" HOME="$HOME" USER=root LOGNAME=root SUDO_USER="$LOGNAME" \\
  TROUBLESHOOTER_NODE_ROOT="$TROUBLESHOOTER_NODE_ROOT" "$@"
"""

_SUDO_PLAIN = """#!/bin/sh
# sudo of a simulated node, for a user who may not.
echo "sudo: a password is required" >&2
exit 1
"""

_ID = """#!/bin/sh
# id of a simulated node: whoever signed in is not root, whatever the simulation itself runs as.
if [ "$*" = -u ]; then
  if [ "$USER" = root ]; then echo 0; else echo 1000; fi
  exit 0
fi
exec {real} "$@"
"""

_SYSTEMCTL = """#!/bin/sh
# systemctl of a simulated node: it answers for the one unit that the node's disk has.
root=$TROUBLESHOOTER_NODE_ROOT
verb= unit=
for word in "$@"; do
  case "$word" in
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$word; else unit=$word; fi ;;
  esac
done
file="etc/systemd/system/${unit%.service}.service"
case "$verb" in
  show)
    if [ -f "$root/run/systemd/${unit%.service}.show" ]; then cat "$root/run/systemd/${unit%.service}.show"
    else echo "Id=${unit%.service}.service"; echo "LoadState=not-found"; echo "ActiveState=inactive"; fi ;;
  cat)
    if [ -f "$root/$file" ]; then echo "# /$file"; cat "$root/$file"
    else echo "No files found for ${unit%.service}.service." >&2; exit 1; fi ;;
  *) echo "systemctl: $verb is not simulated" >&2; exit 1 ;;
esac
"""


class NodeTools:
    """Two folders of commands: for users who may use sudo, and for those who may not."""

    def __init__(self, folder: Path) -> None:
        self._admin = folder / "admin"
        self._plain = folder / "plain"
        _fill(self._admin, _SUDO_ADMIN)
        _fill(self._plain, _SUDO_PLAIN)

    def path(self, *, is_admin: bool) -> Path:
        return self._admin if is_admin else self._plain

    def search(self, root: Path, *, is_admin: bool) -> str:
        """A node's PATH: what lies on its own disk goes first."""
        return f"{root / COMMANDS}:{self.path(is_admin=is_admin)}"


def _fill(folder: Path, sudo: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    known = _ID.format(real=shutil.which("id"))
    for name, text in (("sudo", sudo), ("systemctl", _SYSTEMCTL), ("id", known)):
        (folder / name).write_text(text, encoding="ascii", newline="\n")
        (folder / name).chmod(0o755)
    for name in _ALLOWED.split():
        found = shutil.which(name)
        if found and not (folder / name).exists():
            (folder / name).symlink_to(found)
