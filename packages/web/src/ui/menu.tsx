// Menus, as a drop-down and as a context menu, from one list of entries.
import { ContextMenu, DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { keyLabel } from '../keys/chord.ts'
import css from './menu.module.css'

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

interface MenuProps {
  entries: () => MenuEntry[]
  /** The one element that opens it. */
  children: ReactNode
}

// Not modal: a modal one locks scrolling with an injected style element, which the content policy refuses.
export function Menu({ entries, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={css.menu} sideOffset={4} align="end" collisionPadding={8}>
          <Entries parts={DropdownMenu} entries={entries} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export function ContextualMenu({ entries, children }: MenuProps) {
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className={css.menu} collisionPadding={8}>
          <Entries parts={ContextMenu} entries={entries} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}

type Parts =
  | Pick<typeof DropdownMenu, 'Item' | 'Separator' | 'Label'>
  | Pick<typeof ContextMenu, 'Item' | 'Separator' | 'Label'>

// The list is asked for only when the menu opens: a thousand rows carry a thousand menus.
function Entries({ parts, entries }: { parts: Parts; entries: () => MenuEntry[] }) {
  return entries().map((entry, index) => {
    if (entry.kind === 'line') return <parts.Separator key={index} className={css.line} />
    if (entry.kind === 'title')
      return (
        <parts.Label key={index} className={css.title}>
          {entry.label}
        </parts.Label>
      )
    return (
      <parts.Item
        key={index}
        className={css.item}
        data-danger={entry.danger || undefined}
        disabled={entry.disabled ?? false}
        onSelect={entry.run}
      >
        <span className={css.icon}>{entry.icon}</span>
        <span>{entry.label}</span>
        {entry.keys && <kbd>{keyLabel(entry.keys)}</kbd>}
      </parts.Item>
    )
  })
}
