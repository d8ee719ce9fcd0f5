// Takes one guard away at a time and runs its test: a test that stays green guards nothing. Prints a table; 1 if any did.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNT_MUTATIONS } from './account-mutations.ts'
import { AGENT_MUTATIONS } from './agent-mutations.ts'
import { DOOR_MUTATIONS } from './door-mutations.ts'
import { MAIL_MUTATIONS } from './mail-mutations.ts'
import type { Mutation } from './mutation.ts'
import { SANDBOX_MUTATIONS } from './sandbox-mutations.ts'
import { UPGRADE_MUTATIONS } from './upgrade-mutations.ts'
import { whyNoSandbox } from './sandbox-room.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const WORKERS = 3
// Far beyond what a test takes, also on a machine with other work.
const LIMIT_MS = 90_000

interface Outcome {
  check: string
  /** The test failed, as it should. */
  bites: boolean
  note: string
}

/** A copy of the sources in which every package finds the copies of the others. */
function copyTree(): string {
  const tree = mkdtempSync(join(tmpdir(), 'tutti-mutants-'))
  cpSync(join(ROOT, 'packages'), join(tree, 'packages'), {
    recursive: true,
    filter: (path) => !/\/(?:node_modules|dist)$/.test(path),
  })
  for (const file of ['package.json', 'tsconfig.json', 'vitest.config.ts']) {
    cpSync(join(ROOT, file), join(tree, file))
  }
  // What agents are started with is read from beside the packages.
  for (const folder of ['scripts', 'integrations'])
    cpSync(join(ROOT, folder), join(tree, folder), { recursive: true })
  const modules = join(tree, 'node_modules')
  mkdirSync(join(modules, '@tutti'), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@tutti' && name !== '.vite')
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  }
  for (const name of readdirSync(join(tree, 'packages'))) {
    symlinkSync(join(tree, 'packages', name), join(modules, '@tutti', name))
  }
  return tree
}

async function judge(tree: string, mutation: Mutation): Promise<Outcome> {
  const originals = new Map<string, string>()
  for (const { file, find, replace } of mutation.changes) {
    const path = join(tree, file)
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    if (!originals.has(path)) originals.set(path, text)
    const times = text.split(find).length - 1
    if (times !== 1) {
      restore(originals)
      return { check: mutation.check, bites: false, note: `${file} holds the guard ${times} times` }
    }
    writeFileSync(
      path,
      text.replace(find, () => replace),
    )
  }
  const { code, output } = await runTest(tree, mutation)
  restore(originals)
  // Red must mean that an expectation failed, not that nothing ran.
  const failed = /(\d+) failed/.exec(output)?.[1] ?? '0'
  const loaded = !/Failed Suites|SyntaxError|no tests/i.test(output)
  const bites = code !== 0 && failed !== '0' && loaded
  return { check: mutation.check, bites, note: bites ? `${failed} failed` : lastLines(output) }
}

function restore(originals: ReadonlyMap<string, string>): void {
  for (const [path, text] of originals) writeFileSync(path, text)
}

function runTest(tree: string, { test, titles }: Mutation): Promise<{ code: number; output: string }> {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const pattern = `^${titles.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}`
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, 'run', test, '-t', pattern, '--no-color'], {
      cwd: tree,
      env: { ...process.env, NO_COLOR: '1' },
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}

const lastLines = (output: string): string => output.trim().split('\n').slice(-3).join(' | ')

async function work(queue: Mutation[], outcomes: Outcome[]): Promise<void> {
  const tree = copyTree()
  try {
    for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
      const outcome = await judge(tree, mutation)
      outcomes.push(outcome)
      process.stdout.write(`${outcome.bites ? 'red  ' : 'GREEN'}  ${outcome.check}  (${outcome.note})\n`)
    }
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}

const wanted = process.argv[2] ?? ''
// Where nothing can be sandboxed, its tests are left out and would stay green; that is said.
const walls = (await whyNoSandbox()) === null ? SANDBOX_MUTATIONS : []
const queue = [
  ...DOOR_MUTATIONS,
  ...ACCOUNT_MUTATIONS,
  ...AGENT_MUTATIONS,
  ...UPGRADE_MUTATIONS,
  ...MAIL_MUTATIONS,
  ...walls,
].filter(({ check }) => check.includes(wanted))
const outcomes: Outcome[] = []
await Promise.all(Array.from({ length: WORKERS }, () => work(queue, outcomes)))
const green = outcomes.filter(({ bites }) => !bites).length
process.stdout.write(`${outcomes.length - green} of ${outcomes.length} guards are held by a test\n`)
process.exitCode = green === 0 ? 0 : 1
