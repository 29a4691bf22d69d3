"""What fills the run screen for one step: a gate, a wait, findings, a failure, an outcome."""
