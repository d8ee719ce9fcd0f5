// The box above the tree: words, and behind a button the states and tags.
import { ListFilter, Plus, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useAgents } from '../data/agents-store.ts'
import { useMay } from '../data/session-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { TagChip } from '../ui/tag-chip.tsx'
import { t } from '../words/words.ts'
import { isFiltering, NO_FILTER, STATE_FILTERS, tagCounts } from './filter.ts'
import { changeFilter, useFilter } from './filter-store.ts'
import css from './tree-filter.module.css'

export function TreeFilter({ total }: { total: number }) {
  const filter = useFilter((state) => state.filter)
  const [more, setMore] = useState(false)
  const [, navigate] = useLocation()
  const mayWrite = useMay('agent:write')
  const input = useRef<HTMLInputElement>(null)
  useCommand('filter', () => input.current?.focus())
  const switched = filter.states.length + filter.tags.length + Number(filter.favourites)
  return (
    <div className={css.box}>
      <div className={css.line}>
        <Input
          ref={input}
          type="search"
          value={filter.text}
          placeholder={`${t('agents.filter')}… ${total > 0 ? total.toLocaleString() : ''}`}
          aria-label={t('agents.filter')}
          onChange={(event) => changeFilter({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              changeFilter({ text: '' })
              event.currentTarget.blur()
            }
            if (event.key === 'ArrowDown' || event.key === 'Enter')
              document.querySelector<HTMLElement>('[data-tree]')?.focus()
          }}
        />
        {isFiltering(filter) && (
          <IconButton label={t('agents.filter-clear')} onClick={() => changeFilter(NO_FILTER)}>
            <X />
          </IconButton>
        )}
        <IconButton
          label={t('agents.filter-by')}
          pressed={more || switched > 0}
          onClick={() => setMore(!more)}
        >
          <ListFilter />
        </IconButton>
        {mayWrite && (
          <IconButton label={t('agents.new')} keys="n" onClick={() => navigate('/new')}>
            <Plus />
          </IconButton>
        )}
      </div>
      {more && <Chips />}
    </div>
  )
}

const MOST_TAGS = 24 // more are found by typing

function Chips() {
  const filter = useFilter((state) => state.filter)
  const agents = useAgents((state) => state.agents)
  const tags = tagCounts(agents.values()).slice(0, MOST_TAGS)
  return (
    <div className={css.chips}>
      <TagChip
        tag={t('filter.favourites')}
        pressed={filter.favourites}
        onPress={() => changeFilter({ favourites: !filter.favourites })}
      />
      {STATE_FILTERS.map((state) => (
        <TagChip
          key={state}
          tag={t(`filter.${state}`)}
          pressed={filter.states.includes(state)}
          onPress={() => changeFilter({ states: switchedIn(filter.states, state) })}
        />
      ))}
      {tags.map(({ tag }) => (
        <TagChip
          key={tag}
          tag={`#${tag}`}
          pressed={filter.tags.includes(tag)}
          onPress={() => changeFilter({ tags: switchedIn(filter.tags, tag) })}
        />
      ))}
    </div>
  )
}

const switchedIn = <T,>(all: readonly T[], one: T): T[] =>
  all.includes(one) ? all.filter((other) => other !== one) : [...all, one]
