// Mail that comes over the mesh: what its sender signed is looked at again, and what its machine knows of it is kept.
import { generateKeyPairSync } from 'node:crypto'
import { must, type Message } from '@tutti/core'
import { emptyMesh, type Letter } from '@tutti/core/mesh'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quietLog } from '../db/test-support.ts'
import { meshMail } from './mesh-mail.ts'
import { createLetters } from '../mesh/letters.ts'
import { aLetter, newIdentity } from '../mesh/test-support.ts'
import { createScreening } from '../messages/screening.ts'
import { anOffice, type Office } from '../messages/test-support.ts'

const BY = { actor: 'system', address: '', act: 'test', audited: false }
const [self, peer] = [newIdentity().id, newIdentity().id]
let office: Office
let stop: string[] = []

beforeEach(async () => {
  office = await anOffice()
  stop = []
})
afterEach(() => office.close())

/** The letters of this machine, whose mailbox `box` the letters of the tests are for. */
async function opened() {
  const box = await office.agent('box')
  const { store, messages } = office
  const screen = createScreening({ store, taints: { source: () => null } })
  const mail = meshMail({
    store,
    now: () => office.clock.now(),
    messages,
    isSuspended: (id) => stop.includes(id),
    onward: () => null,
    cameFrom: () => false,
  })
  const letters = createLetters({
    self,
    mail,
    state: () => emptyMesh(self, {}),
    nowMs: () => office.clock.now(),
    log: quietLog,
  })
  /** Whether it is taken, with the message as it would lie in its mailbox. */
  const take = async (letter: Letter): Promise<Message | null> => {
    if (!letters.takes(letter)) return null
    const stored = letters.messagesOf([letter]).messages.map(screen)
    await store.commit({ by: BY, subject: 'pin', statements: letters.pinsOf([letter]) })
    return must(stored[0], 'a message').message
  }
  return { box, take, mail }
}

const bodyOf = (letter: Letter) =>
  letter.body as Record<string, unknown> & { envelope: string; proof: object }
const changed = (letter: Letter, change: Record<string, unknown>): Letter => ({
  ...letter,
  body: { ...bodyOf(letter), ...change } as Letter['body'],
})

test('C17 a letter that its sender has not signed as it is comes into no mailbox', async () => {
  const { box, take } = await opened()
  const letter = aLetter(`${peer}/usr_${'0'.repeat(22)}`, `${self}/${box}`)
  const { envelope, proof } = bodyOf(letter)
  const { publicKey } = generateKeyPairSync('ed25519')
  const forged = [
    { payload: '{"type":"request","message":"Other words","context":null}' },
    { envelope: envelope.replace('"subject":"Hello"', '"subject":"Goodbye"') },
    { envelope: envelope.replace('"priority":"normal"', '"priority":"urgent"') },
    { proof: { ...proof, key: publicKey.export({ format: 'jwk' }).x } },
    { proof: null },
  ]

  for (const change of forged) expect(await take(changed(letter, change))).toBeNull()
  expect(await take(letter)).toMatchObject({ subject: 'Hello', trust: 'verified', labels: [] })
})

test('C17 a sender that is known by one key is not believed by another, whatever its machine says', async () => {
  const { box, take, mail } = await opened()
  const from = `${peer}/usr_${'0'.repeat(22)}`
  expect(await take(aLetter(from, `${self}/${box}`))).not.toBeNull()
  expect(mail.pinned(from)).not.toBeNull()

  const { publicKey } = generateKeyPairSync('ed25519')
  const x = publicKey.export({ format: 'jwk' }).x ?? ''
  const sql = 'UPDATE mail_remote_keys SET public_key = ? WHERE address = ?'
  await office.store.commit({ by: BY, subject: 'pin', statements: [{ sql, values: [x, from] }] })
  expect(await take(aLetter(from, `${self}/${box}`, 2))).toBeNull()
})

test('C26 the taint of a sender comes along with its mail, and a closed mailbox takes none', async () => {
  const { box, take } = await opened()
  const letter = aLetter(`${peer}/usr_${'0'.repeat(22)}`, `${self}/${box}`)
  expect(await take(changed(letter, { tainted: true }))).toMatchObject({ labels: ['tainted'] })
  stop = [box]
  expect(await take(letter)).toBeNull()
})

test('what is sent to another machine shows the key that signed it', async () => {
  const { mail } = await opened()
  const alice = await office.agent('alice')
  const [sent] = await office.send(alice, { to: 'box', text: 'Hello' })
  const message = must(sent, 'a message')
  expect(mail.proofOf(message, mail.signed(message.id))).toMatchObject({
    key: office.known('alice').publicKey,
    form: 'jcs',
    from: 'alice@team.tutti.local',
  })
  expect(mail.isTainted({ ...message, labels: ['tainted'] })).toBe(true)
})
