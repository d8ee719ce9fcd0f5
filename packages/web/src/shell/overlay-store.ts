// What lies over the page: the palette or the sheet of keys.
import { create } from 'zustand'

export type Overlay = 'palette' | 'sheet' | null

export const useOverlay = create<{ overlay: Overlay }>()(() => ({ overlay: null }))

export const closeOverlay = (): void => useOverlay.setState({ overlay: null })

export const toggleOverlay = (overlay: Exclude<Overlay, null>): void =>
  useOverlay.setState((state) => ({ overlay: state.overlay === overlay ? null : overlay }))
