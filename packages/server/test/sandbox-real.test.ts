// The real Claude Code and Codex in a sandbox, with a scripted model: that a turn ends, tools work, and their kits hear of it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
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
const found = await Promise.all(
  wanted.map(async (driver) => ({ driver, program: await realProgram(driver.kit) })),
)
const cases = found.flatMap(({ driver, program }) =>
  program === null ? [] : [{ name: driver.kit.label, driver, path: program.path }],
)

const DEADLINE_MS = 45_000

interface Item {
  id: string
  version: number
  ask: { kind: string; questions: { choices: { key: string; effect: string }[] }[] }
}

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
  // Codex keeps its helpers out of temporary folders, and has no sandbox of its own without them.
  room = await aSandboxRoom(mkdtempSync('/var/tmp/tutti-s-'))
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
    trust: driver.kit.name === 'codex' ? 'edits' : 'supervised',
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
      const ready = await until(
        async () => ({ state: (await agent()).status, screen: await screen() }),
        (seen) => driver.ready.test(seen.screen),
      )
      await until(agent, ({ status }) => status.state === 'idle')
      await call('sendPrompt', { id, text: '[[say: hello from inside]]' })
      const said = await until(screen, (text) => driver.said('hello from inside').test(text))
      expect([ready.screen !== '', said.includes('hello from inside')]).toEqual([true, true])
      await until(agent, ({ status }) => status.state === 'idle')
      // A tool of each: Claude Code asks a person by its hook, Codex runs it in the sandbox that it makes within ours.
      const made = join(room.home, 'work', 'made.txt')
      const command = 'touch made.txt'
      const own = `[[tool: exec_command | ${JSON.stringify({ cmd: command })} ]]`
      await call('sendPrompt', { id, text: driver.kit.name === 'codex' ? own : driver.asksFor(command) })
      if (driver.kit.name === 'claude-code') {
        const approvals = async () =>
          ((await call('listAttention', {})) as Item[]).filter(({ ask }) => ask.kind === 'approval')
        const [item] = await until(approvals, ({ length }) => length > 0)
        const allow = item?.ask.questions[0]?.choices.find(({ effect }) => effect === 'allow')?.key
        const answer = { kind: 'choose', choices: [[allow]] }
        await call('answerAttention', { id: item?.id, version: item?.version, answer })
      }
      await until(() => Promise.resolve(existsSync(made)), Boolean).catch(async (error: unknown) => {
        throw new Error(
          `${String(error)}\n${await screen()}\n${execFileSync('sh', ['-c', `tail -n 12 ${room.home}/.codex/sessions/*/*/*/*.jsonl | cut -c1-1500`]).toString()}`,
        )
      })
    },
    240_000,
  )
})
