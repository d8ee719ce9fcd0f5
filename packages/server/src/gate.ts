// The gate between this machine and everybody else. It is open, but for a version that is being tried: that one reads and prepares
// all, and takes nothing from outside until it is known to be healthy. So what it writes before can be taken back without loss.
export interface Gate {
  isOpen(): boolean
  /** Does the work once the gate is open: now, and then it resolves with the end of it, or later. */
  passed(work: () => Promise<void> | void): Promise<void>
}

export const OPEN_GATE: Gate = {
  isOpen: () => true,
  passed: async (work) => {
    await work()
  },
}

/** One that is closed; `open` does, in order, what waits for it. */
export function createClosedGate(): Gate & { open(): Promise<void> } {
  const waiting: (() => Promise<void> | void)[] = []
  let isOpen = false
  return {
    isOpen: () => isOpen,
    async passed(work) {
      if (isOpen) await work()
      else waiting.push(work)
    },
    async open() {
      isOpen = true
      for (const work of waiting.splice(0)) await work()
    },
  }
}
