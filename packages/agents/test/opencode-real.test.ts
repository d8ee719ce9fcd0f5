// The kit of OpenCode against the real program in tmux: every row of its truth table, answers, prompts, tokens, resume.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCodeKit } from '../src/opencode/kit.ts'
import { openCode } from './conformance/drivers/opencode.ts'
import { observe, tokensOf, type Observer } from './observer.ts'
import { createModelServer, freshRoot, homeOf, realProgram, stage, type Stage } from './real-program.ts'

const program = await realProgram(openCodeKit)

const home = homeOf(openCode)

// It is slow to start, and slower beside others.
const START_MS = 150_000

describe.skipIf(!program)('OpenCode, the real program', { timeout: START_MS }, () => {
  let real: Stage
  let seen: Observer

  beforeAll(async () => {
    const model = await createModelServer()
    const persona = { role: '', personality: '', instructions: 'You are Ada.' }
    const scene = { kit: openCodeKit, program: program!, model, home, root: await freshRoot() }
    real = await stage({ ...scene, request: { trust: 'supervised', persona } })
    seen = observe(real, 'vendor')
    await seen.state('idle', START_MS)
    await real.drawn('Ask anything', START_MS)
  }, START_MS * 2)
  afterAll(async () => {
    real?.kit.close()
    await real?.close()
    await real?.model.close()
  })

  test('C20 the port answers nobody without the password of this start', async () => {
    const door: { port: number } = JSON.parse(await real.file('opencode-door.json'))

    const answer = await fetch(`http://127.0.0.1:${door.port}/session`)

    expect(answer.status).toBe(401)
  })

  test('working and idle are told, and the end of the turn with its last words', async () => {
    seen.begin()
    await real.type('[[think: let me see]] [[say: one]] [[read: nothing.txt]] [[sleep: 1000]] [[say: two]]')
    expect(await seen.state('working')).toBe('working')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'two' })
    expect(await seen.state('idle')).toBe('idle')
  })

  test('a permission is asked, given from afar while the dialog is on the screen, and taken', async () => {
    seen.begin()
    await real.type('[[sh: touch given.txt]] [[say: done]]')
    const { ref, title, questions } = await seen.ask()
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    expect(title).toBe('touch given.txt')
    expect(questions[0]?.choices.map(({ key }) => key)).toEqual(['once', 'always', 'reject'])
    await real.drawn('Permission required')
    await real.kit.answer(ref, { kind: 'choose', choices: [['once']] })
    expect(await seen.told('ask-consumed')).toMatchObject({ ref })
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'done' })
  })

  test('a refusal with a reason lets the agent go on with the reason in view', async () => {
    seen.begin()
    await real.type('[[sh: touch refused.txt]] [[say: understood]]')
    const { ref } = await seen.ask()
    await real.kit.answer(ref, { kind: 'deny', reason: 'Not there.' })
    await seen.told('ask-consumed')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'understood' })
    expect(JSON.stringify(await real.kit.entries())).toContain('Not there.')
  })

  test('an answer at the keyboard makes the ask stale', async () => {
    seen.begin()
    await real.type('[[sh: touch key.txt]] [[say: done]]')
    const { ref } = await seen.ask()
    await real.drawn('Permission required')
    await real.key('Enter')
    expect(await seen.told('ask-over')).toMatchObject({ ref })
    expect(await seen.state('idle')).toBe('idle')
  })

  test('a daemon that comes back finds the open ask and the conversation again', async () => {
    await real.type('[[sh: touch again.txt]] [[say: done]]')
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    const { session } = real.signals.findLast((signal) => signal.type === 'session')!
    real.kit.close()
    seen.begin()
    real.kit = real.reopen(session)
    const { ref } = await seen.ask()
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    expect(JSON.stringify(await real.kit.entries())).toContain('touch given.txt')
    await real.kit.answer(ref, { kind: 'choose', choices: [['once']] })
    await seen.told('ask-consumed')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('a question with choices is answered structurally', async () => {
    seen.begin()
    await real.type('[[ask: Which color? | Blue | Red]] [[say: thanks]]')
    const { ref, kind, questions } = await seen.ask()
    expect(await seen.state('waiting-answer')).toBe('waiting-answer')
    expect(kind).toBe('question')
    expect(questions[0]?.choices.map(({ label }) => label)).toEqual(['Blue', 'Red'])
    await real.kit.answer(ref, { kind: 'choose', choices: [['Blue']] })
    await seen.told('ask-consumed')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'thanks' })
  })

  test('an interrupt from afar and Esc both end in interrupted', async () => {
    await real.type('[[sleep: 15000]] [[say: late]]')
    expect(await seen.state('working')).toBe('working')
    await real.kit.interrupt()
    expect(await seen.state('interrupted')).toBe('interrupted')
    await real.type('[[sleep: 15000]] [[say: late]]')
    expect(await seen.state('working')).toBe('working')
    await real.drawn('esc interrupt')
    await real.key('Escape')
    await real.key('Escape')
    expect(await seen.state('interrupted')).toBe('interrupted')
  })

  test('a refused request fails the turn, a limit is told while OpenCode tries again', async () => {
    await real.type('[[status: 400]]')
    expect(await seen.state('failed')).toBe('failed')
    await real.type('[[status: 429x2 | 2]] [[say: ok]]')
    expect(await seen.state('rate-limited')).toBe('rate-limited')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('words are a turn at once, or wait until the turn under way takes them', async () => {
    seen.begin()
    await real.kit.prompt('[[sleep: 2000]] [[say: first]]')
    expect(await seen.state('working')).toBe('working')
    await real.kit.prompt('[[say: second]]')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'second' })
    expect(await real.kit.notice('You have mail. [[say: seen]]')).toBe(true)
    expect(await seen.state('working')).toBe('working')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('the tokens are those of the service, but for the call with which OpenCode finds a title', () => {
    const { kit, all, unknown } = tokensOf(real, (_messageId, usageId) => usageId === '')
    // It is the only one without the tools, which are most of every other.
    const title = all.filter(({ inputTokens }) => inputTokens < 2000)
    expect(unknown.length).toBeGreaterThan(10)
    expect(title.length).toBeLessThanOrEqual(1)
    const others = all.filter((entry) => !title.includes(entry))
    expect(kit).toEqual({
      calls: others.length,
      input: others.reduce((sum, entry) => sum + entry.inputTokens, 0),
      output: others.reduce((sum, entry) => sum + entry.outputTokens, 0),
    })
  })

  test('a session goes on in a new terminal with the same id; without one its conversation is read from the database', async () => {
    const { session } = real.signals.findLast((signal) => signal.type === 'session')!
    const { root, model } = { root: join(real.home, '..'), model: real.model }
    const before = (await real.kit.entries()).length
    real.kit.close()
    await real.end()
    const cold = real.reopen(session)
    expect((await cold.entries()).length).toBe(before)
    cold.close()
    real = await stage({
      kit: openCodeKit,
      program: program!,
      model,
      home,
      root,
      request: { resume: session, trust: 'full' },
    })
    seen = observe(real, 'vendor')
    expect(await seen.state('idle', START_MS)).toBe('idle')
    await real.drawn('You have mail', START_MS)
    await real.type('[[sh: touch full.txt]] [[say: unasked]]')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'unasked' })
    expect(seen.since().some(({ type }) => type === 'ask')).toBe(false)
    expect(await seen.told('session')).toMatchObject({ session })
  })
})
