// The attention queue with kits that a test plays: every answer counts once, whoever gives it, also across a restart.
import { fault, type Answer, type AttentionItem } from '@tutti/core'
import { describe, expect, test } from 'vitest'
import { aContext, codeOf, until } from '../agents/test-support.ts'
import { ALLOW, anApproval, useOversight } from '../kits/test-kit.ts'

const t = useOversight()
const seen = ({ id, version }: AttentionItem) => ({ id, version })
const answer = async (item: AttentionItem, given: Answer = ALLOW) =>
  t.do.answerAttention({ ...seen(item), answer: given }, aContext())
const only = async () => {
  const [item] = await t.open(1)
  if (!item) throw new Error('one item was expected')
  return item
}
const draft = { effect: 'allow', reason: '', agentId: null, folder: null, expiresAt: null } as const

describe('an answer', () => {
  test('is handed to the program once, and consumed when the program has taken it', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    const item = await only()
    await until(() => t.get(id).status.state === 'waiting-approval')

    expect(await answer(item)).toMatchObject({ receipt: 'answered', answeredBy: 'ada' })
    expect(t.played(id).answers).toEqual([{ ref: 'ask npm test', answer: ALLOW }])
    t.played(id).session.report({ type: 'ask-consumed', ref: 'ask npm test' })

    await t.open(0)
    expect(await t.settled()).toMatchObject([{ id: item.id, receipt: 'consumed', answeredBy: 'ada' }])
  })

  test('is handed over once, also where the kit tells of the ask while its answer is on the way', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    const item = await only()
    const taking = Promise.withResolvers<void>()
    t.played(id).lasts = taking.promise

    const answered = answer(item)
    await until(() => t.played(id).answers.length > 0)
    t.asks(id, anApproval('npm test'))
    t.asks(id, anApproval('npm run build'))
    await t.open(2)
    taking.resolve()
    await answered

    expect(t.played(id).answers).toHaveLength(1)
  })

  test('counts once: of many at once the first wins, and the others learn the receipt', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    const item = await only()

    const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(answer(item))))

    expect(codes.toSorted()).toEqual([...Array<string>(7).fill('attention.stale'), 'done'])
    expect(t.played(id).answers).toHaveLength(1)
    await expect(answer(item)).rejects.toMatchObject({ status: 409, details: { receipt: 'answered' } })
  })

  test('comes too late when the keyboard was first', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    const item = await only()

    t.played(id).session.report({
      type: 'ask-over',
      ref: 'ask npm test',
      why: 'It was answered at the keyboard',
    })

    await t.open(0)
    await expect(answer(item)).rejects.toMatchObject({
      code: 'attention.stale',
      details: { receipt: 'stale' },
    })
    expect(t.played(id).answers).toEqual([])
  })

  test('that the program does not take waits for a person again, and says why', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    const item = await only()
    t.played(id).refuses = fault('agent.busy', { name: 'api' })

    expect(await codeOf(answer(item))).toBe('agent.busy')

    const back = await only()
    expect(back).toMatchObject({ id: item.id, receipt: 'pending', answer: null })
    expect(back.why).toContain('could not be handed over')
    t.played(id).refuses = null
    expect(await codeOf(answer(back))).toBe('done')
  })

  test('in words refuses an approval, and the agent gets the words', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('rm -rf build'))

    await answer(await only(), { kind: 'words', words: 'use npm run clean' })

    expect(t.played(id).answers[0]?.answer).toEqual({ kind: 'deny', reason: 'use npm run clean' })
  })

  test('that does not fit is refused before anything is sent', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    const item = await only()
    for (const choices of [[['nope']], [['yes', 'no']], [], [['yes'], ['yes']], [[]]]) {
      expect(await codeOf(answer(item, { kind: 'choose', choices }))).toBe('attention.unfit')
    }
    expect(t.played(id).answers).toEqual([])
  })

  test('to something that has changed since it was read is refused', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test', { ref: 'one' }))
    const item = await only()
    t.asks(id, anApproval('npm publish', { ref: 'one' }))
    await until(async () => (await only()).version === 2)

    expect(await codeOf(answer(item))).toBe('attention.stale')
    expect(t.played(id).answers).toEqual([])
  })

  test('given to a group goes to each agent whose request still waits', async () => {
    const ids = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(async (name) => (await t.running(name)).id),
    )
    for (const id of ids)
      t.asks(id, anApproval('npm test', { input: { command: 'npm test', description: id } }))
    const items = await t.open(7)
    expect(new Set(items.map(({ group }) => group)).size).toBe(1)
    const [first] = items
    if (first) await answer(first)

    const results = await t.do.answerAttentionGroup({ items: items.map(seen), answer: ALLOW }, aContext())

    expect(results.map(({ ok, error }) => (ok ? 'done' : error?.code))).toEqual([
      'attention.stale',
      ...Array<string>(6).fill('done'),
    ])
    for (const id of ids) expect(t.played(id).answers).toHaveLength(1)
  })
})

