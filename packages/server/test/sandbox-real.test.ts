// The real Claude Code and Codex in a sandbox, with a scripted model: that a turn ends, tools work, and their kits hear of it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { createModelServer, type ModelServer } from '@tutti/rehearsal'
import type { Driver } from '../../agents/test/conformance/driver.ts'
import { DRIVERS } from '../../agents/test/conformance/drivers.ts'
import { realProgram } from '../../agents/test/real-program.ts'
import { bearer, callOperation } from './room.ts'
import { aSandboxRoom, whyNoSandbox, type SandboxRoom } from './sandbox-room.ts'

const why = await whyNoSandbox()
const wanted = why === null ? DRIVERS.filter(({ kit }) => ['claude-code', 'codex'].includes(kit.name)) : []
const found = await Promise.all(wanted.map(async (driver) => ({ driver, program: await realProgram(driver.kit) })))
const cases = found.flatMap(({ driver, program }) =>
  program === null ? [] : [{ name: driver.kit.label, driver, path: program.path }],
)

const DEADLINE_MS = 90_000

let room: SandboxRoom
let model: ModelServer

const call = async (name: Parameters<typeof callOperation>[1], input: Record<string, unknown>) => {
  const answer = await callOperation(room, name, { input, headers: bearer(room.localToken) })
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.json
}

async function until<T>(look: () => Promise<T>, fits: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + DEADLINE_MS
  for (;;) {
    const seen = await look()
    if (fits(seen)) return seen
    if (performance.now() > end) throw new Error(`never: ${JSON.stringify(seen, null, 1).slice(0, 4000)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function started(driver: Driver, path: string): Promise<Agent> {
  room = await aSandboxRoom()
  model = await createModelServer({})
  const { home } = room
  const work = join(home, 'work')
  const place = { model: model.url, work, folder: home }
  for (const [name, content] of Object.entries(driver.seed(place as never))) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), content)
  }
  const port = new URL(model.url).port
  return room.agent('work', {
    program: path,
    args: driver.args,
    env: driver.env(place as never),
    egress: [`127.0.0.1:${port}`],
    trust: driver.kit.name === 'codex' ? 'edits' : null,
  })
}

describe.skipIf(cases.length === 0)('a real program in a sandbox', () => {
  afterEach(async () => {
    await room.close()
    await model.close()
  })

  test.each(cases)(
    '$name ends a turn, and its kit tells of it',
    async ({ driver, path }) => {
      const { id } = await started(driver, path)
      const agent = () => call('getAgent', { id }) as Promise<Agent>
      const screen = async () => ((await call('getScreen', { id, lines: 60 })) as { text: string }).text
      const ready = await until(async () => ({ state: (await agent()).status, screen: await screen() }), (seen) =>
        driver.ready.test(seen.screen),
      )
      await until(agent, ({ status }) => status.state === 'idle')
      await call('sendPrompt', { id, text: '[[say: hello from inside]]' })
      const said = await until(screen, (text) => driver.said('hello from inside').test(text))
      expect([ready.screen !== '', said.includes('hello from inside')]).toEqual([true, true])
      await until(agent, ({ status }) => status.state === 'idle')
      const whyIdle = (await call('getWhy', { id })) as { reasons: { source: string }[] }
      process.stderr.write(`${driver.kit.name}: ${JSON.stringify(whyIdle)}\n`)
    },
    240_000,
  )
})
