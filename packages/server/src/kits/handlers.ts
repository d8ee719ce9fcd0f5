// Operations on a running program through its kit: why, conversation, words, interruption, files.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Agent, AgentId } from '@tutti/core'
import type { Handlers } from '../handler.ts'
import { conformanceIn } from './conformance.ts'
import { hookHandlers } from './hooks.ts'
import type { KitHost } from './kit-host.ts'
import type { Prompts } from './prompts.ts'
import { pageOf } from './transcript.ts'

type KitHandlers = Pick<
  Handlers,
  | 'getWhy'
  | 'listKits'
  | 'listConformance'
  | 'getTranscript'
  | 'sendPrompt'
  | 'listPrompts'
  | 'removePrompt'
  | 'interruptAgent'
  | 'uploadPromptFile'
  | 'reportHook'
>

interface Deps {
  kits: KitHost
  prompts: Prompts
  agent(id: AgentId): Agent
  /** Where files for an agent are put. */
  filesFolder(id: AgentId): string
  /** Where the last conformance run has left its reports. */
  conformancePath: string
}

export const kitHandlers = ({ kits, prompts, agent, filesFolder, conformancePath }: Deps): KitHandlers => ({
  getWhy: ({ id }) => kits.why(agent(id).id),
  listKits: () => kits.infos(),
  listConformance: () => conformanceIn(conformancePath),
  getTranscript: async ({ id, before, limit, search }) =>
    pageOf(await kits.entries(agent(id).id), { before, limit, search }),
  sendPrompt: async ({ id, text }, { by, actor }) => ({
    queued: await prompts.send(agent(id).id, text, { by, name: actor.name }),
  }),
  listPrompts: ({ agentId }) => prompts.list(agentId),
  removePrompt: async ({ id }, { by }) => {
    await prompts.remove(id, by)
    return {}
  },
  interruptAgent: async ({ id }) => {
    await kits.interrupt(agent(id).id)
    return {}
  },
  uploadPromptFile: async ({ id, name, content }) => ({
    path: await saved(filesFolder(agent(id).id), name, Buffer.from(content, 'base64')),
  }),
  ...hookHandlers((id, hook) => kits.hook(id, hook)),
})

/** Named by what is in it, so that the same picture twice is one file and no name can collide with another's. */
async function saved(folder: string, name: string, bytes: Buffer): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  const path = join(folder, `${hash}${extname(name).toLowerCase()}`)
  await writeFile(path, bytes, { mode: 0o600 })
  return path
}
