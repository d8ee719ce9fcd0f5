// Stands in for the daemon's entry in tests of the CLI: it keeps the agreement of daemon-contract.ts and does nothing else.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const data = process.env.TUTTI_DATA ?? ''
const lock = join(data, 'daemon.lock')
const [subcommand, file] = process.argv.slice(2)

const fail = (code: string, message: string): never => {
  process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`)
  process.exit(1)
}

const ANSWERS: Record<string, () => unknown> = {
  doctor: () => [
    { name: 'state file', ok: false, detail: 'cut off', path: join(data, 'tutti.db'), advice: 'Restore.' },
  ],
  backup: () => ({ path: file ?? '/b', sizeBytes: 1400, sha256: 'x' }),
  restore: () =>
    file?.endsWith('bad') ? fail('backup.damaged', 'The backup is damaged.') : { path: file, kept: null },
  'audit-verify': () => ({ ok: true, entries: 3, brokenAt: null, problem: null }),
}

function run(): void {
  if (process.env.TUTTI_PORT === '1') fail('tmux.missing', 'tmux 3.2 or newer is needed.')
  if (process.env.TUTTI_PORT === '2') return beSilent()
  const server = createServer((request, response) => {
    if (request.url === '/v1/health') return response.end('{"ok":true,"owned":false}')
    if (request.url === '/v1/setup/code') return response.end('{"code":"abcdefghijklmnop"}')
    response.statusCode = 404
    return response.end('{"error":{"code":"route.unknown","message":"Nothing is here."}}')
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    mkdirSync(join(data, 'keys'), { recursive: true })
    writeFileSync(join(data, 'keys/local.token'), 'local')
    writeFileSync(lock, JSON.stringify({ pid: process.pid, started: '', url: `http://127.0.0.1:${port}` }))
  })
  process.on('SIGTERM', () => {
    rmSync(lock)
    process.exit(0)
  })
}

/** Starts and never answers. */
function beSilent(): void {
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'silent.pid'), String(process.pid))
  setInterval(() => undefined, 1000)
}

if (subcommand === 'run') run()
else process.stdout.write(JSON.stringify(ANSWERS[subcommand ?? '']?.()))
