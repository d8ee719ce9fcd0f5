// The rehearsal agent as a kit: every feature can be tried with it, without a key or a network.
import type { AgentKit } from '../kit.ts'
import { openSession, STATE_FILE } from './running.ts'

// From the sources, and in a release.
const ENTRY = /(?:^|\/)(?:rehearsal\/src\/agent\.ts|rehearsal-agent\.js)$/u

export const rehearsal: AgentKit = {
  name: 'rehearsal',
  label: 'Rehearsal',
  commands: ['rehearsal'],
  // It is of the same release as this kit.
  proved: { from: '0.0.0', to: '999.0.0' },
  trust: { supervised: ['--trust=ask'], plan: null, edits: null, smart: null, full: ['--trust=all'] },
  abilities: {
    prompt: 'paste',
    interrupt: 'key',
    answer: 'key',
    resume: false,
    transcript: false,
    usage: false,
    personas: false,
  },
  fits: (argv) => argv.some((argument) => ENTRY.test(argument)),
  version: () => null,
  versionArgs: ['--version'],
  launch({ argv, trust, runFolder }) {
    const [program, ...args] = argv
    const isTold = args.some((argument) => argument.startsWith('--trust'))
    const own = trust === null || isTold ? [] : (rehearsal.trust[trust] ?? [])
    return {
      argv: [program, ...args, ...own],
      env: { TUTTI_REHEARSAL_STATE: `${runFolder}/${STATE_FILE}` },
      files: [{ path: STATE_FILE, content: '' }],
      session: null,
    }
  },
  open: openSession,
}
