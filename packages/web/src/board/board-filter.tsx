// What of the board is shown: by words, and by whom a card is given to.
import type { BoardCard } from '@tutti/core'
import { useRef } from 'react'
import { useCommand } from '../keys/command-registry.ts'
import { Input, Select } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import css from './board-screen.module.css'
import type { Filter } from './board-state.ts'

interface Props {
  cards: readonly BoardCard[]
  filter: Filter
  onFilter: (filter: Filter) => void
}

const ANYBODY = '*'

export function BoardFilter({ cards, filter, onFilter }: Props) {
  const field = useRef<HTMLInputElement>(null)
  useCommand('filter', () => field.current?.select())
  const names = [...new Set(cards.map(({ assignee }) => assignee))].filter((name) => name !== '').sort()
  return (
    <div className={css.filter}>
      <Input
        ref={field}
        type="search"
        aria-label={t('board.filter')}
        placeholder={t('board.filter')}
        value={filter.words}
        onChange={({ target }) => onFilter({ ...filter, words: target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onFilter({ ...filter, words: '' })
        }}
      />
      {names.length > 0 && (
        <Select
          aria-label={t('board.filter-who')}
          value={filter.who ?? ANYBODY}
          onChange={({ target }) =>
            onFilter({ ...filter, who: target.value === ANYBODY ? null : target.value })
          }
        >
          <option value={ANYBODY}>{t('board.anybody')}</option>
          <option value="">{t('board.nobody')}</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      )}
    </div>
  )
}
