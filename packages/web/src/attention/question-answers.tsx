// The answers to a question: one press where one choice is enough, a form where several are asked.
import type { Answer, Question } from '@tutti/core'
import { answerProblem } from '@tutti/core'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import { answerAll, choosing } from './answering.ts'
import { WordsKey, useIsSending, type AnswersProps } from './asking.tsx'
import { NumberedButton } from './numbered-button.tsx'
import { WordsForm } from './words-form.tsx'
import css from './ask-answers.module.css'

export function QuestionAnswers(props: AnswersProps) {
  const [first] = props.items
  const [question, ...others] = first?.ask.questions ?? []
  if (!first || !question) return <WordsOnly {...props} />
  if (others.length === 0 && question.choices.length === 0 && !question.words)
    return <InTerminal agentId={first.agentId} current={props.current} />
  if (others.length === 0 && !question.multiple) return <OnePress {...props} question={question} />
  return <AnswerForm {...props} questions={first.ask.questions} />
}

/** Its program tells nothing that could be answered here. */
function InTerminal({ agentId, current }: { agentId: string; current: boolean }) {
  const [, navigate] = useLocation()
  return (
    <div className={css.answers}>
      <NumberedButton
        number={1}
        current={current}
        busy={false}
        label={t('ask.in-terminal')}
        onPress={() => navigate(`/agents/${agentId}`)}
      />
    </div>
  )
}

function WordsOnly({ items, current, onDone }: AnswersProps) {
  const [open, setOpen] = useState(false)
  const sending = useIsSending(items)
  if (!open)
    return (
      <div className={css.answers}>
        <NumberedButton
          number={1}
          current={current}
          busy={sending}
          label={t('ask.words')}
          onPress={() => setOpen(true)}
        />
        <WordsKey current={current} onPress={() => setOpen(true)} />
      </div>
    )
  return (
    <WordsForm
      label={t('ask.words-field')}
      does={t('ask.reply-do')}
      busy={sending}
      current={current}
      onWords={(words) => void answerAll(items, { kind: 'words', words }).then(onDone)}
      onClose={() => setOpen(false)}
    />
  )
}

function OnePress({ items, current, onDone, question }: AnswersProps & { question: Question }) {
  const [writing, setWriting] = useState(false)
  const sending = useIsSending(items)
  if (writing)
    return (
      <WordsForm
        label={t('ask.words-field')}
        does={t('ask.reply-do')}
        busy={sending}
        current={current}
        onWords={(words) => void answerAll(items, { kind: 'words', words }).then(onDone)}
        onClose={() => setWriting(false)}
      />
    )
  return (
    <>
      <div
        className={css.answers}
        data-many={question.choices.length + Number(question.words) > 3 || undefined}
      >
        {question.choices.map(({ key, label, description }, index) => (
          <NumberedButton
            key={key}
            number={index + 1}
            current={current}
            busy={sending}
            label={foreignText(label)}
            says={foreignText(description)}
            onPress={() => void answerAll(items, choosing(key)).then(onDone)}
          />
        ))}
        {question.words && (
          <Button kind="quiet" className={css.answer} disabled={sending} onClick={() => setWriting(true)}>
            {t('ask.words')}
          </Button>
        )}
      </div>
      <WordsKey current={current && question.words} onPress={() => setWriting(true)} />
    </>
  )
}

interface FormProps extends AnswersProps {
  questions: readonly Question[]
}

function AnswerForm({ items, current, onDone, questions }: FormProps) {
  const [taken, setTaken] = useState<readonly (readonly string[])[]>(() => questions.map(() => []))
  const [words, setWords] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const sending = useIsSending(items)
  const [first] = items
  const answer: Answer = {
    kind: 'choose',
    choices: taken.map((keys) => [...keys]),
    ...(words.trim() === '' ? {} : { words: words.trim() }),
  }
  const send = () => {
    const found = first ? answerProblem(first.ask, answer) : null
    setProblem(found === null ? null : t('ask.choose-each'))
    if (found === null) void answerAll(items, answer).then(onDone)
  }
  const toggle = (index: number, key: string) =>
    setTaken((before) =>
      before.map((keys, at) =>
        at === index ? toggled(keys, key, questions[index]?.multiple ?? false) : keys,
      ),
    )
  return (
    <form
      className={css.words}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {questions.map((question, index) => (
        <QuestionField
          key={index}
          question={question}
          taken={taken[index] ?? []}
          name={`${first?.id ?? ''} ${index}`}
          onToggle={(key) => toggle(index, key)}
        />
      ))}
      {questions.some((question) => question.words) && (
        <Input
          aria-label={t('ask.words-field')}
          placeholder={t('ask.words')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      {problem !== null && (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={css.answers}>
        <Button kind="primary" type="submit" className={css.answer} busy={sending}>
          {t('ask.send-answers')}
        </Button>
      </div>
      <WordsKey current={current} onPress={send} />
    </form>
  )
}

function toggled(keys: readonly string[], key: string, multiple: boolean): readonly string[] {
  if (!multiple) return [key]
  return keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]
}

interface FieldProps {
  question: Question
  taken: readonly string[]
  name: string
  onToggle: (key: string) => void
}

const QuestionField = ({ question, taken, name, onToggle }: FieldProps) => (
  <fieldset className={css.question}>
    <legend dir="auto">
      {foreignText(question.text)}{' '}
      {question.multiple && <span className={css.dim}>{t('ask.choose-more')}</span>}
    </legend>
    {question.choices.map(({ key, label, description }) => (
      <label key={key} className={css.choice}>
        <input
          type={question.multiple ? 'checkbox' : 'radio'}
          name={name}
          checked={taken.includes(key)}
          onChange={() => onToggle(key)}
        />
        <span dir="auto">
          {foreignText(label)}
          {description !== '' && <small>{foreignText(description)}</small>}
        </span>
      </label>
    ))}
  </fieldset>
)
