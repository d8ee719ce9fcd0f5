// Claude Code as a kit: what it can do here, and how its sessions are started and taken up.
import type { AgentKit } from '../kit.ts'
import { versionIn } from '../version.ts'
import { fits, launch, TRUST } from './launch.ts'
import { luggage } from './luggage.ts'
import { sandbox } from './sandbox.ts'
import { openSession } from './running.ts'

// What `npm run conformance` has run through; its session file and its screen are read between these only.
const PROVED = { from: '2.1.330', to: '2.1.330' } as const

export const claudeCode: AgentKit = {
  name: 'claude-code',
  label: 'Claude Code',
  commands: ['claude'],
  proved: PROVED,
  trust: TRUST,
  sandbox,
  abilities: {
    prompt: 'paste',
    interrupt: 'key',
    answer: 'channel',
    resume: true,
    transcript: true,
    usage: true,
    personas: true,
  },
  fits,
  version: (printed) => (/Claude Code/i.test(printed) ? versionIn(printed) : null),
  versionArgs: ['--version'],
  launch,
  luggage,
  open: (session) => openSession(session, PROVED),
}
