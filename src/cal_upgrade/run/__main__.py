"""`python -m cal_upgrade.run` is the command `cal-run`."""

from cal_upgrade.cli.run import main

raise SystemExit(main())
