-- What has expired lies with the dead letters, so both are found by one index; a sender's own by another, as its mailbox is long and
-- these are few.
DROP INDEX messages_held;
CREATE INDEX messages_held ON messages (state, seq)
  WHERE state IN ('scheduled', 'quarantined', 'queued', 'dead', 'expired');
CREATE INDEX messages_dead ON messages (sender, seq) WHERE state IN ('dead', 'expired');
