// What Tutti can do with each program: trust levels and abilities, and which versions were proved.
import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { TRUST_LEVELS, type OutputOf } from '@tutti/core'
import { api } from '../../data/api.ts'
import { useLoaded } from '../../data/use-loaded.ts'
import { ErrorState, Skeleton } from '../../ui/page-states.tsx'
import { t, type WordKey } from '../../words/words.ts'
import { Conformance } from './conformance.tsx'
import { SettingsPage } from '../settings-page.tsx'
import css from './programs.module.css'

type Kit = OutputOf<'listKits'>[number]

export function ProgramsScreen() {
  const kits = useLoaded('kits', (signal) => api.listKits({}, { signal }))
  return (
    <SettingsPage title={t('programs.title')} wide>
      <p className={css.says}>{t('programs.says')}</p>
      {kits.state === 'loading' && <Skeleton />}
      {kits.state === 'failed' && <ErrorState message={kits.message} onRetry={kits.retry} />}
      {kits.state === 'ready' && kits.value.length === 0 && <p>{t('programs.none')}</p>}
      {kits.state === 'ready' && kits.value.length > 0 && <Kits kits={kits.value} />}
      <Conformance />
    </SettingsPage>
  )
}

const ABILITIES = ['prompt', 'interrupt', 'answer', 'resume', 'transcript', 'usage', 'personas'] as const

const Kits = ({ kits }: { kits: readonly Kit[] }) => (
  // A table wider than a phone scrolls, so the keyboard must reach it.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <section className={css.scroll} tabIndex={0} aria-label={t('programs.title')}>
    <table className={css.table}>
      <thead>
        <tr>
          <td aria-hidden="true" />
          {kits.map((kit) => (
            <th key={kit.name} scope="col" data-tip={t('programs.proved', kit.proved)}>
              {kit.label}
            </th>
          ))}
        </tr>
      </thead>
      <Group title={t('programs.abilities')} span={kits.length + 1}>
        {ABILITIES.map((ability) => (
          <Row
            key={ability}
            label={`programs.${ability}`}
            cells={kits.map((kit) => ({ name: kit.name, ...abilityOf(kit.abilities[ability]) }))}
          />
        ))}
      </Group>
      <Group title={t('programs.trust')} span={kits.length + 1}>
        {TRUST_LEVELS.map((level) => (
          <Row
            key={level}
            label={`trust.word-${level}`}
            cells={kits.map((kit) => ({ name: kit.name, ...abilityOf(kit.trust[level]) }))}
          />
        ))}
      </Group>
    </table>
  </section>
)

const Group = ({ title, span, children }: { title: string; span: number; children: ReactNode }) => (
  <tbody>
    <tr>
      <th colSpan={span} scope="colgroup" className={css.group}>
        {title}
      </th>
    </tr>
    {children}
  </tbody>
)

interface Cell {
  name: string
  has: boolean
  how: WordKey
}

const Row = ({ label, cells }: { label: WordKey; cells: readonly Cell[] }) => (
  <tr>
    <th scope="row">{t(label)}</th>
    {cells.map(({ name, has, how }) => (
      <td key={name} data-has={has} data-tip={t(how)}>
        {has ? <Check /> : <Minus />}
        <span className="visually-hidden">{t(how)}</span>
      </td>
    ))}
  </tr>
)

function abilityOf(value: boolean | string | undefined): { has: boolean; how: WordKey } {
  if (value === 'key') return { has: true, how: 'programs.by-key' }
  if (value === 'paste') return { has: true, how: 'programs.by-paste' }
  const has = value === true || value === 'channel'
  return { has, how: has ? 'programs.supported' : 'programs.missing' }
}
