// The kit of every program that has none of its own.
import type { AgentKit } from '../kit.ts'
import { openSession } from './running.ts'

export const generic: AgentKit = {
  name: 'generic',
  label: 'Any command',
  commands: [],
  proved: { from: '0.0.0', to: '0.0.0' },
  trust: { supervised: null, plan: null, edits: null, smart: null, full: null },
  abilities: {
    prompt: 'none',
    interrupt: 'key',
    answer: 'none',
    resume: false,
    transcript: false,
    usage: false,
    personas: false,
  },
  fits: () => true,
  version: () => null,
  versionArgs: [],
  launch: ({ argv }) => ({ argv, env: {}, files: [], session: null }),
  open: openSession,
}
