// What a monitor asks about the mail of this machine, in the text format of Prometheus.
import type { Handlers } from '../handler.ts'
import type { AmpDeps } from './amp.ts'

// Each state that mail waits or ends in, counted by the index that holds just these.
const HELD = ['scheduled', 'quarantined', 'queued', 'dead', 'expired'] as const
const COUNT_HELD = `SELECT state, count(*) AS n FROM messages WHERE state IN (${HELD.map((state) => `'${state}'`).join(', ')})
  GROUP BY state`
const SUM_UNREAD = 'SELECT count(*) AS boxes, total(unread) AS unread, total(urgent) AS urgent FROM mailboxes'

interface Family {
  name: string
  says: string
  /** By label, '' for none. */
  values: readonly (readonly [label: string, value: number])[]
}

const family = (name: string, says: string, value: number): Family => ({ name, says, values: [['', value]] })

export function metricsHandlers(deps: AmpDeps): Pick<Handlers, 'ampMetrics'> {
  const { store, clock, mail } = deps
  const since = clock.now()
  return {
    ampMetrics() {
      const counted = new Map(
        store.all<{ state: string; n: number }>(COUNT_HELD).map(({ state, n }) => [state, n]),
      )
      const sums = store.get<{ boxes: number; unread: number; urgent: number }>(SUM_UNREAD)
      const everybody = mail.addresses.all()
      const online = everybody.filter(({ id }) => deps.isOnline(id)).length
      const text = exposition([
        {
          name: 'tutti_mail_held_messages',
          says: 'Messages that wait or have failed, by state',
          values: HELD.map((state) => [`state="${state}"`, counted.get(state) ?? 0]),
        },
        family('tutti_mail_unread_messages', 'Messages that nobody has read yet', sums?.unread ?? 0),
        family('tutti_mail_urgent_messages', 'Those of them that are urgent', sums?.urgent ?? 0),
        family('tutti_mail_mailboxes', 'Mailboxes that ever had a message', sums?.boxes ?? 0),
        family(
          'tutti_mail_addresses',
          'Agents, people and programs that can be written to',
          everybody.length,
        ),
        family('tutti_mail_agents_online', 'Agents whose program runs', online),
        family('tutti_mail_uptime_seconds', 'Since the mail was opened', (clock.now() - since) / 1000),
      ])
      return {
        body: Buffer.from(text),
        name: 'metrics.txt',
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }
    },
  }
}

const exposition = (families: readonly Family[]): string =>
  families
    .map(({ name, says, values }) =>
      [
        `# HELP ${name} ${says}.`,
        `# TYPE ${name} gauge`,
        ...values.map(([label, value]) => `${name}${label === '' ? '' : `{${label}}`} ${value}`),
        '',
      ].join('\n'),
    )
    .join('')
