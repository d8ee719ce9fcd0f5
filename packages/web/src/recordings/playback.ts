// Plays a cast onto a screen in its own time, at any speed, from any place.
import { sizeOf, type Cast } from './cast.ts'

export interface PlayScreen {
  write(text: string): void
  reset(): void
  resize(cols: number, rows: number): void
}

export interface PlaybackDeps {
  screen: PlayScreen
  /** ms. */
  now: () => number
  /** Runs once before the next paint; the answer cancels it. */
  frame: (run: () => void) => () => void
  /** The position in seconds moved. */
  onMove: (at: number, playing: boolean) => void
}

export interface Playback {
  play(): void
  pause(): void
  seek(at: number): void
  setSpeed(speed: number): void
  playing(): boolean
  dispose(): void
}

export function createPlayback(cast: Cast, deps: PlaybackDeps): Playback {
  const { screen } = deps
  let next = 0
  let at = 0
  let speed = 1
  let playing = false
  let last = 0
  let cancel = () => {}

  const rewind = () => {
    screen.reset()
    screen.resize(cast.cols, cast.rows)
    next = 0
  }
  // What happens in one frame is written as one piece: a jump over an hour is a single write.
  const showUntil = (time: number) => {
    let text = ''
    for (let event = cast.events[next]; event && event.at <= time; event = cast.events[++next]) {
      const size = event.kind === 'resize' ? sizeOf(event.data) : null
      if (!size) text += event.data
      else {
        screen.write(text)
        text = ''
        screen.resize(size.cols, size.rows)
      }
    }
    if (text) screen.write(text)
  }
  const tick = () => {
    const now = deps.now()
    at = Math.min(cast.length, at + ((now - last) / 1000) * speed)
    last = now
    showUntil(at)
    if (at >= cast.length) playing = false
    deps.onMove(at, playing)
    if (playing) cancel = deps.frame(tick)
  }
  rewind()
  return {
    play: () => {
      if (playing) return
      if (at >= cast.length) {
        rewind()
        at = 0
      }
      playing = true
      last = deps.now()
      cancel = deps.frame(tick)
      deps.onMove(at, playing)
    },
    pause: () => {
      playing = false
      cancel()
      deps.onMove(at, playing)
    },
    seek: (to) => {
      const wanted = Math.min(Math.max(to, 0), cast.length)
      if (wanted < at) rewind()
      at = wanted
      last = deps.now()
      showUntil(at)
      deps.onMove(at, playing)
    },
    setSpeed: (times) => {
      speed = times
    },
    playing: () => playing,
    dispose: () => cancel(),
  }
}
