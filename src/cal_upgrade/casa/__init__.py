"""The interfaces of CASA's tasks: the tables, the check of a call, and what follows from them alone."""
