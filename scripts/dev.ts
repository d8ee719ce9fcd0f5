// `npm run dev`: the daemon from its sources, restarted when they change, and the dashboard rebuilt beside it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { command, node, root, tool } from './command.ts'
import { needTmux } from './need.ts'

const tmux = await needTmux()
if (!tmux.ok) {
  console.error(tmux.sentence)
  process.exit(1)
}

const web = join(root, 'dist/release/web')
mkdirSync(web, { recursive: true })
// A data folder of its own, so that trying a change never touches the agents of the day.
const env = {
  TUTTI_DATA: process.env.TUTTI_DATA ?? join(root, 'dist/dev-data'),
  TUTTI_LOGS: process.env.TUTTI_LOGS ?? join(root, 'dist/dev-logs'),
  TUTTI_WEB: web,
}
console.log(`Data in ${env.TUTTI_DATA}. In another terminal: TUTTI_DATA=${env.TUTTI_DATA} bin/tutti.js open`)

const daemon = command(
  [node, '--watch', '--disable-warning=ExperimentalWarning', 'packages/server/src/daemon.ts', 'run'],
  { env, show: true },
)
const dashboard = command([node, tool('vite'), 'build', '--watch', '--logLevel', 'warn'], {
  cwd: join(root, 'packages/web'),
  show: true,
})
await Promise.race([daemon, dashboard])
