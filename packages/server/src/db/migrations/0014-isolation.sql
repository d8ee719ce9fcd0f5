-- What the program of an agent is kept away from (none, sandbox), and the hosts that a sandboxed one may reach, as JSON.
ALTER TABLE agents ADD COLUMN isolation TEXT NOT NULL DEFAULT 'none';
ALTER TABLE agents ADD COLUMN egress TEXT NOT NULL DEFAULT '[]';
