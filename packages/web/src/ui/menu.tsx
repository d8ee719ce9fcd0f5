// Menus, under a button and where one right-clicks, from one list of entries. What draws them is loaded when first used.
import { cloneElement, type MouseEvent, type ReactElement, type ReactNode } from 'react'
import { useMenu } from './menu-store.ts'

export type MenuEntry =
  | {
      kind?: 'action'
      label: string
      icon?: ReactNode
      keys?: string
      danger?: boolean
      disabled?: boolean
      run: () => void
    }
  | { kind: 'line' }
  | { kind: 'title'; label: string }

interface TriggerProps {
  onClick?: (event: MouseEvent<HTMLElement>) => void
  'aria-haspopup'?: 'menu'
}

interface MenuProps {
  /** Asked for only when the menu opens: a thousand rows have a thousand menus. */
  entries: () => MenuEntry[]
  /** The button that opens it. */
  children: ReactElement<TriggerProps>
}

export const Menu = ({ entries, children }: MenuProps) =>
  cloneElement(children, {
    'aria-haspopup': 'menu',
    onClick: (event: MouseEvent<HTMLElement>) => {
      const opener = event.currentTarget
      const { x, y, width, height } = opener.getBoundingClientRect()
      useMenu.setState({ menu: { entries: entries(), at: { x, y, width, height }, opener } })
    },
  })

/** For `onContextMenu`: opens the menu where the pointer is, or at the element for the menu key. */
export function openContextMenu(event: MouseEvent<HTMLElement>, entries: MenuEntry[]): void {
  event.preventDefault()
  const at = { x: event.clientX, y: event.clientY, width: 0, height: 0 }
  useMenu.setState({ menu: { entries, at, opener: event.currentTarget } })
}
