// What Pi needs in a sandbox: its own folder, and its settings and extensions to read.
import { join } from 'node:path'
import type { KitPlace, SandboxNeeds } from '../kit.ts'

// What is read in every session of the person, and may start programs there.
const OF_THE_PERSON = ['AGENTS.md', 'extensions', 'prompts', 'skills', 'themes']

export const sandbox: SandboxNeeds = {
  hosts: ['api.anthropic.com', 'api.openai.com', 'generativelanguage.googleapis.com', 'openrouter.ai'],
  nests: false,
  places({ home, env }) {
    const own = env['PI_CODING_AGENT_DIR'] ?? join(home, '.pi', 'agent')
    return [
      { path: own, access: 'write', make: 'folder' },
      { path: join(own, 'settings.json'), access: 'read', make: { text: '{}\n' } },
      ...OF_THE_PERSON.map((name): KitPlace => ({ path: join(own, name), access: 'read' })),
    ]
  },
}
