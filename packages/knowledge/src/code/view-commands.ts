// The questions that the picture of the map asks: what it is drawn from, what differs, the text of a file.
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Command } from './commands.ts'
import { overlayOf } from './questions/overlay.ts'
import { changedFiles, pictureOf } from './questions/picture.ts'
import { createArchive } from './questions/site-archive.ts'
import { writeSite } from './questions/site.ts'
import { sourceOf } from './questions/source.ts'

export const VIEW_COMMANDS: Record<string, Command> = {
  picture: {
    takes: '',
    says: 'What a picture of the map is drawn from, as data',
    whole: true,
    run(map, _, options) {
      const data = pictureOf(map, options.git)
      return { data, text: `${data.files} files` }
    },
  },
  changed: {
    takes: '',
    says: 'Files that are changed and not committed, latest first',
    run(map, _, options) {
      const data = changedFiles(map.root, options.git)
      return { data, text: data.map((one) => one.file).join('\n') || 'none' }
    },
  },
  overlay: {
    takes: '[REVISION]',
    says: 'Files and lines that differ from the last commit or from a branch',
    whole: true,
    run(map, args, options) {
      const data = overlayOf(map, options.git, args[0])
      const text = data.files.map((one) => `${one.state.padEnd(8)}+${one.added} -${one.removed}  ${one.path}`)
      return { data, text: text.join('\n') || 'no difference' }
    },
  },
  site: {
    takes: 'FILE',
    says: 'Write the documentation as a site into a zip file',
    run(map, args, options) {
      const file = openSync(args[0] ?? '', 'wx', 0o600)
      try {
        const archive = createArchive((bytes) => void writeSync(file, bytes))
        const pages = writeSite(map, (name, text) => archive.add(name, text), options.git)
        archive.end()
        return { data: { pages }, text: `${pages} pages` }
      } finally {
        closeSync(file)
      }
    },
  },
  source: {
    takes: 'FILE',
    says: 'The text of a file that is in the map',
    whole: true,
    run(map, args) {
      const text = sourceOf(map, args[0] ?? '')
      return { data: text, text }
    },
  },
}