describe('after the daemon was killed with a dialog open', () => {
  test('the same request is the same item, whatever it is called now, and can be answered', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    const before = await only()

    await t.restart()
    t.asks(id, anApproval('npm test', { ref: 'another name' }))
    await until(async () => (await only()).ask.ref === 'another name')

    const after = await only()
    expect(after).toMatchObject({ id: before.id, receipt: 'pending' })
    await answer(after)
    expect(t.played(id).answers).toEqual([{ ref: 'another name', answer: ALLOW }])
  })

  test('what was answered at the keyboard meanwhile is stale as soon as the program does something else', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    await t.open(1)

    await t.restart()
    t.says(id, 'working')

    await t.open(0)
    expect((await t.settled())[0]).toMatchObject({ receipt: 'stale' })
  })

  test('what a kit reads again of the past changes nothing', async () => {
    const { id } = await t.running('api')
    t.played(id).session.report({ type: 'turn-ended', last: 'Done.', at: 3 })
    await t.open(1)
    t.asks(id, anApproval('npm test', { at: t.now() }))
    const before = await t.open(2)
    await t.do.dismissAttention(
      seen(before.find(({ ask }) => ask.kind === 'finished') ?? (await only())),
      aContext(),
    )
    await t.open(1)

    await t.restart()
    const { session } = t.played(id)
    session.report({ type: 'evidence', evidence: { source: 'vendor', state: 'working', why: 'then', at: 2 } })
    session.report({ type: 'turn-ended', last: 'Done.', at: 3 })
    t.asks(id, anApproval('npm test', { at: t.now() }))
    await until(() => t.get(id).status.state === 'waiting-approval')

    expect(await only()).toMatchObject({ receipt: 'pending', ask: { kind: 'approval' } })
  })

  test('an answer that was not handed over yet is handed over, once', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    await answer(await only())

    await t.restart()
    t.asks(id, anApproval('npm test'))

    await until(() => t.played(id).answers.length > 0)
    expect(t.played(id).answers).toEqual([{ ref: 'ask npm test', answer: ALLOW }])
  })

  test('an ask of a session that is gone is stale', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('npm test'))
    await t.open(1)
    t.host().running.clear()

    await t.restart()

    expect(await t.open(0)).toEqual([])
    expect((await t.settled())[0]).toMatchObject({ receipt: 'stale' })
  })
})

