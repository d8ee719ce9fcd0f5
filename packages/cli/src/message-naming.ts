// Messages by the end of their ids: the whole of one takes most of a line and nobody types it.
import type { Client } from '@tutti/client'
import { MessageId, type Message } from '@tutti/core'
import { UsageError } from './exit-code.ts'
import type { Page } from './page.ts'

const SHORT_CELLS = 8

/** As a table shows it: its end at a terminal, the whole where a program may read it. */
export const shownId = (page: Page, id: string): string =>
  Number.isFinite(page.columns) && /_[0-9a-f]{32}$/.test(id) ? id.slice(-SHORT_CELLS) : id

const MOST = 100 // the newest of each box, as many as one answer holds

/** The id of the message that was named by it or by its end. Throws UsageError where none or several are meant. */
export async function messageNamed(client: Client, typed: string): Promise<string> {
  const name = typed.trim()
  // A script whose variable was empty would otherwise ask for a path that is nowhere.
  if (name === '')
    throw new UsageError('Expected the id of a message and got nothing; `tutti inbox` lists them.')
  if (MessageId.safeParse(name).success || !/^[0-9a-f]{4,32}$/.test(name)) return name
  const found = (await known(client)).filter(({ id }) => id.endsWith(name))
  const [only, ...others] = new Set(found.map(({ id }) => id))
  if (only !== undefined && others.length === 0) return only
  throw new UsageError(
    only === undefined
      ? `No message of yours ends with ${name}. \`tutti inbox --all\` lists them.`
      : `${others.length + 1} messages end with ${name}. Type more of the id.`,
  )
}

async function known(client: Client): Promise<readonly Message[]> {
  const boxes = (['inbox', 'sent', 'archive'] as const).map((box) =>
    client.listMessages({ box, limit: MOST, order: 'newest' }),
  )
  return (await Promise.all(boxes)).flatMap(({ items }) => items)
}
