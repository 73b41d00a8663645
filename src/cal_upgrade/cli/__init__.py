"""The commands, cal-upgrade and cal-run: the only place that prints, reads arguments and touches files unasked."""
