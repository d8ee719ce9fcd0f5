// Which menu is open and where: one at a time on the whole page.
import { create } from 'zustand'
import type { MenuEntry } from './menu.tsx'

export interface OpenMenu {
  entries: MenuEntry[]
  /** Where it hangs, in pixels of the window. */
  at: { x: number; y: number; width: number; height: number }
  /** Where the focus goes back to. */
  opener: HTMLElement | null
}

export const useMenu = create<{ menu: OpenMenu | null }>()(() => ({ menu: null }))

export const closeMenu = (): void => useMenu.setState({ menu: null })
