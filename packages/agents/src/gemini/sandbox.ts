// What Gemini CLI needs in a sandbox: its own folder, and its settings to read.
import { join } from 'node:path'
import type { KitPlace, SandboxNeeds } from '../kit.ts'
import { geminiHome } from './chat-file.ts'

// What is read in every session of the person, and may start programs there.
const OF_THE_PERSON = ['GEMINI.md', 'commands', 'extensions', 'hooks', 'policies', 'skills']

export const sandbox: SandboxNeeds = {
  hosts: [
    'generativelanguage.googleapis.com',
    'cloudcode-pa.googleapis.com',
    'oauth2.googleapis.com',
    'accounts.google.com',
    'www.googleapis.com',
  ],
  nests: false,
  places({ home, env }) {
    const own = geminiHome(home, env)
    return [
      { path: own, access: 'write', make: 'folder' },
      { path: join(own, 'settings.json'), access: 'read', make: { text: '{}\n' } },
      ...OF_THE_PERSON.map((name): KitPlace => ({ path: join(own, name), access: 'read' })),
    ]
  },
}
