-- Which message from outside an agent was given first in its session, and when: until the session ends, what leaves the machine
-- waits for a person.
CREATE TABLE mail_taints (
  mailbox TEXT PRIMARY KEY,
  message_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
