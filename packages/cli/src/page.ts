// What printers know of the terminal they print for.
import { styleText } from 'node:util'

export type Ink = 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'green' | 'gray'

export interface Page {
  /** Cells a line may take; Infinity where there is no terminal, so that nothing is cut in files and pipes. */
  columns: number
  now: number
  paint(ink: Ink, text: string): string
}

export interface PageOptions {
  columns: number
  now: number
  colour: boolean
}

export const createPage = ({ columns, now, colour }: PageOptions): Page => ({
  columns: columns > 0 ? columns : Number.POSITIVE_INFINITY,
  now,
  // The caller has decided about colour; styleText would look at this process's own stream.
  paint: (ink, text) => (colour ? styleText(ink, text, { validateStream: false }) : text),
})

/** NO_COLOR (no-color.org) wins, then FORCE_COLOR, then whether it is a terminal that can. */
export function hasColour(env: Readonly<Record<string, string | undefined>>, tty: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true
  return tty && env.TERM !== 'dumb'
}
