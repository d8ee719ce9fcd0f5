// What OpenCode needs in a sandbox: its data, state and cache, and its settings to read.
import { join } from 'node:path'
import type { SandboxNeeds } from '../kit.ts'

export const sandbox: SandboxNeeds = {
  hosts: ['opencode.ai', 'models.dev', 'api.anthropic.com', 'api.openai.com', 'openrouter.ai'],
  nests: false,
  places({ home, env }) {
    const data = env['XDG_DATA_HOME'] ?? join(home, '.local', 'share')
    const state = env['XDG_STATE_HOME'] ?? join(home, '.local', 'state')
    const cache = env['XDG_CACHE_HOME'] ?? join(home, '.cache')
    const config = env['XDG_CONFIG_HOME'] ?? join(home, '.config')
    return [
      ...[data, state, cache].map((folder) => ({
        path: join(folder, 'opencode'),
        access: 'write' as const,
        make: 'folder' as const,
      })),
      { path: join(config, 'opencode'), access: 'read', make: 'folder' },
    ]
  },
}
