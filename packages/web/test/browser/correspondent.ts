// An agent that a test writes mail as: its session puts the token that it was given where the test finds it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient, type Client } from '@tutti/client'
import { routes, type Agent } from '@tutti/core'
import { expect, vi } from 'vitest'
import type { House } from './house.ts'

const PATIENCE = { timeout: 40_000, interval: 40 } // as long as every other wait of these tests

export interface Correspondent {
  agent: Agent
  client: Client
}

export async function correspondent(house: House, name: string, tags: string[] = []): Promise<Correspondent> {
  const file = join(house.folder, `${name}.token`)
  const agent = await house.agent(name, { args: ['-c', `echo "$TUTTI_TOKEN" > '${file}'; exec sh`], tags })
  const token = () => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '')
  await vi.waitFor(() => expect(token()).not.toBe(''), PATIENCE)
  const headers = () => ({ authorization: `Bearer ${token()}` })
  return { agent, client: createClient({ routes: routes(), fetch, baseUrl: house.url, headers }) }
}
