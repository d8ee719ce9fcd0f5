// `tutti amp-conformance URL`: the conformance kit of AMP against any server, ours or another's; `npx tutti` is enough to run it.
import type { CheckResult } from '@tutti/protocol'
import { text, type Call, type Command, type Outcome } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import type { Page } from '../page.ts'
import { table } from '../table.ts'

export const ampCommands: Command[] = [
  {
    words: 'amp-conformance',
    says: 'Check a server of the Agent Messaging Protocol, with two agents that it registers there',
    args: [{ name: 'url', says: 'the base of its API, such as https://example.com/v1' }],
    flags: [
      text('tenant', 'the tenant in which the two register (default)'),
      text('registration-token', 'sent with the registration, where the server asks for one'),
    ],
    run: examine,
  },
]

async function examine(call: Call): Promise<Outcome> {
  const baseUrl = call.need('url').replace(/\/+$/u, '')
  if (!/^https?:\/\/[^/]/u.test(baseUrl))
    throw new UsageError(`Expected a URL such as https://example.com/v1, not ${baseUrl.slice(0, 100)}`)
  // Loaded late: no other command needs it.
  const { runConformance, webCrypto } = await import('@tutti/protocol')
  const { io } = call
  const results = await runConformance(
    {
      baseUrl,
      tenant: call.text('tenant') ?? 'default',
      registrationToken: call.text('registration-token') ?? null,
    },
    {
      fetch: (url, init) => io.fetch(url, { ...init, signal: io.signal }),
      crypto: webCrypto(),
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      wait: (ms) => new Promise((resolve) => io.clock.after(ms, resolve)),
    },
  )
  const passed = results.filter(({ complaint }) => complaint === null).length
  return {
    data: { url: baseUrl, passed, total: results.length, results },
    text: (page) => summary(page, results, passed),
    exit: passed === results.length ? EXIT.ok : EXIT.fault,
  }
}

function summary(page: Page, results: readonly CheckResult[], passed: number): string {
  const failed = results.filter(({ complaint }) => complaint !== null)
  const counted = `${passed} of ${results.length} checks passed\n`
  if (failed.length === 0) return counted
  const rows = table(
    page,
    [
      { title: 'RULE', cell: ({ rule }) => rule },
      { title: 'LEVEL', cell: ({ level }) => level },
      { title: 'EXPECTED', cell: ({ says }) => says, least: 30 },
      { title: 'CAME', cell: ({ complaint }) => complaint ?? '', least: 30 },
    ],
    failed,
  )
  return `${rows}\n${counted}`
}
