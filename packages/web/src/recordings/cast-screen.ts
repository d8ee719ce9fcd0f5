// The screen of a player: an xterm that takes no keys, scaled so that the whole recording fits its frame.
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { Terminal } from '@xterm/xterm'
import { withCspStyles } from '../terminal/csp-styles.ts'
import { silenceReplies } from '../terminal/silence.ts'
import { termTheme } from '../terminal/term-theme.ts'
import { MONO } from '../terminal/mono.ts'
import type { PlayScreen } from './playback.ts'

const LARGEST = 15
const SMALLEST = 6
const WIDTH_OF_CHARACTER = 0.6 // of the font's size, in the bundled typeface
const LINE_HEIGHT = 1.15

export function createCastScreen(
  parent: HTMLElement,
  size: { cols: number; rows: number },
): PlayScreen & { dispose(): void } {
  const term = new Terminal({
    cols: size.cols,
    rows: size.rows,
    allowProposedApi: true, // the Unicode addon registers itself through it
    disableStdin: true,
    fontFamily: MONO,
    lineHeight: LINE_HEIGHT,
    scrollback: 1000,
    cursorInactiveStyle: 'outline',
    theme: termTheme(),
  })
  term.loadAddon(new Unicode11Addon())
  term.unicode.activeVersion = '11'
  silenceReplies(term.parser)
  withCspStyles(() => term.open(parent))
  const fit = () => {
    const wide = parent.clientWidth / (term.cols * WIDTH_OF_CHARACTER)
    const high = parent.clientHeight / (term.rows * 1.2 * LINE_HEIGHT)
    term.options.fontSize = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(Math.min(wide, high))))
  }
  const watch = new ResizeObserver(fit)
  watch.observe(parent)
  return {
    write: (text) => term.write(text),
    // In turn with what was written before: xterm queues text, but not these two.
    reset: () => term.write('', () => term.reset()),
    resize: (cols, rows) =>
      term.write('', () => {
        term.resize(cols, rows)
        fit()
      }),
    dispose: () => {
      watch.disconnect()
      term.dispose()
    },
  }
}
