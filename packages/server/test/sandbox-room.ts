// A daemon with everything that hosts agents, and sandboxes with the real bubblewrap, for tests of what a sandbox holds back.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Agent } from '@tutti/core'
import { openFeatures } from '../src/wiring/features.ts'
import { createAvailability } from '../src/sandbox/availability.ts'
import { aRoom, bearer, callOperation, type TestRoom } from './room.ts'
import { endServersBelow } from './tmux-sockets.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const PATH = process.env['PATH'] ?? ''

/** Why the tests of this file cannot run here; null where they can. It is printed: a check that is left out must be seen. */
export async function whyNoSandbox(): Promise<string | null> {
  const find = (program: string) =>
    Promise.resolve(
      PATH.split(':')
        .map((folder) => join(folder, program))
        .find((path) => existsSync(path)) ?? null,
    )
  const found = await createAvailability({ find, platform: process.platform })()
  if ('bwrap' in found) return null
  process.stderr.write(`left out, as this machine cannot sandbox: ${found.problem}. ${found.advice}\n`)
  return found.problem
}

export interface SandboxRoom extends TestRoom {
  home: string
  /** Creates an agent that works in a folder of its own name. */
  agent(name: string, more: Record<string, unknown>): Promise<Agent & { folder: string }>
  reborn(): Promise<SandboxRoom>
}

export async function aSandboxRoom(folder = mkdtempSync(join(tmpdir(), 'tutti-s-'))): Promise<SandboxRoom> {
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  const room = await aRoom({
    folder,
    opened: (opened) =>
      openFeatures({
        env: { PATH, HOME: home, SHELL: '/bin/sh', LANG: 'C.UTF-8', TMUX_TMPDIR: home },
        rehearsal: { command: [process.execPath, join(ROOT, 'packages/rehearsal/src/agent.ts')] },
        cli: [process.execPath, join(ROOT, 'packages/cli/src/main.ts')],
        mcp: [process.execPath, join(ROOT, 'packages/cli/src/main.ts'), 'mcp'],
        started: {
          former: { node: process.execPath, nodeArgs: [], entry: '', flags: [] },
          pid: process.pid,
          program: '',
        },
        skill: join(ROOT, 'integrations/skills/tutti-mail/SKILL.md'),
        sandbox: {
          forwarder: [process.execPath, join(ROOT, 'packages/server/src/sandbox/forwarder.ts')],
          programs: [ROOT],
        },
        bootedAt: 0,
        shortFolder: join(folder, 'short'),
      })(opened),
  })
  const headers = bearer(room.localToken)
  return {
    ...room,
    home,
    async agent(name, more) {
      const own = join(home, name)
      mkdirSync(own, { recursive: true })
      const answer = await callOperation(room, 'createAgent', {
        input: { name, folder: own, isolation: 'sandbox', ...more },
        headers,
      })
      if (answer.status !== 200) throw new Error(answer.text)
      return answer.json as Agent
    },
    async reborn() {
      await room.daemon.close()
      return aSandboxRoom(folder)
    },
    async close() {
      const agents = await callOperation(room, 'listAgents', { headers })
      for (const { id, session } of agents.json as Agent[]) {
        if (session !== null) await callOperation(room, 'hibernateAgent', { input: { id }, headers })
      }
      await room.daemon.close()
      endServersBelow(folder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** A program for an agent: a module that is given `TARGETS` and writes what its function answers to `result.json`. */
export function aProbe(folder: string, { targets, source }: { targets: unknown; source: string }): string[] {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'probe.mjs')
  writeFileSync(
    path,
    `import { writeFileSync, renameSync } from 'node:fs'
const TARGETS = ${JSON.stringify(targets)}
${source}
const result = await probe(TARGETS).catch((error) => ({ failed: String(error.stack) }))
writeFileSync('result.new', JSON.stringify(result))
renameSync('result.new', 'result.json')
process.stdin.resume()
`,
  )
  return [path]
}

const SOON_MS = 30_000

/** Waits until it holds; a machine with other work takes its time. */
export async function soon(holds: () => boolean): Promise<void> {
  const end = performance.now() + SOON_MS
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to hold')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What the probe of that folder has found. */
export async function resultIn(folder: string): Promise<Record<string, unknown>> {
  const path = join(folder, 'result.json')
  await soon(() => existsSync(path))
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
}