describe('rules', () => {
  test('answer at once, are counted, and end when they are revoked', async () => {
    const { id } = await t.running('api')
    const rule = await t.do.createRule({ ...draft, tool: 'Bash', pattern: 'npm run *' }, aContext())

    t.asks(id, anApproval('npm run build'))
    await until(() => t.played(id).answers.length === 1)
    expect((await t.do.listRules({ ended: false }, aContext()))[0]).toMatchObject({ id: rule.id, uses: 1 })

    await t.do.revokeRule({ id: rule.id }, aContext())
    t.asks(id, anApproval('npm run test'))
    await until(async () => (await t.open(2)).some(({ receipt }) => receipt === 'pending'))
    expect(t.played(id).answers).toHaveLength(1)
    expect(await codeOf(t.do.revokeRule({ id: rule.id }, aContext()))).toBe('rule.ended')
  })

  test('answer what waits already, with a refusal before a permission and its reason to the agent', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('git push'))
    await t.open(1)

    await t.do.createRule(
      { ...draft, effect: 'deny', reason: 'ask Ada', tool: 'Bash', pattern: 'git push' },
      aContext(),
    )
    await until(() => t.played(id).answers.length === 1)
    expect(t.played(id).answers[0]?.answer).toEqual({ kind: 'deny', reason: 'ask Ada' })

    await t.do.createRule({ ...draft, tool: 'Bash', pattern: null }, aContext())
    t.asks(id, anApproval('git push', { ref: 'again' }))
    await until(() => t.played(id).answers.length === 2)
    expect(t.played(id).answers[1]?.answer).toMatchObject({ kind: 'deny' })
  })

  test('that have expired, or speak of another agent or folder, answer nothing', async () => {
    const { id } = await t.running('api')
    const other = await t.running('other')
    for (const scope of [{ agentId: other.id }, { folder: '/elsewhere' }, { expiresAt: t.now() }]) {
      await t.do.createRule({ ...draft, tool: 'Bash', pattern: null, ...scope }, aContext())
    }
    t.asks(id, anApproval('npm test'))
    expect(await only()).toMatchObject({ receipt: 'pending' })
  })

  test('show what they would have done in the past, and how often a person decided otherwise', async () => {
    const { id } = await t.running('api')
    for (const command of ['npm test', 'npm run a', 'npm run b', 'npm run a; rm b']) {
      t.asks(id, anApproval(command))
      await answer(await only(), command === 'npm run b' ? { kind: 'deny', reason: '' } : ALLOW)
      t.played(id).session.report({ type: 'ask-consumed', ref: `ask ${command}` })
      await t.open(0)
    }

    const preview = await t.do.previewRule({ ...draft, tool: 'Bash', pattern: 'npm run *' }, aContext())

    expect(preview).toMatchObject({ looked: 4, matched: 2, against: 1 })
    expect(preview.held).toMatchObject([{ item: { ask: { title: 'npm run a; rm b' } }, reason: 'operator' }])
    expect(preview.items.map(({ ask }) => ask.title).toSorted()).toEqual(['npm run a', 'npm run b'])
  })
})

describe('what is not a question', () => {
  test('a finished turn waits to be seen; words to it go on, and it leaves when the agent works again', async () => {
    const { id } = await t.running('api')
    t.played(id).session.report({ type: 'turn-ended', last: 'All tests pass.', at: 5 })
    const item = await only()
    expect(item.ask).toMatchObject({ kind: 'finished', title: 'All tests pass.' })

    await answer(item, { kind: 'words', words: 'now release it' })
    expect(t.played(id).prompts).toEqual(['now release it'])

    t.played(id).session.report({ type: 'turn-ended', last: 'Released.', at: 6 })
    await t.open(1)
    t.says(id, 'working')
    await t.open(0)
  })

  test('a failure waits to be seen and can be dismissed; a question cannot', async () => {
    const { id } = await t.running('api')
    t.says(id, 'failed')
    const failure = await only()
    expect(failure.ask.kind).toBe('failure')
    expect(await t.do.dismissAttention(seen(failure), aContext())).toMatchObject({ receipt: 'stale' })

    t.asks(id, anApproval('npm test'))
    expect(await codeOf(t.do.dismissAttention(seen(await only()), aContext()))).toBe('attention.needs-answer')
  })

  test('snoozed items come last until their time', async () => {
    const { id } = await t.running('api')
    t.asks(id, anApproval('one'))
    await t.open(1)
    t.move(60_000)
    t.asks(id, anApproval('two'))
    const items = await t.open(2)
    expect(items.map(({ ask }) => ask.title)).toEqual(['one', 'two'])
    await t.do.snoozeAttention({ id: items[0]?.id ?? 'att_0', until: t.now() + 1000 }, aContext())
    expect((await t.open(2)).map(({ ask }) => ask.title)).toEqual(['two', 'one'])
  })
})

describe('foreign text', () => {
  test('a hostile tool name is kept as the text that it is', async () => {
    const { id } = await t.running('api')
    const name = '<img src=x onerror=alert(1)>\u001b[2J\u0000'
    t.asks(id, anApproval(name, { tool: name, title: name, reason: name }))
    expect((await only()).ask).toMatchObject({ tool: name, title: name })
  })

  test('an ask without end is cut, one that is nonsense is left out, and nobody else is disturbed', async () => {
    const { id } = await t.running('api')
    const huge = 'x'.repeat(200_000)
    t.asks(id, anApproval('npm test', { title: huge, tool: huge, input: { command: huge } }))
    const item = await only()
    expect(JSON.stringify(item).length).toBeLessThan(70_000)
    expect(item.group).toBeNull()
    // A kit of the wrong version may say anything.
    t.asks(id, { ...anApproval('x'), kind: 'sing' as never })
    t.played(id).session.report({ type: 'dance' } as never)

    const other = await t.running('other')
    t.asks(other.id, anApproval('npm test'))
    await t.open(2)
  })
})
