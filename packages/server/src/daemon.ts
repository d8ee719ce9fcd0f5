// The daemon's file: has compiled code kept before anything of weight is loaded, then does what it is asked; see entry.ts.
import { keepCompiled } from './compiled.ts'

const args = process.argv.slice(2)
// In a checkout each module is a file of its own: there is little to win, and much to write.
const isBundled = import.meta.url.endsWith('.js')
const folder = isBundled ? process.env['TUTTI_DATA'] : undefined

// Only a daemon makes its folders: to ask about one that is not there leaves none behind.
const save = folder === undefined ? () => undefined : keepCompiled({ folder, makes: args[0] === 'run' })
const { enter } = await import('./entry.ts')
await enter(args, save)
