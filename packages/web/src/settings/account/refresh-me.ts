// Reads anew who I am, after my second factors or my role changed.
import { api } from '../../data/api.ts'
import { enter } from '../../data/session-store.ts'

export async function refreshMe(): Promise<void> {
  try {
    enter(await api.getMe({}))
  } catch {
    // What is shown stays; the next event or visit reads it again, and an ended login shows at the stream.
  }
}
