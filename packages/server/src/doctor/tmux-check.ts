// The check of tmux: is it there, and new enough.
import { Fault, type Check } from '@tutti/core'

/** `version` answers with the version, or throws the fault tmux.missing. */
export async function checkTmux(version: () => Promise<string>): Promise<Check> {
  try {
    return { name: 'tmux', ok: true, detail: `tmux ${await version()}` }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { name: 'tmux', ok: false, detail: error.message, advice: 'Install it, then start Tutti again.' }
  }
}
