// The kit of Qwen Code: title, event file and transcript tell; its input file takes words and answers.
import { basename } from 'node:path'
import type { AgentKit } from '../kit.ts'
import { versionIn } from '../version.ts'
import { sessionsSince } from './found.ts'
import { launch, TRUST } from './launch.ts'
import { luggage } from './luggage.ts'
import { sandbox } from './sandbox.ts'
import { openQwen } from './session.ts'

export const qwenKit: AgentKit = {
  name: 'qwen',
  label: 'Qwen Code',
  commands: ['qwen'],
  proved: { from: '0.24.4', to: '0.24.4' },
  trust: TRUST,
  sandbox,
  abilities: {
    prompt: 'channel',
    interrupt: 'key',
    answer: 'channel',
    resume: true,
    transcript: true,
    usage: true,
    personas: true,
  },
  fits: ([program = '']) => basename(program) === 'qwen',
  version: (printed) => (/^\d+\.\d+\.\d+/.test(printed) ? versionIn(printed) : null),
  versionArgs: ['--version'],
  launch,
  sessionsSince,
  luggage,
  open: openQwen,
}
