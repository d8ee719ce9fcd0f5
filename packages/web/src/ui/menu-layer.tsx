// Draws the open menu.
import { DropdownMenu } from 'radix-ui'
import { keyLabel } from '../keys/chord.ts'
import type { MenuEntry } from './menu.tsx'
import { closeMenu, type OpenMenu } from './menu-store.ts'
import css from './menu.module.css'

export function MenuLayer({ menu }: { menu: OpenMenu }) {
  const { x, y, width, height } = menu.at
  return (
    // Not modal: a modal one locks scrolling with an injected style element, which the content policy refuses.
    <DropdownMenu.Root modal={false} open onOpenChange={closeMenu}>
      <DropdownMenu.Trigger asChild>
        {/* Only a place: what was pressed tells of the menu itself, and a span may not. */}
        <span
          className={css.anchor}
          style={{ left: x, top: y, width, height }}
          aria-haspopup={undefined}
          aria-expanded={undefined}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={css.menu}
          sideOffset={4}
          align={width > 0 ? 'end' : 'start'}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            menu.opener?.focus()
          }}
        >
          {menu.entries.map((entry, index) => (
            <Entry key={index} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === 'line') return <DropdownMenu.Separator className={css.line} />
  if (entry.kind === 'title')
    return <DropdownMenu.Label className={css.title}>{entry.label}</DropdownMenu.Label>
  return (
    <DropdownMenu.Item
      className={css.item}
      data-danger={entry.danger || undefined}
      disabled={entry.disabled ?? false}
      onSelect={entry.run}
    >
      <span className={css.icon}>{entry.icon}</span>
      <span>{entry.label}</span>
      {entry.keys && <kbd>{keyLabel(entry.keys)}</kbd>}
    </DropdownMenu.Item>
  )
}
