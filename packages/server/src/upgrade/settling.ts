// What a start makes of an upgrade that was cut off: it is finished where the pointer leads to the new version, and taken back
// where it does not. The pointer is one file that is renamed, so there is no third answer.
import { rmSync } from 'node:fs'
import { hasUpgradeEnded, fault, type Upgrade } from '@tutti/core'
import { isAlive } from '../lock.ts'
import type { Journal, Places } from './places.ts'
import { restoreSnapshot } from './snapshot.ts'

/** Before the database is opened. Throws upgrade.under-way while the supervisor of one lives. */
export function settleUpgrade(places: Places, now: number): void {
  const journal = places.journal()
  if (!journal || hasUpgradeEnded(journal.upgrade)) return
  const { version, phase } = journal.upgrade
  if (isUnderWay(journal)) throw fault('upgrade.under-way', { version, phase })
  places.note(settled(places, journal, now))
  rmSync(places.snapshot, { recursive: true, force: true })
}

/** Whether somebody else goes on with it. */
export const isUnderWay = ({ upgrade, supervisor }: Journal): boolean =>
  !hasUpgradeEnded(upgrade) && supervisor !== null && isAlive(supervisor)

function settled(places: Places, journal: Journal, now: number): Journal {
  const { upgrade, hasSnapshot } = journal
  const ended = (phase: Upgrade['phase'], why: string): Journal => ({
    ...journal,
    hasSnapshot: false,
    upgrade: { ...upgrade, phase, why, endedAt: now },
  })
  if (places.pointer()?.folder === journal.folder && upgrade.phase === 'trial') return ended('done', '')
  if (!hasSnapshot) return ended('failed', 'it was cut off before anything was changed')
  restoreSnapshot(places.dataFolder, places.snapshot)
  return ended('returned', upgrade.why || 'it was cut off while it was tried')
}
