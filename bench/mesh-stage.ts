// Daemons that are machines of one room.
import type { MeshNode } from '@tutti/core'
import { eventually } from '../packages/server/test/mesh-machine.ts'
import { DAEMON_OR_SOURCE, openStage, type Stage, type StageOptions } from './stage.ts'

/** A machine of its own so far: named, with an owner. */
export async function openMachine(name: string, options: StageOptions): Promise<Stage> {
  const stage = await openStage({ daemon: DAEMON_OR_SOURCE, ...options })
  const { client } = stage
  const { version } = await client.getSettings({})
  await client.updateSettings({ machine: name }, { version })
  const { code } = await client.renewSetup()
  await client.createOwner({ code, name: 'ada', password: 'correct horse battery' })
  return stage
}

/** What two people do, and both find the same digits. */
export async function letIn(inviter: Stage, joiner: Stage): Promise<void> {
  const invitation = await inviter.client.inviteNode({})
  const joining = await joiner.client.joinNode({ code: invitation.code ?? '' })
  await inviter.client.getPairing({ id: invitation.id, past: 'open' })
  await inviter.client.comparePairing({ id: invitation.id, alike: true })
  await joiner.client.comparePairing({ id: joining.id, alike: true })
  await joiner.client.getPairing({ id: joining.id, past: 'comparing' })
}

/** The other machine, once there is such a link to it. */
export const linked = (stage: Stage, state: MeshNode['link'] = 'linked'): Promise<MeshNode> =>
  eventually(async () => (await stage.client.listNodes()).find(({ link }) => link === state))
