// What the machine itself takes in the same minute, beside figures that depend on it: a write with its fsync, and a request that
// does nothing. On a shared machine both vary by ten between hours.
import { once } from 'node:events'
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asIs, median, quantile, type Row } from './row.ts'

const TIMES = 300
const PAGE_BYTES = 4096

/** Reports the median and the slowest hundredth of each, in ms. */
export async function floor(report: (row: Row) => void): Promise<void> {
  for (const [what, samples] of [
    ['4 kB written and fsynced', fsyncs()],
    ['an empty HTTP request', await requests()],
  ] as const) {
    report(asIs(`the machine now: ${what}, median`, median(samples), 'ms'))
    report(asIs(`the machine now: ${what}, p99`, quantile(samples, 0.99), 'ms'))
  }
}

function fsyncs(): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-floor-'))
  const file = openSync(join(folder, 'page'), 'w')
  const page = Buffer.alloc(PAGE_BYTES, 1)
  try {
    return Array.from({ length: TIMES }, (_, n) => {
      const begun = performance.now()
      writeSync(file, page, 0, PAGE_BYTES, n * PAGE_BYTES)
      fsyncSync(file)
      return performance.now() - begun
    })
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true })
  }
}

async function requests(): Promise<number[]> {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const agent = new Agent({ keepAlive: true })
  const samples: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const begun = performance.now()
    const [answer] = await once(get({ port, host: '127.0.0.1', agent }), 'response')
    answer.resume()
    await once(answer, 'end')
    samples.push(performance.now() - begun)
  }
  agent.destroy()
  server.close()
  return samples
}
