// The kit of Pi: an extension of this one start tells what it does and takes words; its session file has the conversation.
import { basename } from 'node:path'
import type { AgentKit } from '../kit.ts'
import { versionIn } from '../version.ts'
import { launch, TRUST } from './launch.ts'
import { sandbox } from './sandbox.ts'
import { openPi } from './session.ts'

export const piKit: AgentKit = {
  name: 'pi',
  label: 'Pi',
  commands: ['pi'],
  proved: { from: '0.73.1', to: '0.73.1' },
  trust: TRUST,
  sandbox,
  abilities: {
    prompt: 'channel',
    interrupt: 'channel',
    // It has no approvals: there is nothing to answer.
    answer: 'none',
    resume: true,
    transcript: true,
    usage: true,
    personas: true,
  },
  fits: ([program = '']) => basename(program) === 'pi',
  version: (printed) => (/^v?\d+\.\d+\.\d+/.test(printed) ? versionIn(printed) : null),
  versionArgs: ['--version'],
  launch,
  open: openPi,
}
