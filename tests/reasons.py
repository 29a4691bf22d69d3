"""Why a test may be skipped: for one of these reasons and no other. tests/hygiene/test_skips.py looks."""

from __future__ import annotations

SAMPLES = "needs the ground truth: its samples are not part of the repository"
SPECIFICATION = "needs the ground truth: Microsoft's API files, with their example bodies"
CATALOGUE = "needs the ground truth: the catalogue that the list of failures was taken from"

SSHD = "needs a real sshd, and sudo without a password"
FAKETIME = "needs Debian's package faketime"
ROOT = "needs root that may write the host's folders, mount, and be somebody else"
TAR = "needs GNU tar, which makes archives of files with holes"
CHECKOUT = "needs a git checkout, for its list of files"
LINUX = "needs Linux, which tells in /proc what a process took"
POSIX = "needs POSIX: its signals, modes, limits and links"
