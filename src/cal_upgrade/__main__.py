"""`python -m cal_upgrade` is the command `cal-upgrade`."""

from cal_upgrade.cli.convert import main

raise SystemExit(main())
