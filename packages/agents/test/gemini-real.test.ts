// The kit of Gemini CLI against the real program in tmux: its truth table, answers by verified keys, words, tokens, resume.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { geminiKit } from '../src/gemini/kit.ts'
import { gemini } from './conformance/drivers/gemini.ts'
import { observe, tokensOf, type Observer } from './observer.ts'
import { createModelServer, freshRoot, homeOf, realProgram, stage, type Stage } from './real-program.ts'

const program = await realProgram(geminiKit)
const START_MS = 120_000

const home = homeOf(gemini)
const { args } = gemini

describe.skipIf(!program)('Gemini CLI, the real program', { timeout: START_MS }, () => {
  let real: Stage
  let seen: Observer

  beforeAll(async () => {
    const model = await createModelServer()
    const scene = { kit: geminiKit, program: program!, model, home, args, root: await freshRoot() }
    real = await stage({ ...scene, request: { trust: 'supervised' } })
    seen = observe(real, 'title')
    await real.drawn('Type your message', START_MS)
    await seen.state('idle')
  }, START_MS * 2)
  afterAll(async () => {
    real?.kit.close()
    await real?.close()
    await real?.model.close()
  })

  test('working and idle are told, and the end of the turn with its last words', async () => {
    seen.begin()
    await real.type('[[think: let me see]] [[say: one]] [[sleep: 1500]] [[say: two]]')
    expect(await seen.state('working')).toBe('working')
    expect((await seen.told('turn-ended')).last).toContain('two')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('an approval is asked as its dialog shows it, given by a verified key, and taken', async () => {
    seen.begin()
    await real.type('[[sh: touch given.txt]] [[say: done]]')
    const { ref, title, tool, questions } = await seen.ask()
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    expect({ title, tool }).toEqual({ title: 'touch given.txt', tool: 'Shell' })
    expect(questions[0]?.choices.map(({ effect }) => effect)).toEqual(['allow', 'allow-always', 'deny'])
    await real.kit.answer(ref, { kind: 'choose', choices: [['1']] })
    expect(await seen.told('ask-consumed')).toMatchObject({ ref })
    expect((await seen.told('turn-ended')).last).toBe('done')
  })

  test('an answer at the keyboard makes the ask stale, and the turn interrupted', async () => {
    seen.begin()
    await real.type('[[write: key.txt | hi]] [[say: done]]')
    const { ref } = await seen.ask()
    await real.key('Escape')
    expect(await seen.told('ask-over')).toMatchObject({ ref })
    expect(await seen.state('interrupted')).toBe('interrupted')
    await expect(real.kit.answer(ref, { kind: 'choose', choices: [['1']] })).rejects.toThrow(
      'settled meanwhile',
    )
  })

  test('a question is answered by its option, and is no approval', async () => {
    seen.begin()
    await real.type('[[ask: Which color? | Blue | Red]] [[say: thanks]]')
    const { ref, kind, questions } = await seen.ask()
    expect(await seen.state('waiting-answer')).toBe('waiting-answer')
    expect(kind).toBe('question')
    expect(questions[0]?.choices.map(({ label }) => label)).toEqual(['Blue', 'Red'])
    await real.kit.answer(ref, { kind: 'choose', choices: [['2']] })
    await seen.told('ask-consumed')
    expect((await seen.told('turn-ended')).last).toBe('thanks')
    expect(JSON.stringify(await real.kit.entries())).toContain('Red')
  })

  test('an interrupt from afar ends in interrupted, a refused request in failed', async () => {
    await real.type('[[sleep: 15000]] [[say: late]]')
    expect(await seen.state('working')).toBe('working')
    await real.drawn('esc to cancel')
    await real.kit.interrupt()
    expect(await seen.state('interrupted')).toBe('interrupted')
    await real.type('[[status: 400]]')
    expect(await seen.state('failed')).toBe('failed')
  })

  test('words are typed at an empty prompt only', async () => {
    seen.begin()
    await real.kit.prompt('[[say: typed]]')
    expect((await seen.told('turn-ended')).last).toBe('typed')
    await real.draft('half a thought')
    await expect(real.kit.prompt('[[say: mixed]]')).rejects.toThrow('busy')
    expect(await real.kit.notice('You have mail.')).toBe(false)
    await real.key('C-u')
    await real.key('C-c')
  })

  test('the tokens of every message in the chat file are those of the service', () => {
    const { kit, all } = tokensOf(real, () => true)
    const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
    expect(kit).toEqual({
      calls: all.length,
      input: sum(all.map(({ inputTokens }) => inputTokens)),
      output: sum(all.map(({ outputTokens }) => outputTokens)),
    })
  })

  test('a session goes on in a new terminal with the same id', async () => {
    const { session } = real.signals.findLast((signal) => signal.type === 'session')!
    const { root, model } = { root: join(real.home, '..'), model: real.model }
    real.kit.close()
    await real.end()
    real = await stage({
      kit: geminiKit,
      program: program!,
      model,
      home,
      args,
      root,
      request: { resume: session, trust: 'full' },
    })
    seen = observe(real, 'title')
    await real.drawn('Type your message', START_MS)
    await seen.state('idle')
    await real.type('[[sh: touch full.txt]] [[say: unasked]]')
    expect((await seen.told('turn-ended')).last).toBe('unasked')
    expect(seen.since().some(({ type }) => type === 'ask')).toBe(false)
    expect(await seen.told('session')).toMatchObject({ session })
  })
})
