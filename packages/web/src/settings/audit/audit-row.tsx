// One entry of the audit log: a line to scan, and everything about it once opened.
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { actWords, type AuditEntry, type AuditFilter } from './audit-filter.ts'
import css from './audit.module.css'
import type { Names } from './use-names.ts'

interface AuditRowProps {
  entry: AuditEntry
  names: Names
  open: boolean
  onToggle: () => void
  onOnly: (only: Partial<AuditFilter>) => void
}

export function AuditRow({ entry, names, open, onToggle, onOnly }: AuditRowProps) {
  const { at, actor, act, outcome } = entry
  return (
    <>
      <tr className={css.row}>
        <td className={css.when}>
          <button type="button" className={css.toggle} aria-expanded={open} onClick={onToggle}>
            <ChevronRight aria-hidden />
            <Time at={at} />
            <span className="visually-hidden">{t('audit.details')}</span>
          </button>
        </td>
        <td className={css.actor}>{names.actor(actor)}</td>
        <td className={css.act}>{actWords(act)}</td>
        <td className={css.what}>{subjectText(entry, names)}</td>
        <td className={css.outcome} data-outcome={outcome}>
          {t(`audit.${outcome}`)}
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={5} className={css.details}>
            <Details entry={entry} names={names} onOnly={onOnly} />
          </td>
        </tr>
      )}
    </>
  )
}

/** What was acted on by name; for what is gone, the name that the entry itself keeps. */
function subjectText({ subject, detail }: AuditEntry, names: Names): string {
  const known = names.subject(subject)
  const kept = detail['name'] ?? detail['label']
  return known === subject && typeof kept === 'string' ? kept : known
}

function Details({ entry, names, onOnly }: Pick<AuditRowProps, 'entry' | 'names' | 'onOnly'>) {
  const { seq, at, actor, act, subject, address, detail, mac } = entry
  const exact = new Date(at).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'medium' })
  const facts = Object.entries(detail)
  return (
    <dl>
      <Fact title={t('audit.when')}>{exact}</Fact>
      <Fact title={t('audit.number')}>{seq.toLocaleString()}</Fact>
      <Fact title={t('audit.actor')}>
        {names.actor(actor)} <Id id={actor} name={names.actor(actor)} />
        <Only what={names.actor(actor)} onPress={() => onOnly({ actor })} />
      </Fact>
      <Fact title={t('audit.act')}>
        <code>{act}</code> <Only what={actWords(act)} onPress={() => onOnly({ act })} />
      </Fact>
      {subject !== '' && (
        <Fact title={t('audit.subject')}>
          {names.subject(subject)} <Id id={subject} name={names.subject(subject)} />
          <Only what={names.subject(subject)} onPress={() => onOnly({ subject })} />
        </Fact>
      )}
      {address !== '' && (
        <Fact title={t('audit.address')}>
          <code>{address}</code>
        </Fact>
      )}
      {facts.map(([name, value]) => (
        <Fact key={name} title={name}>
          <code>{String(value)}</code>
        </Fact>
      ))}
      <Fact title={t('audit.mac')}>
        <code>{mac}</code>
      </Fact>
    </dl>
  )
}

const Fact = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
)

const Id = ({ id, name }: { id: string; name: string }) => (id === name ? null : <code>{id}</code>)

const Only = ({ what, onPress }: { what: string; onPress: () => void }) => (
  <Button kind="quiet" onClick={onPress}>
    {t('audit.only')}
    <span className="visually-hidden"> {what}</span>
  </Button>
)
