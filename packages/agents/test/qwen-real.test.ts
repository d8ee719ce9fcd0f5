// The kit of Qwen Code against the real program in tmux: its truth table, answers and words by its files, tokens, resume.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { qwenKit } from '../src/qwen/kit.ts'
import { observe, tokensOf, type Observer } from './observer.ts'
import { createModelServer, freshRoot, realProgram, stage, type Stage } from './real-program.ts'

const program = await realProgram(qwenKit)
const START_MS = 120_000

const home = ({ model }: { model: string }) => ({
  files: {
    '.qwen/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'openai' } },
      general: { disableAutoUpdate: true },
    }),
  },
  env: { OPENAI_API_KEY: 'dummy', OPENAI_BASE_URL: `${model}/v1`, OPENAI_MODEL: 'scripted-1' },
})

describe.skipIf(!program)('Qwen Code, the real program', { timeout: START_MS }, () => {
  let real: Stage
  let seen: Observer

  beforeAll(async () => {
    const model = await createModelServer()
    const persona = { role: '', personality: '', instructions: 'You are Ada.' }
    const scene = { kit: qwenKit, program: program!, model, home, root: await freshRoot() }
    real = await stage({ ...scene, request: { trust: 'supervised', persona } })
    seen = observe(real, 'title')
    await real.drawn('Type your message', START_MS)
    await seen.state('idle')
  }, START_MS * 2)
  afterAll(async () => {
    real?.kit.close()
    await real?.close()
    await real?.model.close()
  })

  test('words go in by its file; working, idle and the last words are told', async () => {
    seen.begin()
    await real.kit.prompt('[[say: one]] [[sleep: 1500]] [[say: two]]')
    expect(await seen.state('working')).toBe('working')
    expect((await seen.told('turn-ended')).last).toContain('two')
    expect(await seen.state('idle')).toBe('idle')
  })

  test('an approval is asked, given from afar while the dialog is on the screen, and taken', async () => {
    seen.begin()
    await real.type('[[sh: touch given.txt]] [[say: done]]')
    const { ref, title, tool } = await seen.ask()
    expect(await seen.state('waiting-approval')).toBe('waiting-approval')
    expect({ title, tool }).toEqual({ title: 'touch given.txt', tool: 'run_shell_command' })
    await real.drawn('Allow execution of')
    await real.kit.answer(ref, { kind: 'choose', choices: [['allow']] })
    expect(await seen.told('ask-consumed')).toMatchObject({ ref })
    expect((await seen.told('turn-ended')).last).toBe('done')
  })

  test('an answer at the keyboard makes the ask stale', async () => {
    seen.begin()
    await real.type('[[sh: touch key.txt]] [[say: done]]')
    const { ref } = await seen.ask()
    await real.drawn('Allow execution of')
    await real.key('1')
    expect(await seen.told('ask-over')).toMatchObject({ ref })
    expect((await seen.told('turn-ended')).last).toBe('done')
  })

  test('a question is answered by its option', async () => {
    seen.begin()
    await real.type('[[ask: Which color? | Blue | Red]] [[say: thanks]]')
    const { ref, kind, questions } = await seen.ask()
    expect(await seen.state('waiting-answer')).toBe('waiting-answer')
    expect(kind).toBe('question')
    expect(questions[0]?.choices.map(({ label }) => label)).toEqual(['Blue', 'Red'])
    await real.drawn('Enter: Select')
    await real.kit.answer(ref, { kind: 'choose', choices: [['2']] })
    await seen.told('ask-consumed')
    expect((await seen.told('turn-ended')).last).toBe('thanks')
    const answered = (): boolean =>
      seen
        .since()
        .some((signal) => signal.type === 'entries' && /Which color[^]*Red/.test(JSON.stringify(signal)))
    expect(await real.until('the answer in the transcript', answered)).toBe(true)
  })

  test('an interrupt from afar ends in interrupted, a refused request in failed', async () => {
    await real.type('[[sleep: 15000]] [[say: late]]')
    expect(await seen.state('working')).toBe('working')
    await real.drawn('esc to cancel')
    await real.kit.interrupt()
    expect(await seen.state('interrupted')).toBe('interrupted')
    await real.key('C-u')
    await real.type('[[status: 400]]')
    expect(await seen.state('failed')).toBe('failed')
  })

  test('the tokens are those of the service, side calls included', async () => {
    await real.kit.entries()
    const { service, kit, unknown } = tokensOf(
      real,
      (messageId, usageId) => usageId === `chatcmpl-${messageId}`,
    )
    expect(kit).toEqual(service)
    // Guesses at the next prompt are noted only when they were not overtaken by it.
    expect(unknown.filter((prompt) => !prompt.startsWith('[SUGGESTION MODE'))).toEqual([])
  })

  test('a session goes on in a new terminal with the same id', async () => {
    const { session } = real.signals.findLast((signal) => signal.type === 'session')!
    const { root, model } = { root: join(real.home, '..'), model: real.model }
    real.kit.close()
    await real.end()
    real = await stage({
      kit: qwenKit,
      program: program!,
      model,
      home,
      root,
      request: { resume: session, trust: 'full' },
    })
    seen = observe(real, 'title')
    await real.drawn('Type your message', START_MS)
    await seen.state('idle')
    await real.type('[[sh: touch full.txt]] [[say: unasked]]')
    expect((await seen.told('turn-ended')).last).toBe('unasked')
    expect(seen.since().some(({ type }) => type === 'ask')).toBe(false)
    expect(JSON.stringify(await real.kit.entries())).toContain('given.txt')
  })
})
