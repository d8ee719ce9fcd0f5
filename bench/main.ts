// Measures what Tutti claims: prints one table, or data with --json; --only NAME runs one part.
import { parseArgs } from 'node:util'
import { agents } from './agents.ts'
import { codeMap } from './code-map.ts'
import { durability } from './durability.ts'
import { events } from './events.ts'
import { kits } from './kits.ts'
import { mesh } from './mesh.ts'
import { meshMany } from './mesh-many.ts'
import { meshNetwork } from './mesh-network.ts'
import { meshRelay } from './mesh-relay.ts'
import { mcp } from './mcp.ts'
import { mapView } from './map-view.ts'
import { messages } from './messages.ts'
import { newcomer } from './newcomer.ts'
import { responsiveness } from './responsiveness.ts'
import type { Part, Row } from './row.ts'
import { sandbox } from './sandbox.ts'
import { start } from './start.ts'
import { terminals } from './terminals.ts'
import { upgrade } from './upgrade.ts'
import { wake } from './wake.ts'

const PARTS: Part[] = [
  start,
  newcomer,
  agents,
  sandbox,
  kits,
  responsiveness,
  terminals,
  events,
  durability,
  messages,
  mesh,
  meshRelay,
  meshNetwork,
  meshMany,
  codeMap,
  mapView,
  wake,
  mcp,
  upgrade,
]

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } })
const chosen = PARTS.filter((part) => (values.only ? part.name === values.only : !part.isAskedFor))
if (chosen.length === 0) {
  console.error(`No part is called ${values.only}; there are ${PARTS.map((part) => part.name).join(', ')}.`)
  process.exit(2)
}

const rows: Row[] = []
for (const part of chosen) {
  console.error(`bench: ${part.name}`)
  await part.run((row) => {
    rows.push(row)
    console.error(`  ${row.ok ? 'ok  ' : 'MISS'} ${row.what}: ${row.figure} ${row.unit} (${row.target})`)
  })
}

if (values.json) console.log(JSON.stringify({ rows }))
else printTable(rows)
process.exit(rows.every((row) => row.ok) ? 0 : 1)

function printTable(all: readonly Row[]): void {
  const width = Math.max(...all.map((row) => row.what.length))
  for (const row of all) {
    const figure = `${row.figure} ${row.unit}`.padEnd(18)
    console.log(`${row.what.padEnd(width)}  ${figure}${row.target.padEnd(24)}${row.ok ? 'ok' : 'MISS'}`)
  }
}
