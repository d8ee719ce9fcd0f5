// One card, opened: its words, who has it, where it is, and what became of each edit.
import '../words/late/board.ts'
import type { BoardCard, BoardColumn } from '@tutti/core'
import { ExternalLink, Trash2 } from 'lucide-react'
import { Suspense, useId, useState } from 'react'
import { Link } from 'wouter'
import { lazyScreen } from '../lazy-screen.ts'
import { awayText } from '../ui/away-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Input, Select } from '../ui/field.tsx'
import { Skeleton } from '../ui/page-states.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { CardHistory } from './card-history.tsx'
import css from './card-dialog.module.css'
import { useNames, useWorker } from './who.ts'

const CardText = lazyScreen(() => import('./card-text.tsx'), 'CardText')

type Fields = { title?: string; assignee?: string; text?: string }

interface Props {
  card: BoardCard
  columns: readonly BoardColumn[]
  /** Names that other cards are given to. */
  names: readonly string[]
  mayWrite: boolean
  onEdit: (fields: Fields) => Promise<boolean>
  onColumn: (column: string) => void
  onRemove: () => void
  onClose: () => void
}

export function CardDialog({ card, columns, names, mayWrite, onEdit, onColumn, onRemove, onClose }: Props) {
  const { id, title, assignee, column } = card
  return (
    <Dialog
      wide
      title={title}
      onClose={onClose}
      actions={
        <>
          {mayWrite && (
            <Button kind="danger" icon={<Trash2 />} className={css.remove} onClick={onRemove}>
              {t('board.delete')}
            </Button>
          )}
          <Button onClick={onClose}>{t('common.close')}</Button>
        </>
      }
    >
      <form className={css.form} onSubmit={(event) => event.preventDefault()}>
        <KeptLine
          label={t('board.card-title')}
          value={title}
          most={200}
          mayWrite={mayWrite}
          onKeep={(text) => text !== '' && void onEdit({ title: text })}
        />
        <div className={css.pair}>
          <AssigneeField
            {...{ assignee, names, mayWrite }}
            onKeep={(name) => void onEdit({ assignee: name })}
          />
          <Field label={t('board.column')}>
            {(ids) => (
              <Select
                {...ids}
                value={column}
                disabled={!mayWrite}
                onChange={({ target }) => onColumn(target.value)}
              >
                {columns.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Suspense fallback={<Skeleton lines={4} />}>
          <CardText key={id} card={card} mayWrite={mayWrite} />
        </Suspense>
      </form>
      <p className={css.facts}>
        {t('board.changed', { name: card.changedBy })} <Time at={card.changedAt} />
        {' · '}
        {t('board.made', { name: card.createdBy })} <Time at={card.createdAt} />
      </p>
      <CardHistory card={card} columns={columns} mayWrite={mayWrite} onEdit={onEdit} onColumn={onColumn} />
    </Dialog>
  )
}

interface LineProps {
  label: string
  value: string
  most: number
  mayWrite: boolean
  onKeep: (text: string) => void
  list?: string
  hint?: string
}

/** Kept when one leaves it; a value that changes elsewhere replaces what nobody has touched. */
function KeptLine({ label, value, most, mayWrite, onKeep, list, hint }: LineProps) {
  const [text, setText] = useState(value)
  const [before, setBefore] = useState(value)
  if (value !== before) {
    if (text === before) setText(value)
    setBefore(value)
  }
  const keep = () => {
    const wanted = text.trim()
    if (wanted !== value) onKeep(wanted)
  }
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <Input
          {...ids}
          value={text}
          maxLength={most}
          readOnly={!mayWrite}
          list={list}
          onChange={({ target }) => setText(target.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === 'Enter') keep()
          }}
        />
      )}
    </Field>
  )
}

interface AssigneeProps {
  assignee: string
  names: readonly string[]
  mayWrite: boolean
  onKeep: (name: string) => void
}

function AssigneeField({ assignee, names, mayWrite, onKeep }: AssigneeProps) {
  const known = useNames(names)
  const { agent, away } = useWorker(assignee)
  const list = useId()
  return (
    <div className={css.who}>
      <KeptLine
        label={t('board.assignee')}
        hint={t('board.assignee-hint')}
        value={assignee}
        most={200}
        mayWrite={mayWrite}
        list={list}
        onKeep={onKeep}
      />
      <datalist id={list}>
        {known.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
      {agent && (
        <p className={css.link}>
          <Link href={`/agents/${agent.id}`}>
            <ExternalLink aria-hidden />
            {t('board.assignee-open', { name: agent.label || agent.name })}
          </Link>
          {away && <span className={css.away}>{awayText(away)}</span>}
        </p>
      )}
    </div>
  )
}
