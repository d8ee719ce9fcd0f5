// Closing one thing after the other: what fails keeps nothing behind it open.

type Step = () => void | Promise<void>

/** Takes each step, in order; rejects with the first failure once all were taken. */
export async function closeInOrder(steps: readonly Step[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
