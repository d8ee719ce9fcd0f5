// The kit of Codex against the real program in tmux: every row of its truth table, answers, prompts, tokens, resume.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codexKit } from '../src/codex/kit.ts'
import { codex } from './conformance/drivers/codex.ts'
import { observe, tokensOf, type Observer } from './observer.ts'
import { createModelServer, freshRoot, homeOf, realProgram, stage, type Stage } from './real-program.ts'

const program = await realProgram(codexKit)

const home = homeOf(codex)
const escalated = codex.asksFor

describe.skipIf(!program)('Codex, the real program', () => {
  let real: Stage
  let seen: Observer

  beforeAll(async () => {
    const model = await createModelServer()
    const scene = { kit: codexKit, program: program!, model, home, root: await freshRoot() }
    real = await stage({
      ...scene,
      args: codex.args,
      request: { trust: 'supervised', persona: { role: '', personality: '', instructions: 'You are Ada.' } },
    })
    seen = observe(real, 'vendor')
    await seen.state('idle')
  })
  afterAll(async () => {
    real?.kit.close()
    await real?.close()
    await real?.model.close()
  })

  test('working and idle are told, and the end of the turn with its last words', async () => {
    seen.begin()
    await real.type('[[say: one]] [[tool: exec_command | {"cmd":"sleep 1"} ]] [[say: two]]')
    expect(await seen.state('working')).toBe('working')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'two' })
    expect(await seen.state('idle')).toBe('idle')
  })

  test('an approval is asked, given from afar while the dialog is on the screen, and taken', async () => {
    seen.begin()
    await real.type(`${escalated('touch given.txt')} [[say: done]]`)
    const { ref, title, reason, questions } = await seen.ask()
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    expect({ title, reason }).toEqual({ title: 'touch given.txt', reason: 'May I?' })
    expect(questions[0]?.choices.map(({ key }) => key)).toEqual([
      'accept',
      'acceptWithExecpolicyAmendment',
      'decline',
      'cancel',
    ])
    await real.kit.answer(ref, { kind: 'choose', choices: [['accept']] })
    expect(await seen.told('ask-consumed')).toMatchObject({ ref })
    expect(await seen.state('idle')).toBe('idle')
  })

  test('a refusal with a reason lets the agent go on with the reason in view', async () => {
    seen.begin()
    await real.type(`${escalated('touch refused.txt')} [[say: done]]`)
    const { ref } = await seen.ask()
    await real.kit.answer(ref, { kind: 'deny', reason: 'Not there. [[say: understood]]' })
    await seen.told('ask-consumed')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'understood' })
  })

  test('an answer at the keyboard makes the ask stale, and the turn interrupted', async () => {
    seen.begin()
    await real.type(`${escalated('touch key.txt')} [[say: done]]`)
    const { ref } = await seen.ask()
    await real.until('the dialog', () => seen.latest() === 'waiting-approval')
    await real.key('Escape')
    expect(await seen.told('ask-over')).toMatchObject({ ref })
    expect(await seen.state('interrupted')).toBe('interrupted')
  })

  test('a daemon that comes back finds the open ask again', async () => {
    await real.type(`${escalated('touch again.txt')} [[say: done]]`)
    seen.begin()
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    real.kit.close()
    seen.begin()
    real.kit = real.reopen(null)
    const { ref } = await seen.ask()
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    await real.kit.answer(ref, { kind: 'choose', choices: [['accept']] })
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
    expect(await seen.state('idle')).toBe('idle')
    const entries = await real.kit.entries()
    expect(JSON.stringify(entries)).toContain('Blue')
  })

  test('an interrupt from afar and Esc both end in interrupted', async () => {
    await real.type('[[tool: exec_command | {"cmd":"sleep 20","yield_time_ms":30000} ]]')
    expect(await seen.state('working')).toBe('working')
    await real.until('the command', () => seen.latest() === 'working')
    await real.kit.interrupt()
    expect(await seen.state('interrupted')).toBe('interrupted')
    await real.type('[[sleep: 15000]] [[say: late]]')
    expect(await seen.state('working')).toBe('working')
    await real.key('Escape')
    expect(await seen.state('interrupted')).toBe('interrupted')
  })

  test('a refused request fails the turn, a limit is told while Codex tries again', async () => {
    await real.type('[[status: 400]]')
    expect(await seen.state('failed')).toBe('failed')
    await real.type('[[status: 429x2 | 2]] [[say: ok]]')
    expect(await seen.state('rate-limited')).toBe('rate-limited')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('a command that outlives its turn is background work until it ends', async () => {
    await real.type('[[tool: exec_command | {"cmd":"sleep 5","yield_time_ms":500} ]] [[say: back]]')
    expect(await seen.state('background')).toBe('background')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('words are a turn at once, or wait in the program own queue', async () => {
    seen.begin()
    await real.kit.prompt('[[tool: exec_command | {"cmd":"sleep 2"} ]] [[say: first]]')
    expect(await seen.state('working')).toBe('working')
    await real.kit.prompt('[[say: second]]')
    await real.until(
      'both turns',
      () => seen.since().filter(({ type }) => type === 'turn-ended').length === 2,
    )
    expect(seen.since().flatMap((signal) => (signal.type === 'turn-ended' ? [signal.last] : []))).toEqual([
      'first',
      'second',
    ])
    expect(await real.kit.notice('You have mail. [[say: seen]]')).toBe(true)
    expect(await seen.state('idle')).toBe('idle')
  })

  test('the tokens are those of the service, but for the call with which Codex finds a title', async () => {
    expect(await seen.state('idle')).toBe('idle')
    await real.kit.entries()
    const { service, kit, unknown } = tokensOf(real, (messageId, usageId) => usageId === `resp_${messageId}`)
    expect(kit).toEqual(service)
    expect(service.calls).toBeGreaterThan(15)
    expect(unknown).toEqual([expect.stringContaining('single-line task title')])
  })

  test('a session goes on in a new terminal with the same id, and its permissions are those of now', async () => {
    const session = real.signals.findLast((signal) => signal.type === 'session')!.session
    const { root, model } = { root: join(real.home, '..'), model: real.model }
    real.kit.close()
    await real.end()
    real = await stage({
      kit: codexKit,
      program: program!,
      model,
      home: () => ({ files: {}, env: { SCRIPTED_KEY: 'dummy' } }),
      root,
      request: { resume: session, trust: 'full' },
    })
    seen = observe(real, 'vendor')
    await seen.state('idle')
    await real.type('[[sh: touch ../full.txt]] [[say: unasked]]')
    expect(await seen.told('turn-ended')).toMatchObject({ last: 'unasked' })
    expect(real.signals.findLast((signal) => signal.type === 'session')!.session).toBe(session)
    expect(seen.since().some(({ type }) => type === 'ask')).toBe(false)
    expect(await readFile(join(real.home, '.codex/config.toml'), 'utf8')).not.toContain(
      'developer_instructions',
    )
  })
})
