// The kit of Pi against the real program in tmux: what its extension tells, words and interrupts, tokens, resume.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { piKit } from '../src/pi/kit.ts'
import { observe, tokensOf, type Observer } from './observer.ts'
import { createModelServer, freshRoot, realProgram, stage, type Stage } from './real-program.ts'

const program = await realProgram(piKit)
const START_MS = 120_000

const home = ({ model }: { model: string }) => {
  const cost = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 }
  const models = [{ id: 's1', name: 'S1', contextWindow: 100_000, maxTokens: 8000, cost }]
  const scripted = { baseUrl: `${model}/v1`, api: 'openai-completions', apiKey: 'dummy', models }
  return {
    files: { '.pi/agent/models.json': JSON.stringify({ providers: { scripted } }) },
    env: { PI_OFFLINE: '1', PI_TELEMETRY: '0' },
  }
}
const args = ['--provider', 'scripted', '--model', 's1']

describe.skipIf(!program)('Pi, the real program', { timeout: START_MS }, () => {
  let real: Stage
  let seen: Observer

  beforeAll(async () => {
    const model = await createModelServer()
    const persona = { role: '', personality: '', instructions: 'You are Ada.' }
    const scene = { kit: piKit, program: program!, model, home, args, root: await freshRoot() }
    real = await stage({ ...scene, request: { persona } })
    seen = observe(real, 'hook')
    await seen.state('idle', START_MS)
  }, START_MS * 2)
  afterAll(async () => {
    real?.kit.close()
    await real?.close()
    await real?.model.close()
  })

  test('words typed and words from afar are turns; working, idle and the last words are told', async () => {
    seen.begin()
    await real.type('[[say: one]] [[sh: sleep 1]] [[say: two]]')
    expect(await seen.state('working')).toBe('working')
    expect((await seen.told('turn-ended')).last).toBe('two')
    seen.begin()
    await real.kit.prompt('[[sh: sleep 1]] [[say: first]]')
    expect(await seen.state('working')).toBe('working')
    await real.kit.prompt('[[say: second]]')
    await real.until('second', () =>
      seen.since().some((signal) => signal.type === 'turn-ended' && signal.last === 'second'),
    )
    expect(await seen.state('idle')).toBe('idle')
  })

  test('an interrupt from afar and Esc both end in interrupted', async () => {
    await real.kit.prompt('[[sleep: 15000]] [[say: late]]')
    expect(await seen.state('working')).toBe('working')
    await real.kit.interrupt()
    expect(await seen.state('interrupted')).toBe('interrupted')
    await real.kit.prompt('[[sleep: 15000]] [[say: late]]')
    expect(await seen.state('working')).toBe('working')
    await real.key('Escape')
    expect(await seen.state('interrupted')).toBe('interrupted')
  })

  test('a refused request fails the turn, a limit is told while Pi tries again', async () => {
    await real.kit.prompt('[[status: 400]]')
    expect(await seen.state('failed')).toBe('failed')
    await real.kit.prompt('[[status: 429x3 | 1]] [[say: ok]]')
    expect(await seen.state('rate-limited')).toBe('rate-limited')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('the tokens are those of the service, with the price that the program states', async () => {
    await real.kit.entries()
    const { kit, all } = tokensOf(real, () => true)
    const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
    expect(kit).toEqual({
      calls: all.length,
      input: sum(all.map(({ inputTokens }) => inputTokens)),
      output: sum(all.map(({ outputTokens }) => outputTokens)),
    })
    const usage = real.signals.find((signal) => signal.type === 'usage')!
    expect(usage.usage.costUsd).toBeGreaterThan(0)
  })

  test('a session goes on in a new terminal with the same id', async () => {
    const { session } = real.signals.findLast((signal) => signal.type === 'session')!
    const { root, model } = { root: join(real.home, '..'), model: real.model }
    real.kit.close()
    await real.end()
    real = await stage({
      kit: piKit,
      program: program!,
      model,
      home,
      args,
      root,
      request: { resume: session },
    })
    seen = observe(real, 'hook')
    await seen.state('idle', START_MS)
    await real.kit.prompt('[[say: still here]]')
    expect((await seen.told('turn-ended')).last).toBe('still here')
    expect(await seen.told('session')).toMatchObject({ session })
    expect(JSON.stringify(await real.kit.entries())).toContain('first')
  })
})
