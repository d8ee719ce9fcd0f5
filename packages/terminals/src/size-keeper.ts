// Carries the size rule out on tmux, and puts an adopted window back as it was found.
import type { SizeOwner } from '@tutti/protocol'
import type { PaneStream } from './pane-stream.ts'
import type { Size, SizeEvent, SizeState } from './size-rule.ts'
import { NOBODY, ownerSize, sizeAfter } from './size-rule.ts'
import type { Command } from './tmux-command.ts'

export interface SizeKeeper {
  /** The commands that the event asks for; none where the size stays. */
  decide(event: SizeEvent): Command[]
  ownerFor(viewer: number): SizeOwner
  /** A new attachment: what we find of an adopted window for the first time is what it gets back. */
  attached(stream: PaneStream): Promise<void>
}

export function createSizeKeeper(place: { windowId: string; isAdopted: boolean }): SizeKeeper {
  const { isAdopted, windowId } = place
  let state: SizeState = NOBODY
  let applied: string | undefined
  let giveBack: Command[] | undefined

  // resize-window makes the size the window's own; without the option tmux follows the plain terminals again.
  const apply = (size: Size | undefined): Command[] => {
    if (size) return [['resize-window', '-t', windowId, '-x', String(size.cols), '-y', String(size.rows)]]
    return giveBack ?? [['set-option', '-w', '-u', '-t', windowId, 'window-size']]
  }

  return {
    decide: (event) => {
      state = sizeAfter(state, event, isAdopted)
      const size = ownerSize(state)
      const wanted = size && `${size.cols}x${size.rows}`
      if (wanted === applied) return []
      applied = wanted
      return apply(size)
    },
    ownerFor: (viewer) => {
      if (state.owner === 'terminal') return 'terminal'
      return state.owner === viewer ? 'you' : 'viewer'
    },
    attached: async (stream) => {
      if (isAdopted) giveBack ??= await found(stream, windowId)
    },
  }
}

async function found(stream: PaneStream, windowId: string): Promise<Command[]> {
  const [sizes = [], options = []] = await stream.request([
    ['display-message', '-p', '-t', windowId, '#{window_width} #{window_height}'],
    ['show-options', '-w', '-v', '-q', '-t', windowId, 'window-size'],
  ])
  const [cols = '', rows = ''] = String(sizes[0]).split(' ')
  const option = options[0]?.toString() ?? ''
  return [
    ['resize-window', '-t', windowId, '-x', cols, '-y', rows],
    option === ''
      ? ['set-option', '-w', '-u', '-t', windowId, 'window-size']
      : ['set-option', '-w', '-t', windowId, 'window-size', option],
  ]
}
