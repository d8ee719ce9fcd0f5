// What became of an ask: on its way, taken by the program, or settled without us.
import '../words/late/attention.ts'
import { Check, CircleSlash, LoaderCircle } from 'lucide-react'
import { verdictOf, type AttentionItem } from '@tutti/core'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './receipt.module.css'

export function Receipt({ item }: { item: AttentionItem }) {
  const { receipt, answeredBy, why } = item
  if (receipt === 'pending') return null
  const who = answeredBy === 'rule' ? t('ask.by-rule') : (answeredBy ?? '')
  return (
    <p className={css.receipt} data-receipt={receipt}>
      {receipt === 'answered' && <LoaderCircle />}
      {receipt === 'consumed' && <Check />}
      {receipt === 'stale' && <CircleSlash />}
      <span>
        {receipt !== 'stale' && <strong>{answerWord(item)}. </strong>}
        {receipt === 'stale'
          ? t('ask.receipt-stale', { why: foreignText(why) })
          : t(`ask.receipt-${receipt}`, { who })}
      </span>
    </p>
  )
}

function answerWord({ ask, answer }: AttentionItem): string {
  const verdict = ask.kind === 'approval' ? verdictOf(ask, answer) : null
  if (verdict === 'allow') return t('ask.answered-allow')
  return verdict === 'deny' ? t('ask.answered-deny') : t('ask.answered-words')
}
