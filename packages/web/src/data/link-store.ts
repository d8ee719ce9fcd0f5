// Whether what is shown is live: the state of the stream and of the machine's disk.
import type { LinkState } from '@tutti/client'
import { create } from 'zustand'

interface LinkStore {
  link: LinkState
  /** Since when the link is in this state, ms UTC. */
  since: number
  /** False after the server said that its disk is full or failing. */
  writable: boolean
}

export const useLink = create<LinkStore>()(() => ({ link: 'connecting', since: Date.now(), writable: true }))

export const setLink = (link: LinkState): void => useLink.setState({ link, since: Date.now() })
