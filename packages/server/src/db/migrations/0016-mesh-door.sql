-- Where a person lets other machines in, in place of what the daemon was started with. One row or none.
CREATE TABLE mesh_door (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  host TEXT NOT NULL
) STRICT;

-- How another machine did when it was last asked, as JSON; shown while it is away.
ALTER TABLE mesh_nodes ADD COLUMN health TEXT;

-- A browser that was let in by another one: what its owner calls it. Null for one that has logged in by itself.
ALTER TABLE logins ADD COLUMN device TEXT;

-- Files of mail that came over the room and are still to be fetched from the machine that sent it, by their digest.
CREATE TABLE mesh_files (
  message TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  node TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (message, id)
) STRICT, WITHOUT ROWID;
