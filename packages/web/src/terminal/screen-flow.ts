// Brings the bytes of a channel onto a screen in their order, and gives credit only for what has been drawn.

/** What is needed of xterm. */
export interface Screen {
  write(data: Uint8Array | string, done?: () => void): void
  reset(): void
  resize(cols: number, rows: number): void
}

export interface ScreenFlow {
  data(bytes: Uint8Array): void
  snapshot(snapshot: { cols: number; rows: number; bytes: Uint8Array }): void
  resize(cols: number, rows: number): void
}

/**
 * xterm queues what is written, so that resetting or resizing at once would come before bytes that arrived earlier:
 * both take their turn in the queue. Credit after the queue has taken the bytes makes a slow browser slow only itself.
 */
export function followScreen(screen: Screen, credit: (bytes: number) => void): ScreenFlow {
  const inTurn = (run: () => void) => screen.write('', run)
  const show = (bytes: Uint8Array) => screen.write(bytes, () => credit(bytes.byteLength))
  return {
    data: show,
    snapshot: ({ cols, rows, bytes }) => {
      inTurn(() => {
        screen.reset()
        screen.resize(cols, rows)
      })
      show(bytes)
    },
    resize: (cols, rows) => inTurn(() => screen.resize(cols, rows)),
  }
}
