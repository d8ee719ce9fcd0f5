// The rows of the audit log: only those in view exist, each opens in place, and scrolling on reads older ones.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { t } from '../../words/words.ts'
import type { AuditEntry, AuditFilter } from './audit-filter.ts'
import { AuditRow } from './audit-row.tsx'
import css from './audit.module.css'
import type { AuditLog } from './use-audit.ts'
import type { Names } from './use-names.ts'

const ROW = 36
const NARROW = 700
const TITLES_SIZE = 33
const AHEAD = 40 // rows before the end at which older ones are asked for

interface AuditTableProps {
  entries: readonly AuditEntry[]
  /** Nothing older is kept. */
  end: boolean
  log: AuditLog
  names: Names
  onOnly: (only: Partial<AuditFilter>) => void
}

export function AuditTable({ entries, end, log, names, onOnly }: AuditTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => entries[index]?.seq ?? index,
    overscan: 12,
    // The row of titles lies over the first rows' room on a wide screen, and is not there on a narrow one.
    paddingStart: innerWidth < NARROW ? 0 : TITLES_SIZE,
  })
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const nearEnd = !end && last > entries.length - AHEAD
  const { load, problem, loading } = log.older
  useEffect(() => {
    if (nearEnd && problem === null) load()
    // `load` is new on every render; what matters is where the view is.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [nearEnd, entries.length, problem])

  const toggle = (seq: number) => setOpen((now) => toggled(now, seq))
  return (
    <>
      <Fresh log={log} onShow={() => scroller.current?.scrollTo({ top: 0 })} />
      <div ref={scroller} className={css.scroller}>
        <table
          className={css.table}
          style={{ minBlockSize: rows.getTotalSize() }}
          aria-label={t('audit.table')}
          aria-rowcount={end ? entries.length : -1}
        >
          <Titles />
          {items.map(({ index, key, start }) => {
            const entry = entries[index]
            return (
              entry && (
                <tbody
                  key={key}
                  ref={rows.measureElement}
                  data-index={index}
                  className={css.place}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <AuditRow
                    entry={entry}
                    names={names}
                    open={open.has(entry.seq)}
                    onToggle={() => toggle(entry.seq)}
                    onOnly={onOnly}
                  />
                </tbody>
              )
            )
          })}
        </table>
        <output className={css.foot}>
          {loading && t('audit.loading')}
          {problem !== null && <OlderFailed problem={problem} onRetry={load} />}
          {end && t('audit.end')}
        </output>
      </div>
    </>
  )
}

const TITLES = ['audit.when', 'audit.actor', 'audit.act', 'audit.subject', 'audit.outcome'] as const

const Titles = () => (
  <thead className={css.head}>
    <tr className={css.titles}>
      {TITLES.map((title) => (
        <th key={title} scope="col">
          {t(title)}
        </th>
      ))}
    </tr>
  </thead>
)

function toggled(open: ReadonlySet<number>, seq: number): ReadonlySet<number> {
  const next = new Set(open)
  if (!next.delete(seq)) next.add(seq)
  return next
}

/** New entries never push the others away: they wait above a line until asked for. */
function Fresh({ log, onShow }: { log: AuditLog; onShow: () => void }) {
  const { count, more } = log.fresh
  if (count === 0) return null
  const show = () => {
    log.showFresh()
    onShow()
  }
  return (
    <button type="button" className={css.fresh} onClick={show}>
      {more ? t('audit.new-more', { n: count }) : t('audit.new', { n: count })}
    </button>
  )
}

const OlderFailed = ({ problem, onRetry }: { problem: string; onRetry: () => void }) => (
  <>
    {t('audit.older-failed', { message: problem })} <Button onClick={onRetry}>{t('common.retry')}</Button>
  </>
)
