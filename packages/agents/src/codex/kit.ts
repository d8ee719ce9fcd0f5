// The kit of OpenAI's Codex: its own server gives status, approvals, prompts; its rollout file gives conversation and tokens.
import { basename } from 'node:path'
import type { AgentKit } from '../kit.ts'
import { versionIn } from '../version.ts'
import { launch, TRUST } from './launch.ts'
import { luggage } from './luggage.ts'
import { sandbox } from './sandbox.ts'
import { openCodex } from './session.ts'

export const codexKit: AgentKit = {
  name: 'codex',
  label: 'Codex',
  commands: ['codex'],
  proved: { from: '0.169.0', to: '0.169.0' },
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
  fits: ([program = '']) => basename(program) === 'codex',
  version: (printed) => (printed.startsWith('codex') ? versionIn(printed) : null),
  versionArgs: ['--version'],
  launch,
  luggage,
  open: openCodex,
}
