// What must hold in a healed world, judged by what is on the disks and not by what the machines say.
import { serialsOf } from '../directory.ts'
import { isOwner } from '../lease.ts'
import type { Letter, Notice } from '../mail-queue.ts'
import { cover, emptyLog, haveOf, historyOf, partsFor, visible, type OpLog } from '../op-log.ts'
import { sharedText } from '../shared-text.ts'
import { homeOfAgent, readRecord, type DiskRecord, type SimMachine } from './machine.ts'
import type { World } from './world.ts'

interface Told {
  readonly machine: SimMachine
  readonly records: readonly DiskRecord[]
}

/** Sentences about what is wrong; none where all is well. */
export function checkWorld(world: World): string[] {
  const told = world.machines.map((machine) => {
    const records = machine.disk.read().map(readRecord)
    return { machine, records }
  })
  const inRoom = told.filter(({ machine }) => machine.id !== world.revoked)
  return [
    ...checkMail(world, told),
    ...checkLog(inRoom, forgottenBy(told)),
    ...checkDirectory(world, inRoom),
    ...checkLinks(inRoom),
    ...checkMover(world, inRoom),
  ]
}

/** Accepted letters are in the mailbox once and in order, or dead and not there. */
function checkMail(world: World, told: readonly Told[]): string[] {
  const wrongs: string[] = []
  const accepted = told.flatMap(({ records }) => queuedOf(records))
  const arrived = told.flatMap(({ records }) => records.flatMap(({ letters }) => letters.map(({ id }) => id)))
  const ends = endsOf(told.flatMap(({ records }) => records.flatMap(({ notices }) => notices)))
  const times = new Map<string, number>()
  for (const id of arrived) times.set(id, (times.get(id) ?? 0) + 1)
  const known = new Set(accepted.map(({ id }) => id))
  for (const [id, count] of times) {
    if (count > 1) wrongs.push(`letter ${id} is in the mailbox ${count} times`)
    if (!known.has(id) && world.restored.size === 0)
      wrongs.push(`letter ${id} arrived though its sender's disk never had it`)
  }
  const judged = accepted.filter((letter) => !isOfRevoked(world, letter) && !isOfRestored(world, letter))
  for (const letter of judged)
    wrongs.push(...checkEnd(letter, times.get(letter.id) ?? 0, ends.get(letter.id)))
  return [...wrongs, ...checkOrder(accepted, arrived)]
}

function checkEnd(letter: Letter, count: number, end: Notice['outcome'] | undefined): string[] {
  if (count === 0 && end !== 'dead')
    return [`letter ${letter.id} did not arrive, and its sender was told ${end}`]
  const isTold = count === 0 || end === 'delivered' || end === 'late'
  return isTold ? [] : [`letter ${letter.id} arrived, and its sender was told ${end}`]
}

const isOfRevoked = (world: World, { from, to }: Letter): boolean =>
  world.revoked !== null && [from, to].some((agent) => homeOfAgent(world, agent) === world.revoked)

/** What a restore took away of a mailbox, or of what was sent, no log of letters brings back. */
const isOfRestored = (world: World, { from, to }: Letter): boolean =>
  [from, to].some((agent) => world.restored.has(Number(agent.slice(1))))

function queuedOf(records: readonly DiskRecord[]): Letter[] {
  return records.flatMap(({ changes }) =>
    changes.flatMap((change) =>
      change.table === 'mail' && change.change.type === 'queued' ? change.change.letter : [],
    ),
  )
}

/** The final word of each; an earlier "unconfirmed" is none. */
const endsOf = (notices: readonly Notice[]): Map<string, Notice['outcome']> =>
  new Map(notices.filter(({ outcome }) => outcome !== 'unconfirmed').map(({ id, outcome }) => [id, outcome]))

function checkOrder(accepted: readonly Letter[], arrived: readonly string[]): string[] {
  const lanes = Map.groupBy(accepted, ({ from, to }) => `${from} ${to}`)
  const place = new Map(arrived.map((id, at) => [id, at]))
  const wrongs: string[] = []
  for (const [lane, letters] of lanes) {
    const places = letters.flatMap(({ id }) => place.get(id) ?? [])
    if (places.some((at, n) => at < (places[n - 1] ?? -1)))
      wrongs.push(`letters of ${lane} came out of order`)
  }
  return wrongs
}

