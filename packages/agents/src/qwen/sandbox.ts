// What Qwen Code needs in a sandbox: its own folder, and its settings to read.
import { join } from 'node:path'
import type { KitPlace, SandboxNeeds } from '../kit.ts'

// What is read in every session of the person, and may start programs there.
const OF_THE_PERSON = ['QWEN.md', 'agents', 'commands', 'extensions', 'hooks', 'skills']

export const sandbox: SandboxNeeds = {
  hosts: ['dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com', 'portal.qwen.ai', 'chat.qwen.ai'],
  nests: false,
  places({ home, env }) {
    const own = env['QWEN_RUNTIME_DIR'] ?? env['QWEN_HOME'] ?? join(home, '.qwen')
    return [
      { path: own, access: 'write', make: 'folder' },
      { path: join(own, 'settings.json'), access: 'read', make: { text: '{}\n' } },
      ...OF_THE_PERSON.map((name): KitPlace => ({ path: join(own, name), access: 'read' })),
    ]
  },
}
