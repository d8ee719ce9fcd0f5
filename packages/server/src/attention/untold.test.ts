// An agent that waits in its terminal is in the queue although its program tells nothing that could be answered.
import { expect, test } from 'vitest'
import { until } from '../agents/test-support.ts'
import { anApproval, useOversight } from '../kits/test-kit.ts'

const t = useOversight()
const PATIENCE_MS = 3000
const waiting = async () => {
  const { id } = await t.running('api')
  t.says(id, 'waiting-answer')
  await until(() => t.get(id).status.state === 'waiting-answer')
  return id
}

test('a dialog that no kit knows waits in the queue until the program goes on', async () => {
  const id = await waiting()
  t.move(PATIENCE_MS)

  const [item] = await t.open(1)
  expect(item).toMatchObject({
    agentId: id,
    receipt: 'pending',
    ask: {
      title: 'It waits in its terminal',
      reason: 'It says waiting-answer',
      questions: [{ choices: [] }],
    },
  })
  t.says(id, 'working')
  await t.open(0)
  expect(await t.settled()).toMatchObject([{ receipt: 'stale' }])
})

test('what its program tells takes the place of it', async () => {
  const id = await waiting()
  t.move(PATIENCE_MS)
  await t.open(1)

  t.asks(id, anApproval('npm test'))

  await until(async () => (await t.open(1))[0]?.ask.title === 'npm test')
  expect(await t.settled()).toMatchObject([{ ask: { title: 'It waits in its terminal' } }])
})

test('an agent whose request is known is there once', async () => {
  const id = await waiting()
  t.asks(id, anApproval('npm test'))
  await t.open(1)
  t.move(PATIENCE_MS * 2)
  expect(await t.open(1)).toMatchObject([{ ask: { title: 'npm test' } }])
})
