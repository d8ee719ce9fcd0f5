// The kit of Google's Gemini CLI: title and chat file tell, verified keys answer. Hooks cannot be passed to a single start by a user.
import { basename } from 'node:path'
import type { AgentKit } from '../kit.ts'
import { versionIn } from '../version.ts'
import { sessionsSince } from './found.ts'
import { launch, TRUST } from './launch.ts'
import { luggage } from './luggage.ts'
import { sandbox } from './sandbox.ts'
import { openGemini } from './session.ts'

export const geminiKit: AgentKit = {
  name: 'gemini',
  label: 'Gemini CLI',
  commands: ['gemini'],
  proved: { from: '0.61.0', to: '0.61.0' },
  trust: TRUST,
  sandbox,
  abilities: {
    prompt: 'paste',
    interrupt: 'key',
    answer: 'key',
    resume: true,
    transcript: true,
    usage: true,
    // It takes a whole system prompt or none.
    personas: false,
  },
  fits: ([program = '']) => basename(program) === 'gemini',
  version: (printed) => (/^\d+\.\d+\.\d+/.test(printed) ? versionIn(printed) : null),
  versionArgs: ['--version'],
  launch,
  sessionsSince,
  luggage,
  open: openGemini,
}
