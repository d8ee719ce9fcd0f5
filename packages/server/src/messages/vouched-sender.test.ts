// Who of another machine wrote: only what a machine of the room has vouched for counts.
import { expect, test } from 'vitest'
import type { Store } from '../db/store.ts'
import { vouchedAgent, vouchedProof } from './vouched-sender.ts'

const AGENT = `agt_${'0'.repeat(22)}` as const
const of = (proof: unknown) => {
  const row = { envelope: '{}', payload: '{}', proof: JSON.stringify(proof) }
  // Only its one read is asked.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return vouchedAgent({ get: () => row } as unknown as Store, 'msg_1_a')
}

test('a letter of a machine of the room names its agent', () => {
  expect(of(vouchedProof({ node: 'did:key:z6Mk', sender: AGENT }, 'x@cellar'))).toEqual({
    agent: AGENT,
    node: 'did:key:z6Mk',
  })
})

test('C17 strangers, people, programs and mail without a proof name no agent, whatever they claim', () => {
  for (const sender of [`usr_${'0'.repeat(22)}`, 'after', 'builder', 'agt_x'])
    expect(of(vouchedProof({ node: 'did:key:z6Mk', sender }, 'x@cellar'))).toBeNull()
  expect(of({ kid: 'k', form: 'jcs', subject: 'exact', from: 'x@cellar', sender: AGENT })).toBeNull()
  expect(of({ kid: 'k', form: 'node', subject: 'exact', from: 'x@cellar' })).toBeNull()
  expect(of(null)).toBeNull()
})
