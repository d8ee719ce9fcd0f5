// `npm start`: gets what is missing, builds what has changed, and runs Tutti here until Ctrl-C.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildIfStale } from './build.ts'
import { node, root } from './command.ts'
import { needTmux } from './need.ts'

// At once: the one waits for the network, the other for the processor.
const [tmux] = await Promise.all([needTmux(), buildIfStale()])
if (!tmux.ok) {
  console.error(tmux.sentence)
  process.exit(1)
}

const entry = join(root, 'dist/release/cli.js')
const args = ['--disable-warning=ExperimentalWarning', entry, 'up', '--foreground', ...process.argv.slice(2)]
const child = spawn(node, args, { stdio: 'inherit', cwd: process.cwd() })
// Ctrl-C reaches the CLI by the terminal; it stops the daemon in order, and then we end as well.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code) => process.exit(code ?? 1))
