// What a machine passes on for others does not wait for what it writes itself.
import { encodeLinkFrame } from '@tutti/protocol'
import { expect, test } from 'vitest'
import { aMesh, aPuppet, newIdentity } from './test-support.ts'

test('a frame for another machine is handed on before a step of this one is on disk', async () => {
  const lone = await aMesh()
  const [near, far] = [aPuppet(lone), aPuppet(lone)]
  const { runtime } = lone.mesh
  await expect.poll(() => near.isUp() && far.isUp()).toBe(true)
  await runtime.settled()
  far.heard()
  const body = Buffer.from('sealed')

  runtime.step({ type: 'introduce', whom: newIdentity().id, role: 'full' })
  near.raw(encodeLinkFrame({ type: 'relay', from: near.identity.id, to: far.identity.id, hops: 3, body }))

  const passed = far.heard().flatMap((frame) => (frame.type === 'relay' ? [Buffer.from(frame.body)] : []))
  expect(passed.map(String)).toEqual(['sealed'])
  await lone.close()
})
