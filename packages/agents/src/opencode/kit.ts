// The kit of OpenCode: its HTTP port, closed by a password, gives status, permissions, questions, prompts and the conversation.
import { basename } from 'node:path'
import type { AgentKit } from '../kit.ts'
import { versionIn } from '../version.ts'
import { launch, TRUST } from './launch.ts'
import { luggage } from './luggage.ts'
import { sandbox } from './sandbox.ts'
import { openOpenCode } from './session.ts'

export const openCodeKit: AgentKit = {
  name: 'opencode',
  label: 'OpenCode',
  commands: ['opencode'],
  proved: { from: '1.18.33', to: '1.18.33' },
  trust: TRUST,
  sandbox,
  abilities: {
    prompt: 'channel',
    interrupt: 'channel',
    answer: 'channel',
    resume: true,
    transcript: true,
    usage: true,
    personas: true,
  },
  fits: ([program = '']) => basename(program) === 'opencode',
  // It prints the number and nothing else.
  version: (printed) => (/^v?\d+\.\d+\.\d+/.test(printed) ? versionIn(printed) : null),
  versionArgs: ['--version'],
  launch,
  luggage,
  open: openOpenCode,
}
