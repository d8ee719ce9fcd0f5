// The answers to an ask, numbered as the keys are: 1 2 3, or words.
import '../words/late/attention.ts'
import { Ellipsis } from 'lucide-react'
import { Suspense, useState } from 'react'
import { lazyScreen } from '../lazy-screen.ts'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Menu } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import { answerAll, choosing, dismissAll } from './answering.ts'
import { WordsKey, useIsSending, type AnswersProps } from './asking.tsx'
import { NumberedButton } from './numbered-button.tsx'
import { approvalChoices } from './queue.ts'
import { QuestionAnswers } from './question-answers.tsx'
import { WordsForm } from './words-form.tsx'
import css from './ask-answers.module.css'

const RuleDialog = lazyScreen(() => import('./rule-dialog.tsx'), 'RuleDialog')

export function AskAnswers(props: AnswersProps) {
  const kind = props.items[0]?.ask.kind
  if (kind === 'approval') return <ApprovalAnswers {...props} />
  if (kind === 'question') return <QuestionAnswers {...props} />
  return <DoneAnswers {...props} />
}

function ApprovalAnswers({ items, current, onDone }: AnswersProps) {
  const [open, setOpen] = useState<'deny' | 'always' | null>(null)
  const sending = useIsSending(items)
  const [first] = items
  if (!first) return null
  const { allow, others } = approvalChoices(first)
  const n = items.length
  const choose = (key: string) => void answerAll(items, choosing(key)).then(onDone)
  const deny = (reason: string) => void answerAll(items, { kind: 'deny', reason }).then(onDone)
  return (
    <>
      {open !== 'deny' && (
        <div className={css.answers}>
          {allow && (
            <NumberedButton
              number={1}
              primary
              current={current}
              busy={sending}
              label={n > 1 ? t('ask.allow-n', { n }) : t('ask.allow')}
              onPress={() => choose(allow.key)}
            />
          )}
          {first.ask.tool !== null && (
            <NumberedButton
              number={2}
              current={current}
              busy={sending}
              label={t('ask.always')}
              onPress={() => setOpen('always')}
            />
          )}
          <NumberedButton
            number={3}
            current={current}
            busy={sending}
            label={n > 1 ? t('ask.deny-n', { n }) : t('ask.deny')}
            onPress={() => setOpen('deny')}
          />
          {others.length > 0 && (
            <Menu
              entries={() =>
                others.map(({ key, label }) => ({ label: foreignText(label), run: () => choose(key) }))
              }
            >
              <IconButton label={t('ask.others')}>
                <Ellipsis />
              </IconButton>
            </Menu>
          )}
        </div>
      )}
      <WordsKey current={current && open === null} onPress={() => setOpen('deny')} />
      {open === 'deny' && (
        <WordsForm
          label={t('ask.deny-reason')}
          hint={t('ask.deny-hint')}
          does={t('ask.deny-do')}
          busy={sending}
          current={current}
          mayBeEmpty
          onWords={deny}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'always' && (
        <Suspense fallback={null}>
          <RuleDialog item={first} several={n > 1} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </>
  )
}

/** Nothing stands still for it: a reply goes on, or it is taken off the list. */
function DoneAnswers({ items, current, onDone }: AnswersProps) {
  const [replying, setReplying] = useState(false)
  const sending = useIsSending(items)
  const reply = (words: string) => void answerAll(items, { kind: 'words', words }).then(onDone)
  if (replying)
    return (
      <WordsForm
        label={t('ask.reply-field')}
        does={t('ask.reply-do')}
        busy={sending}
        current={current}
        onWords={reply}
        onClose={() => setReplying(false)}
      />
    )
  return (
    <div className={css.answers}>
      <NumberedButton
        number={1}
        current={current}
        busy={sending}
        label={t('ask.reply')}
        onPress={() => setReplying(true)}
      />
      <NumberedButton
        number={2}
        current={current}
        busy={sending}
        label={t('ask.dismiss')}
        onPress={() => void dismissAll(items).then(onDone)}
      />
      <WordsKey current={current} onPress={() => setReplying(true)} />
    </div>
  )
}
