// What Codex needs in a sandbox: its own folder, its settings to read, and leave to make the sandbox that it keeps around its tools.
import { join } from 'node:path'
import type { KitPlace, SandboxNeeds } from '../kit.ts'
import { SHORT_PATHS, shortPathsIn } from './socket-place.ts'

// What is read in every session of the person, and may start programs there.
const OF_THE_PERSON = ['AGENTS.md', 'hooks.json', 'prompts', 'rules', 'skills']

export const sandbox: SandboxNeeds = {
  hosts: ['api.openai.com', 'chatgpt.com', 'auth.openai.com'],
  nests: true,
  places({ home, env, runFolder }) {
    const own = env['CODEX_HOME'] ?? join(home, '.codex')
    return [
      { path: own, access: 'write', make: 'folder' },
      { path: SHORT_PATHS, from: shortPathsIn(runFolder), access: 'write', make: 'folder' },
      { path: join(own, 'config.toml'), access: 'read', make: { text: '' } },
      ...OF_THE_PERSON.map((name): KitPlace => ({ path: join(own, name), access: 'read' })),
    ]
  },
}
