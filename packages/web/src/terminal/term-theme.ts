// The terminal's colours from the design tokens, so that light, dark and high contrast reach into it.
import type { ITheme } from '@xterm/xterm'

const ANSI = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const satisfies readonly (keyof ITheme)[]

export function termTheme(): ITheme {
  const probe = document.createElement('span')
  probe.hidden = true
  document.body.append(probe)
  // A token is resolved only where it is used as a colour: light-dark() has no value of its own.
  const colour = (token: string) => {
    probe.style.color = `var(--${token})`
    return getComputedStyle(probe).color
  }
  const theme: ITheme = {
    background: colour('term-back'),
    foreground: colour('term-ink'),
    cursor: colour('term-ink'),
    cursorAccent: colour('term-back'),
    // xterm's own is a white line beside the scroll bar.
    overviewRulerBorder: colour('term-back'),
    selectionBackground: colour('term-selection'),
    ...Object.fromEntries(ANSI.map((name, index) => [name, colour(`ansi-${index}`)])),
  }
  probe.remove()
  return theme
}
