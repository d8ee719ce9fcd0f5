// Keeps the terminals that were used last ready, so that going back to one takes no time.
import { createTerminalSession, type SessionRequest, type TerminalSession } from './terminal-session.ts'
import { createPool } from './pool.ts'

const WARM = 6 // about 3 MB each, and browsers allow 16 graphics contexts a page

export const terminalPool = createPool<SessionRequest, TerminalSession>({
  size: WARM,
  keyOf: (request) => `${request.agentId} ${request.access}`,
  make: createTerminalSession,
  end: (session) => session.dispose(),
})
