// What Claude Code needs in a sandbox: its state, of which only the part of this agent is shown, and its settings to read.
import { join } from 'node:path'
import type { KitPlace, SandboxNeeds } from '../kit.ts'

/** Where the program's processes are noted, each by its number: numbers mean something in one sandbox only. */
export const sessionsOf = (runFolder: string): string => join(runFolder, 'claude-sessions')

// What runs or is read in every session of the person: an agent that could write it would act outside its sandbox with it.
const OF_THE_PERSON = [
  'settings.local.json',
  'CLAUDE.md',
  'agents',
  'commands',
  'hooks',
  'output-styles',
  'plugins',
  'skills',
]

export const sandbox: SandboxNeeds = {
  hosts: ['api.anthropic.com', 'claude.ai', 'platform.claude.com', 'console.anthropic.com'],
  nests: false,
  places({ home, env, folder, runFolder }) {
    const own = env['CLAUDE_CONFIG_DIR']
    const config = own ?? join(home, '.claude')
    const account: KitPlace[] =
      own === undefined ? [{ path: join(home, '.claude.json'), access: 'write', make: { text: '{}\n' } }] : []
    return [
      { path: config, access: 'write', make: 'folder' },
      ...account,
      // One that is missing could be written as well.
      { path: join(config, 'settings.json'), access: 'read', make: { text: '{}\n' } },
      ...OF_THE_PERSON.map((name): KitPlace => ({ path: join(config, name), access: 'read' })),
      // The conversations of other agents are theirs.
      { path: join(config, 'projects'), access: 'hidden' },
      { path: join(config, 'projects', slugOf(folder)), access: 'write', make: 'folder' },
      { path: join(config, 'sessions'), from: sessionsOf(runFolder), access: 'write', make: 'folder' },
    ]
  },
}

const slugOf = (folder: string): string => folder.replaceAll(/[^A-Za-z0-9]/g, '-')
