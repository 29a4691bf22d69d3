"""The commands by which a simulated node asks others: they reach nothing, and answer from files of its disk.

They lie on the node's own disk, so that nobody takes the host's for the node's.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.simulator.node.story import NodeStory

COMMANDS = "usr/bin"
_ANSWERS = "run/answers"
_LONGEST = 180
"""Characters of an address that name its answer, as in curl below: settings may name an id of any length."""
_CURL = """#!/bin/sh
# curl of a simulated node. A file is an answer: its first line is how curl ends, the rest what it prints.
answers=$TROUBLESHOOTER_NODE_ROOT/run/answers
url= words= token=
while [ $# -gt 0 ]; do
  case "$1" in
    -v) words=yes ;;
    -K) token=$(cat); token=${token##*simulated.}; token=_${token%\\"*}; shift ;;
    -H | -o | --noproxy | --proto | --connect-timeout | --max-time) shift ;;
    http*) url=$1 ;;
  esac
  shift
done
name=$(printf '%s' "$url" | tr -c '0-9A-Za-z' '_' | tail -c 180)
case "$url" in
  http://169.254.169.254/*) [ ! -f "$answers/http___169_254_169_254" ] || name=http___169_254_169_254 ;;
esac
file=$answers/$name$token
if [ ! -f "$file" ]; then
  case "$url" in
    *oauth2/token*) file=$answers/no_such_identity ;;
    *) file=$answers/nobody ;;
  esac
fi
code=$(head -n 1 "$file")
if [ "$code" != 0 ]; then tail -n +2 "$file" >&2; exit "$code"; fi
now=$(date -u '+%a, %d %b %Y %H:%M:%S GMT')
if [ -z "$words" ]; then tail -n +2 "$file" | sed "s/@now@/$now/"; exit; fi
{ echo "*   subject: CN=vault"; echo "*  issuer: C=US; O=Simulated; CN=Simulated Issuing CA"
  tail -n +2 "$file" | sed -e "s/@now@/$now/" -e 's/^/< /'; } >&2
"""
_DF = """#!/bin/sh
# df of a simulated node: its one disk, by blocks or by inodes.
case " $* " in
  *" -i "*) echo "Filesystem Inodes IUsed IFree IUse% Mounted on"
    echo "/dev/root 3907584 118402 3789182 4% /" ;;
  *) echo "Filesystem 1024-blocks Used Available Capacity Mounted on"
    echo "/dev/root 30298176 2498176 27783616 9% /" ;;
esac
"""
_MOUNTS = "/dev/root / ext4 rw,relatime,discard,errors=remount-ro 0 0\n"
_GETENT = """#!/bin/sh
# getent of a simulated node: `getent ahosts NAME` alone.
while read -r name address; do
  if [ "$name" = "$2" ]; then echo "$address     STREAM $name"; exit 0; fi
done <"$TROUBLESHOOTER_NODE_ROOT/run/answers/hosts"
exit 2
"""
_NO_IDENTITY = '{"error":"invalid_request","error_description":"Identity not found"}'


def write_commands(folder: Path, story: NodeStory) -> None:
    shutil.rmtree(folder / _ANSWERS, ignore_errors=True)
    _write(folder / "etc/resolv.conf", "nameserver 168.63.129.16\n")
    _write(folder / "proc/mounts", _MOUNTS)
    for name, text in (("curl", _CURL), ("df", _DF), ("getent", _GETENT)):
        _write(folder / COMMANDS / name, text, 0o755)
    _write(folder / _ANSWERS / "hosts", "".join(f"{name} {address}\n" for name, address in story.addresses))
    _write(folder / _ANSWERS / "nobody", "6\ncurl: (6) Could not resolve host\n")
    none = f"0\nHTTP/1.1 400 Answer\r\nDate: @now@\r\nServer: IMDS/150.870.65.1854\r\n\r\n{_NO_IDENTITY}"
    _write(folder / _ANSWERS / "no_such_identity", none)
    for reply in story.replies:
        name = re.sub(r"[^0-9A-Za-z]", "_", reply.url)[-_LONGEST:]
        name += f"_{reply.client}" if reply.client else ""
        _write(folder / _ANSWERS / name, f"{reply.exit_code}\n{reply.text}")


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    path.chmod(mode)
