"""The probe on a real node: a network of its own, a real sshd, IMDS at its address, a vault by its name."""
