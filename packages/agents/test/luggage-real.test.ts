// Conversations that move, with the real programs: begun in one home, gone on with in another one, under another folder.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EvidenceSource } from '@tutti/core'
import type { AgentKit, Signal } from '../src/kit.ts'
import type { Driver } from './conformance/driver.ts'
import { claudeCode } from './conformance/drivers/claude-code.ts'
import { codex } from './conformance/drivers/codex.ts'
import { gemini } from './conformance/drivers/gemini.ts'
import { openCode } from './conformance/drivers/opencode.ts'
import { observe } from './observer.ts'
import { createModelServer, freshRoot, homeOf, realProgram, stage, type Stage } from './real-program.ts'

const START_MS = 150_000
const SOURCES: Record<string, EvidenceSource> = {
  'claude-code': 'vendor',
  codex: 'vendor',
  gemini: 'title',
  opencode: 'vendor',
}

for (const driver of [openCode, gemini, codex, claudeCode]) {
  const { kit } = driver
  const program = await realProgram(kit)
  describe.skipIf(!program)(`${kit.label}, the real program`, { timeout: START_MS * 3 }, () => {
    test('goes on with its conversation on another machine, and on the first one when it is back', async () => {
      const model = await createModelServer()
      const scene = { kit, program: program!, model, home: homeOf(driver), args: driver.args }
      const roots = [await freshRoot(), await freshRoot()] as const
      const aside = await mkdtemp(join(tmpdir(), 'tutti-luggage-'))
      const begun = async (root: string, resume: string | null): Promise<Stage> => {
        const real = await stage({ ...scene, root, request: { trust: 'supervised', resume } })
        await ready(real, driver, SOURCES[kit.name] ?? 'vendor')
        return real
      }
      const stages: Stage[] = []
      try {
        const first = await begun(roots[0], null)
        stages.push(first)
        const session = await spoken(first, 'apples')
        await over(first)
        // The other machine has run the program before.
        const other = await begun(roots[1], null)
        await spoken(other, 'plums')
        await over(other)

        await moved(kit, { from: first, to: other, session, file: join(aside, '1'), isOwn: false })
        const there = await begun(roots[1], session)
        stages.push(there)
        expect(JSON.stringify(await there.kit.entries())).toContain('apples')
        expect(await spoken(there, 'pears')).toBe(session)
        await over(there)

        await moved(kit, { from: there, to: first, session, file: join(aside, '2'), isOwn: true })
        const back = await begun(roots[0], session)
        stages.push(back)
        const entries = JSON.stringify(await back.kit.entries())
        expect([entries.includes('apples'), entries.includes('pears'), entries.includes('plums')]).toEqual([
          true,
          true,
          false,
        ])
        await back.drawn('pears')
        expect(await spoken(back, 'cherries')).toBe(session)
        await over(back)
      } finally {
        for (const real of stages) real.kit.close()
        for (const real of stages) await real.end()
        await model.close()
        for (const path of [...roots, aside])
          await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      }
    })
  })
}

async function ready(real: Stage, { ready: prompt }: Driver, source: EvidenceSource): Promise<void> {
  const seen = observe(real, source)
  const deadline = Date.now() + START_MS
  while (!prompt.test(await real.machine.terminal.screen())) {
    if (Date.now() > deadline) throw new Error(`it is not ready:\n${await real.machine.terminal.screen()}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await seen.state('idle', START_MS)
}

/** One turn with that word in it, and the session in which it was. */
async function spoken(real: Stage, word: string): Promise<string> {
  const since = real.signals.length
  await real.type(`[[say: ${word}]]`)
  await real.until(`the answer ${word}`, () =>
    real.signals.slice(since).some((signal) => isAnswer(signal, word)),
  )
  const told = await real.until('a session', () =>
    real.signals.findLast((signal) => signal.type === 'session'),
  )
  return told.session
}

/** Not all of them tell the end of a turn without a server for their hooks; each has the answer in its conversation. */
function isAnswer(signal: Signal, word: string): boolean {
  if (signal.type === 'turn-ended') return signal.last.includes(word)
  const entries = signal.type === 'entries' ? signal.entries : []
  return entries.some(
    ({ role, parts }) =>
      role === 'agent' && parts.some((part) => part.type === 'text' && part.text.includes(word)),
  )
}

async function over(real: Stage): Promise<void> {
  real.kit.close()
  await real.end()
}

interface Move {
  from: Stage
  to: Stage
  session: string
  file: string
  isOwn: boolean
}

async function moved(kit: AgentKit, { from, to, session, file, isOwn }: Move): Promise<void> {
  const { luggage } = kit
  const told = from.signals.findLast((signal) => signal.type === 'session')
  if (!luggage || !told?.transcript) throw new Error(`${kit.label} has no conversation to take along`)
  const place = (real: Stage) => ({
    home: real.home,
    env: {},
    folder: join(real.home, '..', 'project'),
    session,
  })
  expect(await luggage.pack({ ...place(from), transcript: told.transcript }, file)).toBe(true)
  expect((await readFile(file, 'utf8')).length).toBeGreaterThan(100)
  const origin = told.transcript.slice(from.home.length + 1)
  expect(await luggage.unpack(file, { ...place(to), origin, isOwn })).not.toBeNull()
}
