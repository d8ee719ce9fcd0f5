// The rehearsal agent on a real tmux: its dialogs in the queue, answered from there, at its keyboard, and across a restart.
import { KITS } from '@tutti/agents'
import { must, type AgentId, type AttentionItem } from '@tutti/core'
import { rehearsalArgv } from '@tutti/rehearsal'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'
import { aContext, codeOf, newAgent, until } from '../agents/test-support.ts'
import { realClock } from '../db/test-support.ts'
import { createPrograms } from '../programs/programs.ts'
import { aStage } from './test-kit.ts'

const { program, args } = rehearsalArgv('quiet', 1)
const entry = must(
  args.find((argument) => argument.endsWith('agent.ts')),
  'its entry',
)
const { commandFor } = createPrograms({ searchPath: () => '', rehearsal: [program, entry] })

const make = (room: TmuxRoom) =>
  aStage({
    kits: KITS,
    host: room.terminals,
    clock: realClock,
    agents: { inherited: { PATH: process.env['PATH'], LANG: 'C.UTF-8' }, commandFor },
  })

let room: TmuxRoom
let stage: ReturnType<typeof make>
beforeEach(async () => {
  room = await aTmuxRoom()
  stage = make(room)
  await stage.open()
})
afterEach(async () => {
  await stage.close()
  room.close()
})

const status = (id: AgentId) => stage.agents().roster.get(id).status
const handlers = () => stage.oversight().handlers
const list = (settled: boolean) => handlers().listAttention({ settled, limit: 100 }, aContext())
const waiting = async (): Promise<AttentionItem[]> =>
  (await list(false)).filter(({ ask, receipt }) => ask.kind === 'approval' && receipt === 'pending')

async function anAsking(name: string): Promise<AgentId> {
  const asked = newAgent(name, { folder: stage.folder, program: 'rehearsal', wake: true })
  asked.args = ['--scenario=approval', '--speed=20']
  const { id } = await stage.agents().handlers.createAgent(asked, aContext())
  await until(() => status(id).state === 'waiting-approval')
  return id
}
async function dialog(): Promise<AttentionItem> {
  await until(async () => (await waiting()).length === 1)
  return must((await waiting())[0], 'the dialog in the queue')
}
const allow = ({ id, version, ask }: AttentionItem) => {
  const key = ask.questions[0]?.choices.find(({ effect }) => effect === 'allow')?.key ?? ''
  return handlers().answerAttention({ id, version, answer: { kind: 'choose', choices: [[key]] } }, aContext())
}
const receiptOf = async (id: string) => (await list(true)).find((item) => item.id === id)?.receipt

test('an answer from the queue is taken by the program while its dialog is on the screen', async () => {
  const id = await anAsking('demo')
  const item = await dialog()
  expect(status(id).why).toContain(item.ask.title.slice(0, 20))

  await allow(item)

  await until(async () => (await receiptOf(item.id)) === 'consumed')
  await until(() => status(id).state !== 'waiting-approval')
})

test('the keyboard first: the item goes stale, and the late answer is refused with its receipt', async () => {
  const id = await anAsking('demo')
  const item = await dialog()

  await room.terminals.sendKeys(id, new TextEncoder().encode('1'))

  await until(async () => (await receiptOf(item.id)) === 'stale')
  await expect(allow(item)).rejects.toMatchObject({ code: 'attention.stale', details: { receipt: 'stale' } })
})

test('a daemon that comes again finds the dialog open, in the same item, and its answer is taken', async () => {
  const id = await anAsking('demo')
  const before = await dialog()

  await stage.oversight().close()
  await stage.open()
  await stage.agents().recover()
  await until(() => status(id).state === 'waiting-approval')

  const after = await dialog()
  expect(after.id).toBe(before.id)
  await until(async () => (await codeOf(allow(await dialog()))) === 'done')
  await until(async () => (await receiptOf(before.id)) === 'consumed')
})

test('two agents in one folder are told apart', async () => {
  const [one, two] = [await anAsking('one'), await anAsking('two')]
  await until(async () => (await waiting()).length === 2)
  const ofOne = must(
    (await waiting()).find(({ agentId }) => agentId === one),
    'the dialog of the first',
  )

  await allow(ofOne)

  await until(() => status(one).state !== 'waiting-approval')
  expect(status(two).state).toBe('waiting-approval')
})
