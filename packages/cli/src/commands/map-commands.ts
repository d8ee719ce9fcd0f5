// The code map at the command line: the table's questions, asked about the folder one stands in and answered as text.
import { MapAnswer, operation, operationNames } from '@tutti/core'
import { resolve } from 'node:path'
import type { Command } from '../command.ts'
import { plain } from '../display-width.ts'
import { tableCommand } from './table-commands.ts'

export const mapCommands = (): Command[] =>
  operationNames()
    .filter((name) => operation(name).cli?.words.startsWith('map '))
    .map((name) => {
      const command = tableCommand(name, (input, { io }) => ({
        ...input,
        folder: resolve(io.cwd, typeof input.folder === 'string' ? input.folder : '.'),
      }))
      const asked = command.run
      const run: Command['run'] = async (call) => {
        const { data } = await asked(call)
        const { text } = MapAnswer.parse(data)
        return { data, text: () => text.split('\n').map(plain).join('\n') }
      }
      return Object.assign(command, { run })
    })
