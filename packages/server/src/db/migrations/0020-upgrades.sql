-- Keys whose releases are installed here, beside this machine's own, and the last upgrade of several machines that began here.
CREATE TABLE release_keys (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE room_upgrades (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- FleetUpgrade, and who asked for it with which role: only ever read as a whole.
  state TEXT NOT NULL
) STRICT;