/** All replicas show the same, and every edit that counts shows or is in the history, unless it was replaced and forgotten. */
function checkLog(told: readonly Told[], forgotten: ReadonlySet<string>): string[] {
  const logs = told.flatMap(({ machine }) => machine.node()?.state.log ?? [])
  const [first] = logs
  if (!first) return ['no machine is left']
  const wrongs: string[] = []
  for (const [i, log] of logs.entries()) {
    if (visible(log) !== visible(first)) wrongs.push(`machine ${i} shows another board`)
    const [has, wanted] = [log, first].map((each) => JSON.stringify(sorted(haveOf(each))))
    if (has !== wanted) wrongs.push(`machine ${i} has other entries`)
  }
  const texts = logs.map((log) => JSON.stringify(TASKS.map((id) => sharedText(log, { ...TEXT, id }) ?? null)))
  if (new Set(texts).size > 1) wrongs.push('machines show other texts')
  const copy = emptyLog()
  for (const part of partsFor(first, {}, Infinity)) cover(copy, part, () => true)
  if (visible(copy) !== visible(first)) wrongs.push('a machine that joins now is shown another board')
  return [...wrongs, ...checkCause(first), ...checkEdits(told, { logs, forgotten })]
}

const TASKS = ['t0', 't1', 't2', 't3']
const TEXT = { kind: 'task', field: 'text' }

/** No value stands that somebody has seen and replaced. */
function checkCause(log: OpLog): string[] {
  const wrongs: string[] = []
  for (const [key, { entry }] of log.winners) {
    const replaced = [...(log.fields.get(key)?.values() ?? [])].some(({ over }) => over === entry)
    if (replaced) wrongs.push(`an edit stands that was replaced (${key.replaceAll('\n', ' ')})`)
  }
  return wrongs
}

/**
 * The signatures of entries that somebody has compacted. Also one who was thrown out later: what it forgot while it belonged to
 * the room, those who had it from there never saw.
 */
const forgottenBy = (told: readonly Told[]): Set<string> =>
  new Set(
    told.flatMap(({ records }) =>
      records.flatMap(({ changes }) =>
        changes.flatMap((change) => (change.table === 'dropped' ? change.entries.map(({ sig }) => sig) : [])),
      ),
    ),
  )

function checkEdits(
  told: readonly Told[],
  { logs, forgotten }: { logs: readonly OpLog[]; forgotten: ReadonlySet<string> },
): string[] {
  const wrongs: string[] = []
  for (const { records } of told)
    for (const change of records.flatMap(({ changes }) => changes)) {
      if (change.table !== 'entry' || forgotten.has(change.entry.sig)) continue
      const { ops, at } = change.entry
      const isKept = logs.every((log) => ops.every((op) => historyOf(log, op).some((edit) => edit.at === at)))
      if (!isKept) wrongs.push(`an edit of ${change.entry.by} at ${at} is nowhere`)
    }
  return wrongs
}

function checkDirectory(world: World, told: readonly Told[]): string[] {
  const nodes = told.flatMap(({ machine }) => machine.node() ?? [])
  const views = nodes.map(({ state }) => {
    const members = [...state.membership.members.keys()].sort()
    return JSON.stringify([sorted(serialsOf(state.directory)), members])
  })
  const wrongs = new Set(views).size > 1 ? ['the directories differ'] : []
  const { revoked } = world
  if (revoked === null) return wrongs
  const knows = nodes.filter(
    ({ state, links }) => state.membership.members.has(revoked) || links.has(revoked),
  )
  return [...wrongs, ...knows.map(() => 'a machine still speaks to the one that was thrown out')]
}

function checkLinks(told: readonly Told[]): string[] {
  return told.flatMap(({ machine }) => {
    const node = machine.node()
    const missing = [...(node?.links.keys() ?? [])].filter((peer) => !node?.ups.has(peer))
    return missing.map(() => `machine ${machine.i} has a link that is not up`)
  })
}

/** Exactly one owner; or none where the agent went down with the machine that was thrown out. */
function checkMover(world: World, told: readonly Told[]): string[] {
  const owners = told.filter(({ machine }) => isOwner(machine.holdings().get('mover')))
  const outsider = world.machines
    .find(({ id }) => id === world.revoked)
    ?.holdings()
    .get('mover')
  const wasThere = outsider !== undefined && (isOwner(outsider) || outsider.phase === 'released')
  const isLost = wasThere || world.lost.has('mover')
  return owners.length === 1 || (owners.length === 0 && isLost)
    ? []
    : [`the moved agent has ${owners.length} owners`]
}

const sorted = (record: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
