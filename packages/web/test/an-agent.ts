// Builds agents for tests: whole and valid, different only in what a test is about.
import { newId, type Agent, type State } from '@tutti/core'

let made = 0

type Fields = Partial<Omit<Agent, 'status'>> & { state?: State; since?: number }

export function anAgent({ state = 'idle', since = 0, ...fields }: Fields = {}): Agent {
  made++
  return {
    id: newId('agent', made, (length) => new Uint8Array(length).fill(made % 32)),
    name: `agent-${made}`,
    label: '',
    tags: [],
    folder: '/work',
    program: 'bash',
    args: [],
    envNames: [],
    trust: null,
    isolation: 'none',
    egress: [],
    kit: null,
    persona: { role: '', personality: '', instructions: '' },
    avatar: null,
    publicKey: 'AAAA',
    status: { state, why: '', since },
    session: { startedAt: 1, adopted: false, title: '' },
    recording: null,
    createdAt: 1,
    updatedAt: 1,
    deletedAt: null,
    version: 1,
    ...fields,
  }
}
