// The name under which this machine has mail, and how long it keeps it: one row, in memory as committed.
import type { MailSettings } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Handlers } from '../handler.ts'
import type { OwnNaming } from './addresses.ts'
import type { Signers } from './signers.ts'

type Kept = Omit<MailSettings, 'fingerprint'>

export interface MailSettingsService {
  naming(): OwnNaming
  keptDays(): number
  unsignedLocal(): boolean
  handlers(signers: Signers): Pick<Handlers, 'getMailSettings' | 'updateMailSettings'>
}

const KEY = 'mail.settings'
// Shell clients take this domain for a local provider, whatever the machine calls itself.
const ALIASES = ['aimaestro.local']

export function createMailSettings(store: Store, defaults: Kept): MailSettingsService {
  const row = store.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', KEY)
  // We wrote it: the row holds settings of this or an older release.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  let kept: Kept = row ? { ...defaults, ...(JSON.parse(row.value) as Partial<Kept>) } : defaults

  return {
    naming: () => ({ tenant: kept.organization, provider: kept.provider, aliases: ALIASES }),
    keptDays: () => kept.keptDays,
    unsignedLocal: () => kept.unsignedLocal,
    handlers(signers) {
      const shown = async () => ({ ...kept, fingerprint: (await signers.of('machine')).kid })
      return {
        getMailSettings: shown,
        async updateMailSettings(input, { by }) {
          const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
          const next: Kept = { ...kept, ...given }
          await store.commit({
            by,
            subject: KEY,
            detail: {
              organization: next.organization,
              provider: next.provider,
              unsignedLocal: next.unsignedLocal,
            },
            statements: [
              {
                sql: 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
                values: [KEY, JSON.stringify(next)],
              },
            ],
          })
          kept = next
          return shown()
        },
      }
    },
  }
}
