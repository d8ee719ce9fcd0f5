#!/usr/bin/env node
// The launcher. Plain old JavaScript, so that a Node that is too old for Tutti can still read it and hand over.
// oxlint-disable-next-line no-restricted-imports -- it runs before there is anything else, and starts Node itself only
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = module.createRequire(import.meta.url)

// From these on Node has SQLite and runs TypeScript sources as they are.
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major === 22) return minor >= 18
  if (major === 23) return minor >= 6
  return major > 23
}

// The Node that a checkout brings for its own use: one npm package for each platform, under one of two names.
function pinnedNode() {
  const platform = process.platform + '-' + process.arch
  for (const name of ['node-' + platform, 'node-bin-' + platform]) {
    try {
      const path = join(dirname(require.resolve(name + '/package.json')), 'bin', 'node')
      if (existsSync(path)) return path
    } catch (error) {
      // Not installed: the other name, and at the end a sentence.
      if (error.code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return null
}

// The data folder that this command is about, as the CLI finds it.
function dataFolder() {
  const args = process.argv.slice(2)
  const at = args.indexOf('--data')
  const joined = args.find((one) => one.startsWith('--data='))
  const given = joined ? joined.slice(7) : at === -1 ? process.env.TUTTI_DATA : args[at + 1]
  if (given) return resolve(given)
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'tutti')
}

// The release that an upgrade has put in this one's place; void once somebody installs another version over this one.
function upgraded() {
  try {
    const releases = join(dataFolder(), 'releases')
    const { folder, over } = JSON.parse(readFileSync(join(releases, 'current'), 'utf8'))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const path = join(releases, folder, 'dist', 'release', 'cli.js')
    return over === version && /^[0-9A-Za-z.-]+$/.test(folder) && existsSync(path) ? path : null
  } catch {
    return null // no upgrade was made here
  }
}

function entry() {
  const release = upgraded()
  if (release) return release
  const source = join(root, 'packages', 'cli', 'src', 'main.ts')
  return existsSync(source) ? source : join(root, 'dist', 'release', 'cli.js')
}

function fail(sentence) {
  process.stderr.write('tutti: ' + sentence + '\n')
  process.exitCode = 1
}

function handOver(node) {
  const args = ['--disable-warning=ExperimentalWarning', entry()].concat(process.argv.slice(2))
  const child = spawn(node, args, { stdio: 'inherit' })
  // Ctrl-C reaches the child by the terminal; what is sent to us alone is passed on.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => fail('could not start ' + node + ' (' + error.message + ').'))
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + (signal === 'SIGKILL' ? 9 : 15) : code
  })
}

// Compiled code is kept for the next start, which then takes half the time: where the daemon keeps its own, and nowhere else. What
// lies below /tmp, where Node would keep it, may be somebody else's.
function keepCompiled() {
  const kept = join(dataFolder(), 'compiled')
  if (!existsSync(kept)) return
  const before = process.umask(0o077)
  module.enableCompileCache(kept)
  process.umask(before)
}

function runHere() {
  // Node 22 says at every start that its SQLite is new: nothing that a user can act on.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning')
      process.stderr.write(warning.name + ': ' + warning.message + '\n')
  })
  keepCompiled()
  import(pathToFileURL(entry()).href).catch((error) => fail(String(error.stack)))
}

const pinned = isNewEnough(process.versions.node) ? null : pinnedNode()
if (isNewEnough(process.versions.node)) runHere()
else if (pinned) handOver(pinned)
else {
  fail(
    'Tutti needs Node 22.18 or newer; this is ' +
      process.versions.node +
      '. Install Node 24 from https://nodejs.org, or run `npm ci` in a checkout, which brings its own.',
  )
}
